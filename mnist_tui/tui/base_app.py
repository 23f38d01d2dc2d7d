"""Textual's app as this program needs it: it finds again what was chosen, and says what went wrong."""

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

from rich.text import Text
from textual import on, work
from textual.app import App
from textual.notifications import Notify
from textual.timer import Timer, TimerCallback
from textual.worker import Worker, WorkerFailed

from mnist_tui import paths
from mnist_tui.errors import MnistTuiError, describe_defect
from mnist_tui.tui.preferences import Preferences, keep

DEFECT_SECONDS = 20.0
"""How long the name of a file with the details of a mistake of ours can be read."""


class BaseApp(App[int]):
    """Knows nothing of runs.

    Attributes:
        preferences: What was chosen, in this sitting or an earlier one; `prefer` changes it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._preferences_path = paths.preferences_file()
        self.preferences = Preferences.read(self._preferences_path)
        self._unkept: dict[str, Any] = {}
        if self.preferences.theme in self.available_themes:
            self.theme = self.preferences.theme

    def on_mount(self) -> None:
        """Keep the theme that is chosen."""
        self.theme_changed_signal.subscribe(self, lambda theme: self.prefer(theme=theme.name))

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

    async def keep_preferences(self) -> None:
        """Write down what was chosen and is not written down yet."""
        if self._unkept:
            with contextlib.suppress(OSError):
                await asyncio.to_thread(keep, self._preferences_path, self._unkept)

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
