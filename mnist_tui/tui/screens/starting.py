"""What can be started from the form: a run, the classic rows, a sweep, an ablation; and how long it takes."""

import asyncio

from textual import work

from mnist_tui.errors import ConfigError, MnistTuiError
from mnist_tui.jobs.begun import Begun
from mnist_tui.settings.design import Design
from mnist_tui.settings.presets import classic_rows, differences_from_study
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.budgeted import Budgeted
from mnist_tui.tui.dialogs.ablation import AblationScreen
from mnist_tui.tui.dialogs.plan import TYPING_SECONDS, Known, Wish
from mnist_tui.tui.dialogs.sweep import SweepScreen
from mnist_tui.tui.screens.runs import RunsScreen
from mnist_tui.tui.widgets.settings import SettingsForm

BUDGET_SECONDS = 0.2
"""Between two looks whether another seed fits into a budget."""


def found(begun: Begun) -> str:
    """What was trained earlier, or trains already, in a sentence; empty where nothing was."""
    if begun.is_new:
        return ""
    if len(begun.run_ids) == 1:
        where = "This was trained earlier" if begun.taken else "This is on its way already"
        return f"{where}: {begun.run_ids[0]} is shown."
    runs, others = len(begun.run_ids), len(begun.started)
    parts = [f"{len(begun.taken)} of {runs} runs trained earlier"] if begun.taken else []
    parts += [f"{len(begun.joined)} of {runs} on their way already"] if begun.joined else []
    start = "; the other one starts now" if others == 1 else f"; the other {others} start now"
    return f"Shown: {', '.join(parts)}{start if others else ''}."


class StartingScreen(RunsScreen):
    """A screen with a `SettingsForm` that has keys to train what it says."""

    def __init__(self) -> None:
        super().__init__()
        self._asked_for: Wish | None = None

    def read_form(self) -> tuple[RunConfig, int] | None:
        """What the form says: a configuration and a number of seeds; `None` where it cannot be used."""
        form = self.query_one(SettingsForm)
        try:
            return form.read(), form.seeds
        except ConfigError as error:
            self._complain(error)
            return None

    def action_run(self) -> None:
        """Train the network of the form, with each of its seeds."""
        if form := self.read_form():
            config, seeds = form
            self._start(Wish(Design((config,), seeds)))

    def action_compare(self) -> None:
        """Train the three classic rows, with everything else as the form says, like `mnist-tui compare`."""
        if form := self.read_form():
            shared, seeds = form
            self._start(Wish(Design(tuple(classic_rows(shared)), seeds)))
            if differences := differences_from_study(shared):
                self.notify(f"Unlike the study with these three rows: {differences}.", markup=False)

    @work(exit_on_error=False)
    async def action_sweep(self) -> None:
        """Train the network of the form once for each value of a setting."""
        form = self.query_one(SettingsForm)
        if said := self.read_form():
            shared, seeds = said
            focused, automatic = form.focused_setting, form.decided(shared).learning_rate
            dialog = SweepScreen(shared, focused, seeds, self._known, automatic)
            self._start(await self.app.push_screen_wait(dialog))

    @work(exit_on_error=False)
    async def action_ablate(self) -> None:
        """Train all combinations of some switches."""
        if form := self.read_form():
            self._start(await self.app.push_screen_wait(AblationScreen(*form, self._known)))

    def action_again(self) -> None:
        """Train again what was asked for last, though it was trained earlier."""
        if self._asked_for:
            self._start(self._asked_for, fresh=True)
        else:
            self.notify("Nothing was asked for yet: r trains the network of the form.", markup=False)

    @work(exit_on_error=False)
    async def _start(self, wish: Wish | None, *, fresh: bool = False) -> None:
        """Have runs trained, but those that were trained earlier, unless they are wanted fresh."""
        if wish is None:
            return
        self._asked_for = wish
        laboratory, budgeted = self.app.laboratory, None
        try:
            if wish.budget is None:
                begun = await laboratory.start(wish.design.configs, fresh=fresh)
            else:
                budgeted = Budgeted(laboratory, wish.design, wish.budget, fresh=fresh)
                begun = await budgeted.begin()
        except MnistTuiError as error:
            self._complain(error)
            return
        self.app.joined(list(begun.run_ids), begun.run_ids[0])
        if words := found(begun):
            self.notify(f"{words} ctrl+r trains it all the same.", markup=False)
        self.query_one(SettingsForm).started()
        self.app.look_soon()
        if budgeted:
            self._keep(budgeted)

    @work(group="budget", exit_on_error=False)
    async def _keep(self, budgeted: Budgeted) -> None:
        """Add seeds while there is time, and say at the end what became of the budget."""
        while not budgeted.is_over:
            await asyncio.sleep(BUDGET_SECONDS)
            try:
                begun = await budgeted.look()
            except MnistTuiError as error:
                self.app.tell(error)
                return
            if begun:
                self.app.joined(list(begun.run_ids), "")
                self.app.look_soon()
        self.notify(budgeted.words(), markup=False)

    def _complain(self, error: MnistTuiError) -> None:
        """Say under the form what keeps a run from starting."""
        self.query_one(SettingsForm).problem = str(error)
        self.app.bell()

    @property
    def _known(self) -> Known:
        laboratory = self.app.laboratory
        return Known(list(laboratory.runs.values()), laboratory.under_way)

    @work(group="outlook", exclusive=True, exit_on_error=False)
    async def show_outlook(self) -> None:
        """Say in the form how long its keys would take, as far as earlier runs tell."""
        await asyncio.sleep(TYPING_SECONDS)
        form = self.query_one(SettingsForm)
        try:
            config, seeds = form.read(), form.seeds
        except ConfigError:
            return
        known = self._known
        designs = {"r": Design((config,), seeds), "c": Design(tuple(classic_rows(config)), seeds)}

        def expected() -> dict[str, str]:
            from mnist_tui.benchmark.outlook import look_ahead  # which no first paint waits for

            looks = {
                key: look_ahead(one.configs, known.runs, known.under_way, may_measure=False)
                for key, one in designs.items()
            }
            return {key: look.time for key, look in looks.items() if look.time}

        try:
            times = await asyncio.to_thread(expected)
        except MnistTuiError:  # the status line says what is wrong with the data
            times = {}
        form.times = " · ".join(f"{key} {time}" for key, time in times.items())
