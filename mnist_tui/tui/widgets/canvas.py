"""A widget on which a screen draws, and which says where somebody points."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.message import Message

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.drawing import Drawing


class Canvas(Drawing):
    """Lines that a function draws for a width and a height.

    Args:
        draw_lines: Takes both, in cells.
        id: The widget's id.
        classes: The widget's classes.
    """

    @dataclass
    class Pointed(Message):
        """A cell was clicked.

        Attributes:
            canvas: Whose.
            x: Cells from the left.
            y: Cells from the top.
        """

        canvas: "Canvas"
        x: int
        y: int

        @property
        def control(self) -> "Canvas":
            """Whose message it is, for `on`."""
            return self.canvas

    def __init__(
        self,
        draw_lines: Callable[[int, int], list[Line]],
        *,
        id: str,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._draw_lines = draw_lines
        self.add_class(*(classes or "").split())

    def draw(self, width: int, height: int) -> list[Line]:
        """What the function draws."""
        return self._draw_lines(width, height)[:height]

    def on_click(self, event: events.Click) -> None:
        """Say where it was."""
        if (offset := event.get_content_offset(self)) is not None:
            self.post_message(self.Pointed(self, offset.x, offset.y))
