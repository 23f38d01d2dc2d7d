"""Paper that a mouse draws on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from textual import events
from textual.message import Message

from mnist_tui.data.ink import Point
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.drawing import Drawing


class PaperSheet(Drawing):
    """Says what the mouse does on it.

    Args:
        draw_lines: Takes the size in cells.
        id: The widget's id.
    """

    DEFAULT_CLASSES = "panel"

    @dataclass
    class Pen(Message):
        """The mouse went down, moved while it was down, or went up.

        Attributes:
            what: Which of these.
            point: Where.
        """

        what: Literal["down", "move", "up"]
        point: Point

    def __init__(self, draw_lines: Callable[[int, int], list[Line]], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._draw_lines = draw_lines
        self._is_down = False

    def draw(self, width: int, height: int) -> list[Line]:
        """What the function draws."""
        return self._draw_lines(width, height)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The pen comes down."""
        self._is_down = True
        self.capture_mouse()
        self._tell("down", event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """It moves, also outside the paper."""
        if self._is_down:
            self._tell("move", event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """It goes up."""
        if self._is_down:
            self._is_down = False
            self.release_mouse()
            self._tell("up", event)

    def _tell(self, what: Literal["down", "move", "up"], event: events.MouseEvent) -> None:
        offset = event.offset - self.gutter.top_left
        width, height = self.size
        size = min(width, 2 * height)
        if size:
            self.post_message(self.Pen(what, ((offset.x + 0.5) / size, (offset.y + 0.5) / (size // 2))))
