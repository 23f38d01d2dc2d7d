"""What a sweep shows: test accuracy over one setting that takes several numbers, or over two settings."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from statistics import quantiles
from typing import Any, Self

from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.factors import effective_settings, is_number, level, levels, planned_rows
from mnist_tui.analysis.measures import ACCURACY, resolution
from mnist_tui.analysis.statistics import mean_interval
from mnist_tui.runs.rows import Row
from mnist_tui.settings.labels import format_value
from mnist_tui.settings.run_config import setting

FEWEST = 3
"""Values that make a sweep; two are a switch."""

RATIOS = 1.5
"""How uneven the steps of the logarithms may be: 1, 2, 5, 10 are spaced by ratios, 1, 2, 3, 5 are not."""

FAR_BELOW = 3.0
"""Distances between the quartiles below the first one from which on a cell has no say in the scale."""

FAR_APART = 4
"""Values that are so much less uneven in their logarithms are spaced by ratios all the same."""


class Edge(StrEnum):
    """Where the best value of a sweep lies, if it is the last one tried on a side with more beyond."""

    LOWEST = "lowest"
    HIGHEST = "highest"


@dataclass(frozen=True)
class Point:
    """One row of a sweep.

    Attributes:
        values: Of the swept settings, in their order.
        row: The row.
        mean: Test accuracy, as a share.
        low: Lower end of the mean's 95 % interval over seeds; `None` for a single run.
        high: Upper end.
        count: Seeds.
    """

    values: tuple[Any, ...]
    row: Row
    mean: float
    low: float | None
    high: float | None
    count: int

    @classmethod
    def of(cls, row: Row, names: Sequence[str]) -> Self:
        """The point of a row that has results."""
        accuracies = [result.test_accuracy for result in row.results]
        estimate = mean_interval(accuracies, resolution(ACCURACY, row.runs))
        values = tuple(level(row.config, name) for name in names)
        return cls(values, row, estimate.value, estimate.low, estimate.high, estimate.count)

    @property
    def label(self) -> str:
        """Its values for people."""
        return ", ".join(map(format_value, self.values))


@dataclass(frozen=True)
class SweepCurve:
    """Test accuracy over the numbers that one setting takes.

    Attributes:
        name: The setting.
        points: By rising value; three or more.
        is_log: Whether the values are spaced by ratios, so that a logarithmic axis fits.
    """

    name: str
    points: tuple[Point, ...]
    is_log: bool

    @property
    def label(self) -> str:
        """What people call the setting."""
        return setting(self.name).label

    @property
    def values(self) -> tuple[float, ...]:
        """Of the points."""
        return tuple(point.values[0] for point in self.points)

    @property
    def places(self) -> tuple[float, ...]:
        """Of the points on the axis, rising from 0 to 1.

        0 has none on a logarithmic axis: it stands one step of mean width before the smallest value.
        """
        places = _logarithms(self.values) if self.is_log else self.values
        low, span = places[0], places[-1] - places[0]
        return tuple((place - low) / span for place in places)

    @property
    def has_zero_apart(self) -> bool:
        """Whether the first point is 0 beside a logarithmic axis."""
        return self.is_log and not self.values[0]

    @property
    def best(self) -> Point:
        """The point with the highest mean; of several, the first."""
        return max(self.points, key=lambda point: point.mean)

    @property
    def edge(self) -> Edge | None:
        """At which edge the best value lies, if the setting could go further there."""
        return _edge(self.name, self.values, self.best.values[0])


@dataclass(frozen=True)
class SweepGrid:
    """Test accuracy over the values that two settings take.

    Attributes:
        names: The settings: the one of the lines, the one of the columns.
        lines: The values of the first.
        columns: The values of the second.
        points: By line and column; some may be missing.
    """

    names: tuple[str, str]
    lines: tuple[Any, ...]
    columns: tuple[Any, ...]
    points: dict[tuple[Any, Any], Point]

    @property
    def labels(self) -> tuple[str, str]:
        """What people call the settings."""
        return setting(self.names[0]).label, setting(self.names[1]).label

    @property
    def best(self) -> Point:
        """The point with the highest mean; of several, the first."""
        return max(self.points.values(), key=lambda point: point.mean)

    @cached_property
    def scale(self) -> tuple[float, float]:
        """The means that have the lightest and the darkest shade.

        The lowest and the highest, but for those so far below the others (Tukey, 1977) that one scale for all
        would leave these no shades.
        """
        means = sorted(point.mean for point in self.points.values())
        first, _, third = quantiles(means, n=4, method="inclusive")
        fence = first - FAR_BELOW * (third - first) if third > first else means[0]
        return next(mean for mean in means if mean >= fence), means[-1]

    @property
    def has_outliers(self) -> bool:
        """Whether some lie below the scale."""
        return min(point.mean for point in self.points.values()) < self.scale[0]

    def height_of(self, point: Point) -> float:
        """Where its mean lies on the scale, from 0 to 1; 0 too where it lies below."""
        low, high = self.scale
        return max(0.0, (point.mean - low) / (high - low)) if high > low else 0.0

    @property
    def edges(self) -> tuple[Edge | None, Edge | None]:
        """For each setting at which edge the best value lies; see `SweepCurve.edge`."""
        first, second = (
            _edge(name, values, value) if len(values) >= FEWEST and all(map(is_number, values)) else None
            for name, values, value in zip(
                self.names, (self.lines, self.columns), self.best.values, strict=True
            )
        )
        return first, second


def _edge(name: str, values: Sequence[float], value: float) -> Edge | None:
    """Where a value lies among the rising ones that were tried."""
    rule = setting(name)
    if value == values[0] and value != rule.low:
        return Edge.LOWEST
    if value == values[-1] and value != rule.high:
        return Edge.HIGHEST
    return None


def sweep_curve(comparison: Comparison) -> SweepCurve | None:
    """The curve of a comparison whose rows differ in one setting, which takes three numbers or more."""
    rows = planned_rows(comparison)
    names = effective_settings(*(row.config for row in rows))
    if len(names) != 1:
        return None
    points = sorted((Point.of(row, names) for row in _numbered(rows, names[0])), key=lambda one: one.values)
    values = [point.values[0] for point in points]
    if len(set(values)) < max(FEWEST, len(rows)):
        return None
    return SweepCurve(names[0], tuple(points), are_spaced_by_ratios(values))


def _numbered(rows: Sequence[Row], name: str) -> list[Row]:
    return [row for row in rows if is_number(level(row.config, name))]


def sweep_grid(comparison: Comparison) -> SweepGrid | None:
    """The grid of a comparison whose rows differ in two settings, one of them with three values or more.

    `None` where more than half of the combinations are missing, or one is there twice.
    """
    rows = planned_rows(comparison)
    names = effective_settings(*(row.config for row in rows))
    if len(names) != 2:
        return None
    lines, columns = (tuple(levels(rows, name)) for name in names)
    points = {(point.values[0], point.values[1]): point for point in (Point.of(row, names) for row in rows)}
    is_complete = len(points) == len(rows) and 2 * len(points) >= len(lines) * len(columns)
    if not is_complete or min(len(lines), len(columns)) < 2 or max(len(lines), len(columns)) < FEWEST:
        return None
    return SweepGrid((names[0], names[1]), lines, columns, points)


def are_spaced_by_ratios(values: Sequence[float]) -> bool:
    """Whether numbers are spaced by ratios rather than by differences; 0 may stand before them.

    Args:
        values: Rising, none below 0.
    """
    positive = [value for value in values if value > 0]
    if len(positive) < 2 or values[0] < 0:
        return False
    linear, ratios = _unevenness(values), _unevenness([math.log(value) for value in positive])
    return linear >= 2 - 1e-9 and (ratios <= RATIOS or linear > FAR_APART * ratios)


def _unevenness(values: Sequence[float]) -> float:
    """The largest step beside the smallest."""
    steps = [after - before for before, after in pairwise(values)]
    return max(steps) / min(steps)


def _logarithms(values: Sequence[float]) -> list[float]:
    """Of rising numbers; 0 gets a place before the others."""
    logarithms = [math.log(value) for value in values if value > 0]
    step = (logarithms[-1] - logarithms[0]) / (len(logarithms) - 1)
    return logarithms if values[0] > 0 else [logarithms[0] - step, *logarithms]
