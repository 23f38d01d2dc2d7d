"""The dashboard as a Textual app."""

import asyncio
import contextlib
import gc
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text
from textual import on, work
from textual.app import App, SystemCommand
from textual.filter import LineFilter
from textual.notifications import Notify
from textual.screen import Screen
from textual.signal import Signal
from textual.timer import Timer, TimerCallback
from textual.worker import Worker, WorkerFailed

from mnist_tui import paths
from mnist_tui.errors import MnistTuiError, describe_defect
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.tui.concluded import Concluded, Question, answer
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.help import HelpScreen
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.palette import FEW_COLORS, ground
from mnist_tui.tui.preferences import Preferences, keep
from mnist_tui.tui.screens import later
from mnist_tui.tui.screens.dashboard import DashboardScreen
from mnist_tui.tui.session import Session
from mnist_tui.tui.where import places_at
from mnist_tui.tui.widgets.curves import CurveChart

if TYPE_CHECKING:
    from mnist_tui.tui.by_name import KeysProvider

LOOK_SECONDS = 0.5
"""Between two looks at the disk."""

READ_SECONDS = 0.2
"""How long one look may read runs that were not known before: they are then drawn in one go."""

MANY_RUNS = 20
"""Runs found by one look, from which on they matter to the garbage collector."""

SOON_SECONDS = 0.05
"""The same after somebody asked for something, until it shows."""

EXPECTANT_LOOKS = 12
"""So many looks follow a command at the faster pace."""

DEFECT_SECONDS = 20.0
"""How long the name of a file with the details of a mistake of ours can be read."""

STOP_SECONDS = 10.0
"""How long runs may take to stop before the dashboard closes without having seen it."""


def keys_provider() -> type["KeysProvider"]:
    """What the palette finds; loaded when somebody opens it."""
    from mnist_tui.tui.by_name import KeysProvider

    return KeysProvider


class MnistTuiApp(App[int]):
    """Looks after the runs, and tells every screen what became of them.

    Args:
        laboratory: The runs, and what trains some of them.

    Attributes:
        session: What is shown, selected, labelled and coloured.
        runs_changed: Published with the ids of the runs that look different than before.
        concluded: What may be said of the rows that are shown; `None` before one has a result.
        preferences: What was chosen, in this sitting or an earlier one; `prefer` changes it.
    """

    TITLE = "mnist-tui"
    CSS_PATH = "app.tcss"
    MODES = {
        "dashboard": DashboardScreen,
        **later.SCREENS,
    }
    DEFAULT_MODE = "dashboard"
    BINDINGS = bindings(Place.APP)
    COMMANDS = App.COMMANDS | {keys_provider}

    def __init__(self, laboratory: Laboratory | None = None) -> None:
        super().__init__()
        self.laboratory = laboratory or Laboratory()
        self.session = Session(self.laboratory)
        self.runs_changed: Signal[set[str]] = Signal(self, "runs changed")
        self.concluded: Concluded | None = None
        self._preferences_path = paths.preferences_file()
        self.preferences = Preferences.read(self._preferences_path)
        self._unkept: dict[str, Any] = {}
        if self.preferences.theme in self.available_themes:
            self.theme = self.preferences.theme
        chosen = self.preferences
        self.session.arrangement.sort_by(chosen.table_sort, is_reversed=chosen.table_reversed)
        self.session.set_scene(chosen.table_shown)
        self._asked = asyncio.Event()
        self._question: object = None

    def set_timer(
        self,
        delay: float,
        callback: TimerCallback | None = None,
        *,
        name: str | None = None,
        pause: bool = False,
    ) -> Timer:
        """A timer that fires once, also late.

        Textual 8 leaves out ticks that come too late. For a timer with one tick that means never: where other
        programs take the processor for a hundredth of a second, a window's new size would not be seen.
        """
        timer = super().set_timer(delay, callback, name=name, pause=pause)
        timer._skip = False
        return timer

    def on_mount(self) -> None:
        """Show the dashboard first, then read the disk."""
        self.theme_changed_signal.subscribe(self, lambda theme: self.prefer(theme=theme.name))
        self.call_after_refresh(self._begin)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Paint runs for the ground of now, before anything else is done to colours."""
        few = self.console.color_system in FEW_COLORS and not self.is_headless
        painter = ground(dark=self.current_theme.dark, few=few)
        return [*([painter] if painter.enabled else []), *super().get_line_filters()]

    @property
    def dashboard(self) -> DashboardScreen:
        """The dashboard, on screen or not."""
        return cast(DashboardScreen, self.get_screen_stack("dashboard")[0])

    def _begin(self) -> None:
        # What is there now stays: without it a full garbage collection is no pause that a key would notice.
        gc.freeze()
        self._look_after_runs()
        self.run_worker(later.load, thread=True, exit_on_error=False)

    @work
    async def _look_after_runs(self) -> None:
        """Read what is new on the disk, in a thread, and show it."""
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
                gc.freeze()  # see `_begin`
            soon = expectant or discovered > 0
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), SOON_SECONDS if soon else LOOK_SECONDS)
            if self._asked.is_set():
                self._asked.clear()
                expectant = EXPECTANT_LOOKS
            expectant = max(0, expectant - 1)

    def prefer(self, **changes: Any) -> None:
        """Something was chosen that the next sitting should find again.

        Args:
            changes: New values by the names of the fields of `Preferences`.
        """
        self.preferences = replace(self.preferences, **changes)
        is_being_kept = bool(self._unkept)
        self._unkept |= changes
        if not is_being_kept:
            self._keep_preferences()

    @work(group="preferences", exit_on_error=False)
    async def _keep_preferences(self) -> None:
        """Write down what was chosen, in a thread, one change after the other."""
        while self._unkept:
            changes = dict(self._unkept)
            with contextlib.suppress(OSError):  # then it holds for this sitting alone
                await asyncio.to_thread(keep, self._preferences_path, changes)
            self._unkept = {name: one for name, one in self._unkept.items() if one is not changes.get(name)}

    async def on_unmount(self) -> None:
        """Let go of the workers; where a mistake of ours ends the dashboard, they train on."""
        if self._unkept:
            with contextlib.suppress(OSError):
                await asyncio.to_thread(keep, self._preferences_path, self._unkept)
        if self.return_code:
            await self.laboratory.detach_all()
        else:
            await self.laboratory.close()

    def _fatal_error(self) -> None:
        """Textual's last word after a mistake of ours: a sentence, and the traceback in a file."""
        error: BaseException = self._exception or RuntimeError()
        if isinstance(error, WorkerFailed):
            error = error.error
        self.panic(Text(f"{describe_defect(error)} What trained trains on."))

    def tell(self, error: BaseException) -> None:
        """Say what went wrong, where it does not end the dashboard; what was cancelled did not."""
        if isinstance(error, asyncio.CancelledError):
            return
        if isinstance(error, MnistTuiError):
            self.notify(str(error), severity="error", markup=False)
        else:
            self.notify(describe_defect(error), severity="error", timeout=DEFECT_SECONDS, markup=False)

    @on(Worker.StateChanged)
    def _tell_of_worker(self, event: Worker.StateChanged) -> None:
        if event.worker.error:
            self.tell(event.worker.error)

    def on_notify(self, event: Notify) -> None:
        """Tell something for a moment; what stands there already is not told twice."""
        if any(shown.message == event.notification.message for shown in self._notifications):
            event.prevent_default()

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
            run = self.laboratory.runs[run_id]
            self.notify(f"{run.name}: {run.failure}", severity="error", timeout=10, markup=False)
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

    @property
    def escape_to_minimize(self) -> bool:
        """Whether `escape` makes what fills the screen small again: a crosshair and a zoom go first."""
        chart = self.screen.maximized
        closer = isinstance(chart, CurveChart) and bool(chart.check_action("back", ()))
        return super().escape_to_minimize and not closer

    def action_help(self) -> None:
        """Explain the keys, first those that work where one is."""
        self.push_screen(HelpScreen(places_at(self.focused or self.screen)))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What Textual adds to the palette: the themes; all else is among the keys."""
        return (one for one in super().get_system_commands(screen) if one.title == "Theme")

    def action_take_screenshot(self) -> None:
        """Save what is on screen as SVG in the working directory."""
        try:
            path = self.save_screenshot(path=str(Path.cwd()))
        except OSError as error:
            self.notify(
                f"The screenshot could not be written ({error.strerror}).", severity="error", markup=False
            )
        else:
            self.notify(f"Screenshot: {path}", markup=False)

    async def action_quit(self) -> None:
        """The palette's way of quitting is ours."""
        self.action_leave()

    @work(exit_on_error=False)
    async def action_leave(self) -> None:
        """Quit; ask first while something trains, and lose nothing of it."""
        if isinstance(self.screen, ConfirmScreen):
            return
        active = self.laboratory.own_active
        waiting = len(self.laboratory.own_waiting)
        if active or waiting:
            what = "1 run trains" if len(active) == 1 else f"{len(active)} runs train"
            waits = f", {waiting} {'waits' if waiting == 1 else 'wait'}" if waiting else ""
            question = (
                f"{what}{waits}. Stopped runs are tested and kept with what they have learnt; those left in "
                "the background train on, and the next dashboard finds them."
            )
            if waiting:
                question += " What waits starts then by itself; where runs are stopped, it is kept untrained."
            answers = {"stop": "Stop and keep", "background": "Leave in the background", "stay": "Stay"}
            answer = await self.push_screen_wait(ConfirmScreen(question, answers))
            if answer == "background":
                await self.laboratory.detach_all()
                self.exit(0)
                return
            if answer != "stop":
                return
            self.notify("Stopping.", timeout=STOP_SECONDS)
            await self.laboratory.stop_all()
            deadline = time.monotonic() + STOP_SECONDS
            # A worker that does not answer stops by itself when we are gone: its standard input closes.
            while self.laboratory.own_active and time.monotonic() < deadline:
                await asyncio.sleep(SOON_SECONDS)
        self.exit(0)
