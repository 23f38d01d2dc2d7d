"""Progress, time and speed of the runs."""

from collections.abc import Sequence

from textual.geometry import Size
from textual.reactive import reactive

from mnist_tui.runs.view import RunView
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.timing import render_timing
from mnist_tui.tui.widgets.drawing import Drawing


class TimingPanel(Drawing):
    """One line a run: epoch, progress bar, time gone, time left, images a second."""

    DEFAULT_CLASSES = "panel"
    BORDER_TITLE = "Timing"

    runs: reactive[Sequence[RunView]] = reactive((), always_update=True, repaint=False)

    _lines = 1

    def watch_runs(self) -> None:
        """Take a line for each run, and draw them as they are now."""
        lines = max(1, len(self.runs))
        if lines != self._lines:
            self._lines = lines
            self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's face
        """A line for each run, whatever frame there is."""
        return self._lines

    def draw(self, width: int, height: int) -> list[Line]:
        """The lines that fit."""
        return render_timing(self.runs, width, height) or [[("Nothing trains yet.", "dim")]]
