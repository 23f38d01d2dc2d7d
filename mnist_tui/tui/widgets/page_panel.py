"""A panel of the run's page: as many lines as it has to say."""

from collections.abc import Callable, Sequence

from textual.geometry import Size

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.drawing import Drawing


class PagePanel(Drawing):
    """Lines that a function draws for a width; the panel is as tall as they are.

    Args:
        title: What it shows.
        draw_lines: Takes the width in cells.
        id: The widget's id.
    """

    DEFAULT_CLASSES = "panel"

    def __init__(self, title: str, draw_lines: Callable[[int], Sequence[Line]], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.border_title = title
        self._draw_lines = draw_lines

    def update(self) -> None:
        """Draw what is there now."""
        known = len(self.lines)
        self.redraw()
        if len(self.lines) != known:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's face
        """As many lines as there are at this width, whatever frame there is."""
        return max(1, len(self._draw_lines(width)))

    def draw(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - it takes what it needs
        """All lines."""
        return list(self._draw_lines(width))
