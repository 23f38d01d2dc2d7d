"""The app's view of the runs: it looks at the disk, and tells every screen what became of them."""

import asyncio
import contextlib
import gc
from collections.abc import Sequence

from textual import work
from textual.signal import Signal

from mnist_tui.errors import MnistTuiError
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.tui.base_app import BaseApp
from mnist_tui.tui.calling import called
from mnist_tui.tui.concluded import Concluded, Question, answer
from mnist_tui.tui.session import Session

LOOK_SECONDS = 0.5
"""Between two looks at the disk."""

SOON_SECONDS = 0.05
"""The same after somebody asked for something, until it shows."""

EXPECTANT_LOOKS = 12
"""So many looks follow a command at the faster pace."""

READ_SECONDS = 0.2
"""How long one look may read runs that were not known before: they are then drawn in one go."""

MANY_RUNS = 20
"""Runs found by one look, from which on they matter to the garbage collector."""

LONG_SECONDS = 60.0
"""Of training, from which on nobody sits and watches: the terminal's bell says that a run is over."""


class RunsApp(BaseApp):
    """Looks after the runs; alone in changing what screens read of them.

    Args:
        laboratory: The runs, and what trains some of them.

    Attributes:
        session: What is shown, selected, labelled and coloured.
        runs_changed: Published with the ids of the runs that look different than before.
        concluded: What may be said of the rows that are shown; `None` before one has a result.
    """

    def __init__(self, laboratory: Laboratory | None = None) -> None:
        super().__init__()
        self.laboratory = laboratory or Laboratory()
        self.session = Session(self.laboratory)
        self.runs_changed: Signal[set[str]] = Signal(self, "runs changed")
        self.concluded: Concluded | None = None
        chosen = self.preferences
        self.session.arrangement.sort_by(chosen.table_sort, is_reversed=chosen.table_reversed)
        self.session.set_scene(chosen.table_shown)
        self._asked = asyncio.Event()
        self._question: object = None

    async def on_unmount(self) -> None:
        """Let go of the workers; where a mistake of ours ends the dashboard, they train on."""
        await self.keep_preferences()
        if self.return_code:
            await self.laboratory.detach_all()
        else:
            await self.laboratory.close()

    @work
    async def look_after_runs(self) -> None:
        """Read what is new on the disk, in a thread, and show it; again and again."""
        # What is there now stays: without it a full garbage collection is no pause that a key would notice.
        gc.freeze()
        expectant = 0
        told = ""
        unreadable: list[str] = []
        while True:
            known = len(self.laboratory.runs)
            try:
                changed = await self.laboratory.look(READ_SECONDS)
                if changed:
                    self._take_in(changed)
            except Exception as error:  # the next look may find what this one could not bear gone
                if told != repr(error):
                    told = repr(error)
                    self.tell(error)
            if unreadable != self.laboratory.unreadable:
                unreadable = self.laboratory.unreadable
                self.changed(set())
            for problem in self.laboratory.take_problems():
                self.notify(problem, severity="error", timeout=10, markup=False)
            discovered = len(self.laboratory.runs) - known
            if discovered > MANY_RUNS:
                gc.freeze()  # as above
            soon = expectant or discovered > 0
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), SOON_SECONDS if soon else LOOK_SECONDS)
            if self._asked.is_set():
                self._asked.clear()
                expectant = EXPECTANT_LOOKS
            expectant = max(0, expectant - 1)

    def look_soon(self) -> None:
        """A run was asked for something: look at once, and more often for a while."""
        self.changed(set(self.laboratory.jobs))  # the places in the queue are known already
        self._asked.set()

    def changed(self, run_ids: set[str]) -> None:
        """Tell every screen that runs look different."""
        self.runs_changed.publish(run_ids)
        if (scene := self.session.scene) != self.preferences.table_shown:
            self.prefer(table_shown=scene)
        question = self.session.question
        if question.key != self._question:
            self._question = question.key
            self._conclude(question)

    @work(group="conclude", exclusive=True, exit_on_error=False)
    async def _conclude(self, question: Question) -> None:
        """Compare the rows that are shown, in a thread."""
        self.concluded = await asyncio.to_thread(answer, question)
        self.changed(self.session.conclude(self.concluded.by_run if self.concluded else {}))

    def joined(self, run_ids: list[str], follow: str) -> None:
        """Runs were started here; the cursor goes to one of them."""
        self.changed(self.session.join(run_ids, follow))
        for run_id in run_ids:
            self._read_whole(run_id)

    def left(self, run_id: str) -> None:
        """A run was deleted."""
        self.changed(self.session.leave(run_id))

    def toggle(self, row_id: str) -> None:
        """Show the curves of a row, or hide them."""
        self.changed(self.session.toggle(row_id))
        for run_id in self.session.members(row_id):
            self._read_whole(run_id)

    def show(self, changed: set[str]) -> None:
        """Other rows are shown than before.

        Args:
            changed: The ids of the runs that look different for it.
        """
        self.changed(changed)
        for run_id in self.session.shown_runs:
            self._read_whole(run_id)

    async def bring_back(self, run_ids: Sequence[str]) -> None:
        """Take runs out of the bin that were deleted."""
        for run_id in run_ids:
            try:
                await self.laboratory.restore(run_id)
            except MnistTuiError as error:
                self.tell(error)
        self.look_soon()

    def compare_with(self, row_id: str) -> None:
        """Make a row the baseline, and show it."""
        self.changed(self.session.compare_with(row_id))
        for run_id in self.session.members(row_id):
            self._read_whole(run_id)

    def weigh(self, margin: float) -> None:
        """Accuracies that lie no further apart count as the same from now on.

        Args:
            margin: δ, as a share.
        """
        self.session.margin = margin
        self.changed(set())

    def _take_in(self, changed: set[str]) -> None:
        """Let the session, and then the screens, know what became of some runs."""
        news = self.session.notice(changed)
        for run_id in news.failed:
            view = self.session.view(run_id)
            self.notify(f"{called([view])}: {view.run.failure}", severity="error", timeout=10, markup=False)
        if any(self.laboratory.runs[run_id].train_seconds >= LONG_SECONDS for run_id in news.over):
            self.bell()
        self.changed(news.changed)
        shown = set(self.session.shown_runs) & changed
        for run_id in {*news.joined, *(one for one in shown if self.laboratory.runs[one].is_summary)}:
            self._read_whole(run_id)

    @work(group="read", exit_on_error=False)
    async def _read_whole(self, run_id: str) -> None:
        await self.read(run_id)

    async def read(self, run_id: str) -> None:
        """Get the curves of a run of which only the ends of its log were read."""
        if changed := await self.laboratory.read(run_id):
            self._take_in(changed)
