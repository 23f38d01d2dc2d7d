"""What the screens have in common that look at the runs of the session."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual import on
from textual.worker import Worker

from mnist_tui.tui.screens.charts import ChartsScreen
from mnist_tui.tui.steering import Steering

if TYPE_CHECKING:
    from textual import getters

    from mnist_tui.tui.app import MnistTuiApp


class RunsScreen(ChartsScreen):
    """A screen that learns when runs change, and on which some of them are the selected ones.

    While another mode is on screen, it draws nothing, and catches up when it is shown again.
    """

    if TYPE_CHECKING:
        app = getters.app(MnistTuiApp)

    def __init__(self) -> None:
        super().__init__()
        self._missed: set[str] = set()

    @property
    @abstractmethod
    def selected_ids(self) -> Sequence[str]:
        """The runs that keys are meant for; empty for none."""

    @abstractmethod
    def show_changes(self, changed: set[str]) -> None:
        """Show what became of some runs.

        Args:
            changed: Their ids.
        """

    def on_mount(self) -> None:
        """Listen to what becomes of the runs."""
        self.steering = Steering(self, self.app, lambda: self.selected_ids)
        self.app.runs_changed.subscribe(self, self._runs_changed)

    def _runs_changed(self, changed: set[str]) -> None:
        if self in self.app.screen_stack:
            self.show_changes(changed)
        else:
            self._missed |= changed

    def appear(self) -> None:
        """Show what was missed."""
        super().appear()
        if self._missed:
            missed, self._missed = self._missed, set()
            self.show_changes(missed)

    async def action_steer(self, what: str, *arguments: Any) -> None:
        """Do something to the selected run."""
        await self.steering.do(what, *arguments)

    @on(Worker.StateChanged)
    def _tell_of_worker(self, event: Worker.StateChanged) -> None:
        if event.worker.error:
            self.app.tell(event.worker.error)
