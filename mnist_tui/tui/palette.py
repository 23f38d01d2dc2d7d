"""What the colours of runs are painted with: by the ground they stand on, and by what the terminal can show.

A run's colour (`tui/identity.py`) is a name: whatever draws knows it as it is on a dark ground. On its way to
any other screen each line passes a filter that puts in its place what that is there. So no drawing knows
the theme, and a new one shows at once.
"""

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from mnist_tui.tui.identity import COLORS

LIGHT = ("#0b57a8", "#9a4700", "#1a6e2e", "#a01f6c", "#6236b8", "#645500", "#00646f", "#b0241c")
"""The same hues, dark enough for names on a light ground: 4.5 to 1 and more (WCAG)."""

DARK_16 = ("#5555ff", "#aa5500", "#55ff55", "#ff55ff", "#aa00aa", "#ffff55", "#55ffff", "#ff5555")
LIGHT_16 = ("#0000aa", "#aa5500", "#00aa00", "#aa00aa", "#5555ff", "#555555", "#00aaaa", "#aa0000")
"""For terminals of 16 colours, eight of them as Rich knows them: the nearest ones would be fewer."""

FEW_COLORS = frozenset({"standard", "windows"})
"""Colour systems of 16 colours."""


def colors(*, dark: bool, few: bool) -> tuple[str, ...]:
    """The colours that stand for `COLORS`, in their order.

    Args:
        dark: Whether the ground is.
        few: Whether there are 16 colours only.
    """
    if few:
        return DARK_16 if dark else LIGHT_16
    return COLORS if dark else LIGHT


class Ground(LineFilter):
    """Puts the colours of runs in their place on one ground.

    Of 16 colours a dimmed one would be another one: there, dimmed curves keep their colour, and are told by
    their dots.

    Args:
        dark: As for `colors`.
        few: As for `colors`.
    """

    def __init__(self, *, dark: bool, few: bool) -> None:
        instead = colors(dark=dark, few=few)
        super().__init__(enabled=instead is not COLORS)
        self._few = few
        self._instead = {
            RichColor.parse(name).triplet: RichColor.parse(color)
            for name, color in zip(COLORS, instead, strict=True)
        }
        self._painted = lru_cache(maxsize=1024)(self._paint)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's face
        """A line as it is on this ground."""
        return [
            Segment(text, self._painted(style) if style else style, control)
            for text, style, control in segments
        ]

    def _paint(self, style: Style) -> Style:
        color = self._instead.get(style.color.triplet) if style.color and style.color.triplet else None
        if color is None:
            return style
        return style + Style(color=color, dim=False if self._few else None)


@lru_cache(maxsize=4)
def ground(*, dark: bool, few: bool) -> Ground:
    """The filter for one ground; the same one each time, so that painted lines are known again."""
    return Ground(dark=dark, few=few)
