"""What is drawn in a chart: curves, and what happened on the way."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

NOTHING = 1e-300
"""What is smaller has no place on a logarithmic axis: a fraction of it may be 0 to the computer."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """One curve.

    Attributes:
        marker: A character of width 1 that stands on the curve.
        style: Rich style of the curve.
        x: Rising values, shape (n,).
        y: Shape (n,).
        dotted: Draw it thin and dotted, with a marker at its end only.
        low: Where the band around it begins, shape (n,); `None` for a curve without one.
        high: Where it ends.
        name: What stands at its end; empty for nothing.
        faint: Draw it thin and without a marker: it lies behind a smoother one.
        lost: Whether it ends because the numbers grew without bounds.
    """

    marker: str
    style: str
    x: Values
    y: Values
    dotted: bool = False
    low: Values | None = None
    high: Values | None = None
    name: str = ""
    faint: bool = False
    lost: bool = False

    @property
    def solid(self) -> bool:
        """Whether it is one of the curves that the chart is about."""
        return not (self.dotted or self.faint)

    def at(self, keep: npt.NDArray[np.bool_]) -> "Series":
        """Some of its points."""
        low, high = (None if edge is None else edge[keep] for edge in (self.low, self.high))
        return replace(self, x=self.x[keep], y=self.y[keep], low=low, high=high)

    def visible(self, *, log: bool) -> "Series | None":
        """The part that can be drawn, or `None`."""
        keep = np.isfinite(self.x) & np.isfinite(self.y)
        if log:
            keep &= self.y > NOTHING
        if keep.all():
            return self if len(keep) else None
        return self.at(keep) if keep.any() else None


@dataclass(frozen=True)
class Mark:
    """Something that happened at a point of the x axis: a thin vertical line with a word or two.

    Attributes:
        x: Where.
        label: What, for example `● fork η 0.1`.
        short: The same where there is no room for it, for example `●`.
        style: Rich style.
    """

    x: float
    label: str
    short: str
    style: str
