"""Which part of a chart is looked at, and what is pointed at."""

from dataclasses import dataclass, replace
from typing import Self

from mnist_tui.tui.renderables.axes import Axis
from mnist_tui.tui.renderables.chart import Picture
from mnist_tui.tui.renderables.crosshair import Pointer


@dataclass(frozen=True)
class Viewport:
    """Which part of a chart is looked at: numbers, so that it stays while the chart grows.

    Attributes:
        x: That part of the x axis; `None` for all of it.
        y: That part of the y axis; `None` for as much as the curves in sight take.
        pointer: What is pointed at.
        held: Whether keys move the pointer; else it follows the mouse.
    """

    x: Axis | None = None
    y: Axis | None = None
    pointer: Pointer | None = None
    held: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of the chart is in sight."""
        return self.x is None and self.y is None

    def zoomed(
        self, picture: Picture, factor: float, about: Pointer, *, x: bool = True, y: bool = False
    ) -> Self:
        """Closer (a factor below 1), or farther away.

        Args:
            picture: What is seen now.
            factor: So much of it is seen then.
            about: What stays where it is.
            x: Whether along the x axis.
            y: Whether along the y axis; else it goes by the curves in sight.
        """
        if not picture.whole:
            return self
        new_x = _part(picture.x.zoomed(factor, about.x), picture.whole[0]) if x else self.x
        new_y = _part(picture.y.zoomed(factor, about.y), picture.whole[1]) if y else self.y
        return replace(self, x=new_x, y=new_y)

    def moved(self, picture: Picture, x: float, y: float) -> Self:
        """To the right and up, in shares of what is seen."""
        if not picture.whole:
            return self
        new_x = _part(picture.x.moved(x), picture.whole[0]) if x and self.x else self.x
        new_y = _part(picture.y.moved(y), picture.whole[1]) if y else self.y
        return replace(self, x=new_x, y=new_y)

    def pointed(self, pointer: Pointer | None, *, held: bool = False) -> Self:
        """Something else is pointed at."""
        return replace(self, pointer=pointer, held=held)

    def whole(self) -> Self:
        """All of the chart."""
        return replace(self, x=None, y=None)


def _part(axis: Axis, whole: Axis) -> Axis | None:
    """As much of an axis as there is; `None` for all of it."""
    inside = axis.within(whole)
    length = whole.share_between(inside.low, inside.high)
    return None if length > 1 - 1e-6 else inside
