"""A panel of the run's page: as many lines as it has to say."""

from collections.abc import Callable, Sequence

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
        self._height = 1
        self.styles.height = 3

    def update(self) -> None:
        """Draw what is there now."""
        self.redraw()

    def draw(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - it takes what it needs
        """All lines; the panel grows and shrinks with them."""
        lines = list(self._draw_lines(width))
        if len(lines) != self._height:
            self._height = len(lines)
            self.styles.height = len(lines) + self.gutter.height
        return lines
