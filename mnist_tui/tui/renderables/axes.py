"""Axes: which part of the numbers a chart shows, and where a number lies on it.

Axes grow in steps, so that a chart which is watched while it grows stands still between them. What makes a
chart unreadable for all, the first steps of training or a row that went astray, may leave it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mnist_tui.tui.renderables.series import NOTHING, Series
from mnist_tui.tui.renderables.ticks import linear_ticks, log_ticks

Values = npt.NDArray[np.float64]

GRAINS = 12
"""A linear axis ends at multiples of about one part in so many."""

STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Where an axis ends: at one of these times a power of ten."""

ENOUGH_POINTS = 20
"""With fewer points every one of them stays inside the chart."""

OUTLIERS = 0.05
"""Of more points, this share at either end may leave it; a logarithmic axis has room for them."""

ASTRAY = 4.0
"""A row leaves the chart whose end lies so many times farther from the others than these are spread."""

BESIDE = 0.5
"""Training may take so much of what validation takes on either side of it."""

SMALLEST_SHARE = 1e-12
"""A logarithmic axis spans no more than this."""

DEEPEST_ZOOM = 1e-4
"""No less of the whole than this is shown."""

MOST_NAMES = 0.5
"""Names at the ends of curves take no more than this share of the width."""


@dataclass(frozen=True)
class Axis:
    """A range of numbers along one side of a chart.

    Attributes:
        low: Where it begins.
        high: Where it ends, above `low`.
        log: Whether equal ratios, not equal differences, are equally far apart; then `low` is above 0.
    """

    low: float
    high: float
    log: bool = False

    def share(self, values: Values) -> Values:
        """Where values lie, 0 at the beginning and 1 at the end; numbers that are not above 0 far below."""
        low, high = self._ends
        at = np.log(np.maximum(values, NOTHING)) if self.log else values
        return (at - low) / (high - low)

    def share_between(self, low: float, high: float) -> float:
        """How much of it lies between two values."""
        first, last = self.share(np.array([low, high]))
        return float(last - first)

    def value(self, share: float) -> float:
        """The number at a place."""
        low, high = self._ends
        at = low + share * (high - low)
        return math.exp(at) if self.log else at

    def zoomed(self, factor: float, about: float) -> "Axis":
        """Another part of the axis.

        Args:
            factor: How much of it; below 1 shows less, larger.
            about: The share of it that stays where it is.
        """
        low, high = about - about * factor, about + (1 - about) * factor
        return replace(self, low=self.value(low), high=self.value(high))

    def moved(self, by: float) -> "Axis":
        """The same length of axis elsewhere, in shares of it."""
        return replace(self, low=self.value(by), high=self.value(1 + by))

    def within(self, whole: "Axis") -> "Axis":
        """It, moved and cut so that it lies inside another one of the same scale."""
        low, high = (float(one) for one in whole.share(np.array([self.low, self.high])))
        length = min(1.0, max(DEEPEST_ZOOM, high - low))
        start = min(max(0.0, low), 1 - length)
        return replace(whole, low=whole.value(start), high=whole.value(start + length))

    def ticks(self, most: int) -> list[float]:
        """Round numbers on it, no more than that."""
        return (log_ticks if self.log else linear_ticks)(self.low, self.high, most)

    @property
    def _ends(self) -> tuple[float, float]:
        return (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)


def x_axis(ends: Sequence[tuple[float, float]]) -> Axis:
    """From 0 to where all curves, with the names at their ends, have their place.

    Args:
        ends: Where each curve ends, and the share of the width that its name takes.
    """
    reach = max((end / (1 - min(name, MOST_NAMES)) for end, name in ends), default=0.0)
    return Axis(0.0, grown(reach) if reach > 0 else 1.0)


def grown(value: float) -> float:
    """The next step of an axis at or above a number above 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in STEPS if step * power >= value * (1 - 1e-9)), 10 * power)


def y_axis(series: Sequence[Series], *, log: bool, clipped: bool, sight: Axis | None = None) -> Axis:
    """The range in which curves lie, rounded outwards.

    Args:
        series: One or more curves that can be drawn.
        log: Logarithmic.
        clipped: Whether outliers may leave it: few of many points, and a row far from all others.
        sight: The part of the x axis that is looked at, if not all.
    """
    extents = _extents((one for one in series if one.solid), log=log, clipped=clipped, sight=sight)
    others = _extents((one for one in series if not one.solid), log=log, clipped=clipped, sight=sight)
    if not extents:
        extents, others = others, []
    if sight and not extents:  # nothing lies there
        return y_axis(series, log=log, clipped=clipped)
    if clipped:
        extents = _together(extents)
    low, high = min(one.low for one in extents), max(one.high for one in extents)
    room = BESIDE * (high - low) if clipped else math.inf
    low = max(low - room, min([low, *(one.low for one in others)]))
    high = min(high + room, max([high, *(one.high for one in others)]))
    return _log_axis(math.exp(low), math.exp(high)) if log else _linear_axis(low, high)


def _extents(series: Iterable[Series], *, log: bool, clipped: bool, sight: Axis | None) -> "list[_Extent]":
    return [extent for one in series if (extent := _extent(one, log=log, clipped=clipped, sight=sight))]


@dataclass(frozen=True)
class _Extent:
    """Where a curve lies, where it ends, and how far its second half goes up and down.

    In logarithms where the axis is one.
    """

    low: float
    high: float
    end: float
    unrest: float


def _extent(one: Series, *, log: bool, clipped: bool, sight: Axis | None) -> _Extent | None:
    seen = slice(0, len(one.x))
    if sight:
        if one.x[0] > sight.high or one.x[-1] < sight.low:
            return None
        first, last = np.searchsorted(one.x, [sight.low, sight.high])
        seen = slice(max(0, int(first) - 1), int(last) + 1)  # and where lines come from and go to
    edges = [edge[seen] for edge in (one.low, one.high) if edge is not None]
    values = np.concatenate([one.y[seen], *edges]) if edges else one.y[seen]
    if log:
        values = np.log(values[values > NOTHING] if edges else values)
    if clipped and not log and not sight and len(values) >= ENOUGH_POINTS:
        low, high = (float(edge) for edge in np.quantile(values, (OUTLIERS, 1 - OUTLIERS)))
    else:
        low, high = float(values.min()), float(values.max())
    end = float(np.log(one.y[-1])) if log else float(one.y[-1])
    unrest = float(np.ptp(values[len(values) // 2 :]))
    if sight:
        return _Extent(low, high, end, unrest)
    return _Extent(min(low, end), max(high, end), end, unrest)


def _together(extents: list[_Extent]) -> list[_Extent]:
    """Without those that lie far from all others, of three or more."""
    if len(extents) < 3:
        return extents
    ends = np.array([one.end for one in extents])
    middle = float(np.median(ends))
    distances = np.abs(ends - middle)
    spread = max(float(np.median(distances)), float(np.median([one.unrest for one in extents])))
    return [one for one in extents if abs(one.end - middle) <= ASTRAY * spread] or extents


def _linear_axis(low: float, high: float) -> Axis:
    margin = 0.03 * (high - low) or max(abs(high), 1e-3) * 0.05
    # Where all is 0 and more, or 1 and less, a share for one, there is nothing beyond.
    bottom = 0.0 if 0 <= low < margin else low - margin
    top = 1.0 if 1 - margin < high <= 1 else high + margin
    grain = grown((top - bottom) / GRAINS)
    return Axis(math.floor(bottom / grain + 1e-6) * grain, math.ceil(top / grain - 1e-6) * grain)


def _log_axis(low: float, high: float) -> Axis:
    low = max(low, high * SMALLEST_SHARE)
    if high / low < 2:
        around = _linear_axis(low, high)
        return Axis(max(around.low, low / 2), around.high, log=True)
    return Axis(1 / grown(1 / low), grown(high), log=True)
