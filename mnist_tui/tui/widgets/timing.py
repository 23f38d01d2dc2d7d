"""Progress, time and speed of the rows."""

from collections.abc import Sequence

from textual.geometry import Size
from textual.reactive import reactive

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.timing import render_timing
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.widgets.drawing import Drawing


class TimingPanel(Drawing):
    """One line a row: epoch, progress bar, time gone, time left, images a second."""

    DEFAULT_CLASSES = "panel"
    BORDER_TITLE = "Timing"

    rows: reactive[Sequence[RowView]] = reactive((), always_update=True, repaint=False)

    _lines = 1

    def watch_rows(self) -> None:
        """Take a line for each row, and draw them as they are now."""
        self.set_class(not any(row.is_active for row in self.rows), "idle")
        lines = max(1, len(self.rows))
        if lines != self._lines:
            self._lines = lines
            self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's face
        """A line for each row, whatever frame there is."""
        return self._lines

    def draw(self, width: int, height: int) -> list[Line]:
        """The lines that fit."""
        return render_timing(self.rows, width, height) or [[("Nothing trains yet.", "dim")]]
