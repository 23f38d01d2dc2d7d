"""A widget that shows what a renderable drew, and repaints only the lines that changed."""

from abc import abstractmethod
from functools import lru_cache
from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.styled_once import StyledOnce


class Drawing(StyledOnce):
    """Lines of styled text, drawn anew by `redraw`.

    Textual would take apart and lay out the text of a `render` method for every frame, which costs far
    more than drawing it; lines are strips already.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.lines: list[Line] = []
        self._strips: list[Strip] = []

    @abstractmethod
    def draw(self, width: int, height: int) -> list[Line]:
        """At most `height` lines of at most `width` cells."""

    def redraw(self) -> None:
        """Draw, and repaint the lines that are not what they were."""
        width, height = self.size
        if not (width and height):
            return
        lines = self.draw(width, height)
        changed = [y for y, (old, new) in enumerate(zip_longest(self.lines, lines)) if old != new]
        self.lines = lines
        self._strips = self._strips[: len(lines)]
        self._strips += [Strip.blank(width)] * (len(lines) - len(self._strips))
        for y in changed:
            if y < len(lines):
                self._strips[y] = self._strip(lines[y], width)
        if changed:
            self.refresh(*[Region(0, y, width, 1) for y in changed])

    def _strip(self, line: Line, width: int) -> Strip:
        base = self.rich_style
        segments = [Segment(text, base + _parse(style)) for text, style in line]
        return Strip(segments).adjust_cell_length(width, base)

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._start_over()

    def notify_style_update(self) -> None:
        """Draw in the colours of the new theme."""
        super().notify_style_update()
        self._start_over()

    def _start_over(self) -> None:
        self.lines, self._strips = [], []
        self.redraw()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line as it was drawn last."""
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)


@lru_cache(maxsize=2048)
def _parse(style: str) -> Style:
    return Style.parse(style) if style else Style.null()
