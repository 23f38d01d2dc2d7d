"""Names and accuracies below a chart that stands alone."""

from collections.abc import Sequence

from textual.geometry import Size
from textual.reactive import reactive

from mnist_tui.tui.renderables.legend import render_legend
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.widgets.drawing import Drawing

MOST_LINES = 3


class Legend(Drawing):
    """As many lines as the rows take, three at most; out of sight but in a presentation."""

    DEFAULT_CSS = """
    Legend { display: none; height: auto; max-height: 3; padding: 0 1; margin: 1 0; }
    """

    rows: reactive[Sequence[RowView]] = reactive((), always_update=True, repaint=False)

    def watch_rows(self) -> None:
        """Say where they stand now."""
        known = len(self.lines)
        self.redraw()
        if self.display and len(self.lines) != known:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's face
        """As many lines as the rows take."""
        return max(1, len(render_legend(self.rows, width, MOST_LINES)))

    def draw(self, width: int, height: int) -> list[Line]:
        """Names and accuracies."""
        return render_legend(self.rows, width, height)
