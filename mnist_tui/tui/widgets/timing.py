"""Progress, time and speed of the runs."""

from collections.abc import Sequence

from textual.reactive import reactive

from mnist_tui.runs.view import RunView
from mnist_tui.tui.renderables.rows import Row
from mnist_tui.tui.renderables.timing import render_timing
from mnist_tui.tui.widgets.drawing import Drawing


class TimingPanel(Drawing):
    """One line a run: epoch, progress bar, time gone, time left, images a second."""

    DEFAULT_CLASSES = "panel"
    BORDER_TITLE = "Timing"

    runs: reactive[Sequence[RunView]] = reactive((), always_update=True, repaint=False)

    _height = 0

    def watch_runs(self) -> None:
        """Take a line for each run, and draw them as they are now."""
        height = max(1, len(self.runs)) + self.gutter.height
        if height != self._height:
            self._height = self.styles.height = height
        self.redraw()

    def draw(self, width: int, height: int) -> list[Row]:
        """The lines that fit."""
        return render_timing(self.runs, width, height) or [[("Nothing trains yet.", "dim")]]
