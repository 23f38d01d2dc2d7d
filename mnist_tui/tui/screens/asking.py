"""The networks of the runs shown, asked in threads: what they make of a drawing, and what they bear."""

import asyncio
from abc import abstractmethod

import numpy as np
from textual import work

from mnist_tui.analysis.robustness import Distortion
from mnist_tui.data.dataset import SIDE, Split
from mnist_tui.data.source import load_test, resolve
from mnist_tui.errors import MnistTuiError
from mnist_tui.tui.drawing_pad import DrawingPad
from mnist_tui.tui.endurance import Endurance
from mnist_tui.tui.jury import Juror, Sworn, Verdict, ask, endurance, summoned, swear_in
from mnist_tui.tui.screens.runs import RunsScreen
from mnist_tui.tui.widgets.settings import SettingsForm

ENDURANCE_IMAGES = 1_000
"""Test images that accuracy is measured on."""


class AskingScreen(RunsScreen):
    """A screen with a drawing that every network is asked about, again whenever either has changed."""

    def __init__(self) -> None:
        super().__init__()
        self._pad = DrawingPad()
        self._distortion = Distortion()
        self._verdict = Verdict(np.zeros((SIDE, SIDE), np.float32))
        self._jurors: list[Juror] = []
        self._sworn: list[Sworn] = []
        self._problems: list[str] = []
        self._is_asking = self._is_wanted = False
        self._test: tuple[str, Split] | None = None
        self._endurance = Endurance()

    @property
    @abstractmethod
    def _shows_endurance(self) -> bool:
        """Whether what becomes of accuracy is on screen."""

    @abstractmethod
    def _show(self) -> None:
        """Draw what is there."""

    @abstractmethod
    def _show_paper(self) -> None:
        """Draw what is drawn."""

    @abstractmethod
    def _show_answer(self) -> None:
        """Draw what was said of it."""

    def show_changes(self, changed: set[str]) -> None:
        """Other runs may be shown, or have learnt."""
        known = {juror.run.run_id for juror in self._jurors}
        if changed & known or {one.run.run_id for one in summoned(self.app.session)} != known:
            self._summon()

    @work(group="summon", exclusive=True, exit_on_error=False)
    async def _summon(self) -> None:
        """Load the networks of the runs that are shown."""
        self._jurors = summoned(self.app.session)
        known = {one.juror.run.run_id: one for one in self._sworn}
        self._sworn, self._problems = await asyncio.to_thread(swear_in, self._jurors, known)
        self._changed()
        if self._shows_endurance:
            self._measure()

    def _changed(self) -> None:
        """Something else is to be shown to the networks."""
        self._show_paper()
        self._is_wanted = True
        if not self._is_asking:
            self._is_asking = True
            self._ask()

    @work(group="ask", exit_on_error=False)
    async def _ask(self) -> None:
        """Ask until what was drawn last has an answer: what came between was seen for too short a time."""
        try:
            while self._is_wanted:
                self._is_wanted = False
                self._verdict = await asyncio.to_thread(ask, self._sworn, self._pad.ink, self._distortion)
                self._show_answer()
        finally:
            self._is_asking = False

    @work(group="measure", exclusive=True, exit_on_error=False)
    async def _measure(self) -> None:
        """Work out what becomes of each run's accuracy."""
        split = await self._test_images()
        if split is None:
            return
        few = Split(split.images[:ENDURANCE_IMAGES], split.labels[:ENDURANCE_IMAGES])
        for one in self._endurance.unknown(self._sworn):
            try:
                self._endurance.keep(one, await asyncio.to_thread(endurance, one.juror, few))
            except MnistTuiError as error:
                self._problems = [*self._problems, str(error)]
            self._show()
        self._show()

    async def _test_images(self) -> Split | None:
        """The test images of the form's data set."""
        dataset = self.app.dashboard.query_one(SettingsForm).allowed.dataset
        if self._test is None or self._test[0] != dataset:
            try:
                self._test = dataset, await asyncio.to_thread(lambda: load_test(resolve(dataset)))
            except MnistTuiError as error:
                self.app.tell(error)
                return None
            self._endurance.forget()
        return self._test[1]
