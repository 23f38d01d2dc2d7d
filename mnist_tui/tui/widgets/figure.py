"""A panel with something drawn to its size."""

from collections.abc import Callable

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.canvas import Canvas


class Figure(Canvas, can_focus=True):
    """A canvas with a frame and a title, which the focus can go to.

    Args:
        title: What it shows.
        draw_lines: Takes the size in cells; what is too tall is cut.
        id: The widget's id.
    """

    def __init__(self, title: str, draw_lines: Callable[[int, int], list[Line]], *, id: str) -> None:  # noqa: A002
        super().__init__(draw_lines, id=id, classes="panel")
        self.border_title = title
