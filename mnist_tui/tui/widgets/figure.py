"""A panel with something drawn to its size."""

from collections.abc import Callable, Sequence

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.drawing import Drawing


class Figure(Drawing, can_focus=True):
    """Lines that a function draws for a width and a height.

    Args:
        title: What it shows.
        draw_lines: Takes the size in cells; what is too tall is cut.
        id: The widget's id.
    """

    DEFAULT_CLASSES = "panel"

    def __init__(self, title: str, draw_lines: Callable[[int, int], Sequence[Line]], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.border_title = title
        self._draw_lines = draw_lines

    def draw(self, width: int, height: int) -> list[Line]:
        """As many lines as there is room for."""
        return list(self._draw_lines(width, height))[:height]
