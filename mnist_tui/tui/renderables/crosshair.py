"""A crosshair: what every curve says at one x, the nearest curve first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mnist_tui.tui.renderables.axes import Axis
from mnist_tui.tui.renderables.cells import Cells
from mnist_tui.tui.renderables.series import Series


@dataclass(frozen=True)
class Pointer:
    """Where somebody points, in shares of the axes.

    Attributes:
        x: 0 at the left edge, 1 at the right one.
        y: 0 at the bottom, 1 at the top.
    """

    x: float
    y: float

    def moved(self, x: float, y: float) -> "Pointer":
        """Elsewhere, inside the chart."""
        return Pointer(min(max(self.x + x, 0.0), 1.0), min(max(self.y + y, 0.0), 1.0))


@dataclass(frozen=True)
class Reading:
    """What a curve says at a place.

    Attributes:
        series: The curve.
        x: Where it was measured, the measurement nearest to the place.
        y: What was measured.
    """

    series: Series
    x: float
    y: float


def read(series: Sequence[Series], pointer: Pointer, x: Axis, y: Axis, near: float) -> list[Reading]:
    """What the curves say that are there, the nearest one first.

    Args:
        series: The curves; of a smoothed one, the smooth curve is read.
        pointer: Where.
        x: The axis.
        y: The axis.
        near: A curve counts as there up to so much of the x axis beyond its ends.
    """
    at = x.value(pointer.x)
    found = []
    for one in series:
        place = int(np.abs(one.x - at).argmin())
        beyond = max(one.x[0] - at, at - one.x[-1], 0.0)
        if not one.faint and beyond <= near * (x.high - x.low):
            found.append(Reading(one, float(one.x[place]), float(one.y[place])))
    return sorted(found, key=lambda reading: abs(float(y.share(np.array([reading.y]))[0]) - pointer.y))


def draw_crosshair(
    cells: Cells,
    readings: Sequence[Reading],
    pointer: Pointer,
    size: tuple[int, int],
    title: str,
    text: Callable[[float], str],
    style: str,
) -> None:
    """A vertical line, and what the curves say beside it.

    Args:
        cells: What was drawn already.
        readings: What is said.
        pointer: Where.
        size: Columns and rows of the plot.
        title: What x is there.
        text: How a value is written.
        style: Rich style of the line.
    """
    columns, rows = size
    column, row = round(pointer.x * (columns - 1)), round((1 - pointer.y) * (rows - 1))
    for place in range(rows):
        if cells.is_blank(place, column, 1):
            cells.put(place, column, "│", style)
    cells.put(row, column, "┼", style)
    lines = [(title, "bold"), *((_words(one, text), one.series.style) for one in readings)]
    if len(lines) > rows:
        lines = [*lines[: rows - 1], (f"… {len(lines) - rows + 1} more", style)]
    width = min(max(len(line) for line, _ in lines) + 2, columns)
    start = column + 1 if column + 1 + width <= columns else max(0, column - width)
    # Where it covers the least of the curves: at the top, at the bottom, or as high as the pointer.
    tops = [0, rows - len(lines), min(max(0, row - len(lines) // 2), rows - len(lines))]
    places = range(len(lines))
    top = max(tops, key=lambda top: sum(cells.blanks(top + place, start, width) for place in places))
    for place, (line, its) in enumerate(lines):
        cells.write(top + place, start, f" {line[: width - 2]:<{width - 2}} ", its)


def _words(reading: Reading, text: Callable[[float], str]) -> str:
    one = reading.series
    return " ".join(part for part in (one.marker, one.name, text(reading.y)) if part)
