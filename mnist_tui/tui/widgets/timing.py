"""Progress, time and speed of the runs."""

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from mnist_tui.runs.run import Run
from mnist_tui.tui.identity import Identity
from mnist_tui.tui.renderables.timing import render_timing


class TimingPanel(Widget):
    """One line a run: epoch, progress bar, time gone, time left, images a second."""

    DEFAULT_CLASSES = "panel"
    BORDER_TITLE = "Timing"

    runs: reactive[Sequence[tuple[Run, Identity, str]]] = reactive((), always_update=True)

    _height = 0

    def watch_runs(self) -> None:
        """Take a line for each run."""
        height = max(1, len(self.runs)) + self.gutter.height
        if height != self._height:
            self._height = self.styles.height = height

    def render(self) -> Content:
        """Draw the lines at the widget's size."""
        if not self.runs:
            return Content.styled("Nothing trains yet.", "dim")
        return render_timing(self.runs, self.size.width, self.size.height)
