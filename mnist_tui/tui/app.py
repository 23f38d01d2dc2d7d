"""The dashboard as a Textual app."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual import work
from textual.app import App, SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen

from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.help import HelpScreen
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.palette import FEW_COLORS, ground
from mnist_tui.tui.runs_app import SOON_SECONDS, RunsApp
from mnist_tui.tui.screens import later
from mnist_tui.tui.screens.dashboard import DashboardScreen
from mnist_tui.tui.where import places_at
from mnist_tui.tui.widgets.curves import CurveChart

if TYPE_CHECKING:
    from mnist_tui.tui.by_name import KeysProvider

LOOKS = later.SCREENS.keys() - {"data"}
"""Screens that are about runs, beyond their curves."""

STOP_SECONDS = 10.0
"""How long runs may take to stop before the dashboard closes without having seen it."""


def keys_provider() -> type["KeysProvider"]:
    """What the palette finds; loaded when somebody opens it."""
    from mnist_tui.tui.by_name import KeysProvider

    return KeysProvider


class MnistTuiApp(RunsApp):
    """Its screens, its keys, and the way out."""

    TITLE = "mnist-tui"
    CSS_PATH = "app.tcss"
    MODES = {
        name: later.up_to_date(make) for name, make in {"dashboard": DashboardScreen, **later.SCREENS}.items()
    }
    DEFAULT_MODE = "dashboard"
    BINDINGS = bindings(Place.APP)
    COMMANDS = App.COMMANDS | {keys_provider}
    ALLOW_IN_MAXIMIZED_VIEW = "KeysFooter"

    def on_mount(self) -> None:
        """Show the dashboard first, then read the disk."""
        self.mode_change_signal.subscribe(self, self._note_look)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.look_after_runs()
        self.run_worker(later.load, thread=True, exit_on_error=False)

    @property
    def dashboard(self) -> DashboardScreen:
        """The dashboard, on screen or not."""
        return cast(DashboardScreen, self.get_screen_stack("dashboard")[0])

    def _note_look(self, mode: str) -> None:
        """Somebody looks at a run beyond its curves, which the guide asks for."""
        if mode in LOOKS and self.laboratory.runs:
            self.session.done.add("looked")

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Paint runs for the ground of now, before anything else is done to colours."""
        few = self.console.color_system in FEW_COLORS and not self.is_headless
        painter = ground(dark=self.current_theme.dark, few=few)
        return [*([painter] if painter.enabled else []), *super().get_line_filters()]

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
