"""Curves of several runs in one chart.

A row is told by its colour *and* by the marker on its curves; validation is a solid line, training a
dotted one, and the seeds of a row span a band of thin dots. So a chart can be read without colour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mnist_tui.tui.renderables.braille import DOTS_X, DOTS_Y, BrailleCanvas
from mnist_tui.tui.renderables.lines import Line, in_the_middle
from mnist_tui.tui.renderables.ticks import linear_ticks, log_ticks, tick_labels

MARKER_SPACING = 14
"""Cells between two markers on a curve."""

ENOUGH_POINTS = 40
"""With fewer points every one of them stays inside the chart."""

SMALLEST_SHARE = 1e-12
"""A logarithmic axis spans no more than this."""

NOTHING = 1e-300
"""What is smaller has no place on a logarithmic axis: a fraction of it may be 0 to the computer."""

MIN_WIDTH, MIN_HEIGHT = 16, 4

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """One curve.

    Attributes:
        marker: A character of width 1 that stands on the curve.
        style: Rich style of the curve.
        x: Rising values, shape (n,).
        y: Shape (n,).
        dotted: Draw it dotted, with a marker at its end only.
        low: Where the band around it begins, shape (n,); `None` for a curve without one.
        high: Where it ends.
    """

    marker: str
    style: str
    x: Values
    y: Values
    dotted: bool = False
    low: Values | None = None
    high: Values | None = None

    def at(self, keep: npt.NDArray[np.bool_]) -> "Series":
        """Some of its points."""
        low, high = (None if edge is None else edge[keep] for edge in (self.low, self.high))
        return replace(self, x=self.x[keep], y=self.y[keep], low=low, high=high)


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


def render_chart(
    series: Sequence[Series],
    width: int,
    height: int,
    *,
    log: bool = False,
    percent: bool = False,
    empty: str = "",
    axis_style: str = "dim",
    marks: Sequence[Mark] = (),
) -> list[Line]:
    """Draw curves with their axes.

    Args:
        series: The curves; later ones are drawn over earlier ones.
        width: Cells.
        height: Cells.
        log: Logarithmic y axis.
        percent: Show y, 0 to 1, in percent.
        empty: Text for a chart without curves.
        axis_style: Rich style of axes and labels.
        marks: What happened on the way, behind the curves.

    Returns:
        At most `height` lines of at most `width` cells.
    """
    drawable = [visible for one in series if (visible := _visible(one, log=log))]
    if not drawable or width < MIN_WIDTH or height < MIN_HEIGHT:
        return in_the_middle(empty if not drawable else "", width, height)

    x_low, x_high = 0.0, max(float(one.x[-1]) for one in drawable)
    y_low, y_high = _y_limits(drawable, log=log)
    x_high = x_high or 1.0
    rows = height - 2
    y_ticks = (log_ticks if log else linear_ticks)(y_low, y_high, max(2, rows // 2))
    labels = [f"{tick:g}" for tick in y_ticks] if log else tick_labels(y_ticks, percent=percent)
    gutter = max((len(label) for label in labels), default=1) + 1
    columns = width - gutter
    x_dots, y_dots = columns * DOTS_X - 1, rows * DOTS_Y - 1

    def place_y(values: Values) -> Values:
        low, high, at = (np.log(y_low), np.log(y_high), np.log(values)) if log else (y_low, y_high, values)
        return (high - at) / (high - low) * y_dots

    canvas = BrailleCanvas(columns, rows)
    markers: dict[tuple[int, int], int] = {}
    styles = [one.style for one in drawable] + [f"dim {one.style}" for one in drawable]
    for number, one in enumerate(drawable):
        if one.low is not None and one.high is not None:
            top, bottom = place_y(one.high), place_y(np.maximum(one.low, y_low) if log else one.low)
            canvas.band(one.x / x_high * x_dots, top, bottom, len(drawable) + number)
    for number, one in enumerate(drawable):
        dots_x, dots_y = one.x / x_high * x_dots, place_y(one.y)
        if one.dotted:
            dots_x, dots_y = _thin(dots_x, dots_y)
        canvas.line(dots_x, dots_y, number, dotted=one.dotted)
        for cell in _marker_cells(dots_x, dots_y, rows, columns, only_last=one.dotted):
            markers[cell] = number

    tick_rows = {
        int(place_y(np.array([tick]))[0]) // DOTS_Y: label
        for tick, label in zip(y_ticks, labels, strict=True)
    }
    background = _rule_cells([mark for mark in marks if 0 <= mark.x <= x_high], x_high, rows, columns)
    drawn: list[Line] = []
    for row, line in enumerate(canvas.rows()):
        label = tick_rows.get(row, "")
        axis = (f"{label:>{gutter - 1}}{'┤' if label else '│'}", axis_style)
        on_top = {
            column: (drawable[number].marker, drawable[number].style)
            for (marker_row, column), number in markers.items()
            if marker_row == row
        }
        below = {column: cell for (rule_row, column), cell in background.items() if rule_row == row}
        drawn.append([axis, *_cells(line, canvas.owner[row], styles, on_top, below)])
    drawn += [[(line, axis_style)] for line in _x_axis(x_low, x_high, columns, gutter)]
    return drawn


def _visible(series: Series, *, log: bool) -> Series | None:
    """The part of a curve that can be drawn, or `None`."""
    keep = np.isfinite(series.x) & np.isfinite(series.y)
    if log:
        keep &= series.y > NOTHING
    if not keep.any():
        return None
    return series.at(keep)


def _y_limits(series: Sequence[Series], *, log: bool) -> tuple[float, float]:
    """The range of the y axis.

    Training starts at the accuracy of chance, which would press everything that matters against the
    top: without a logarithmic axis, the lowest and highest twentieth of many values may leave the
    chart, as long as the ends of all curves stay inside.
    """
    edges = [edge for one in series for edge in (one.low, one.high) if edge is not None]
    values = np.concatenate([*(one.y for one in series), *edges])
    if log:
        values = values[values > NOTHING]
        high = float(values.max())
        low = max(float(values.min()), high * SMALLEST_SHARE)
        return (low / 1.1, high * 1.1) if low < high else (low / 2, high * 2)
    ends = [float(one.y[-1]) for one in series]
    outliers = 0.05 if len(values) >= ENOUGH_POINTS else 0.0
    low = min(float(np.quantile(values, outliers)), *ends)
    high = max(float(np.quantile(values, 1 - outliers)), *ends)
    margin = 0.05 * (high - low) or max(abs(high), 1e-3) * 0.05
    return low - margin, high + margin


def _thin(x: Values, y: Values) -> tuple[Values, Values]:
    """The mean of all points that fall into the same column of dots."""
    columns = x.astype(np.int64)
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    counts = np.diff(starts, append=len(x))
    return np.add.reduceat(x, starts) / counts, np.add.reduceat(y, starts) / counts


def _marker_cells(x: Values, y: Values, rows: int, columns: int, *, only_last: bool) -> list[tuple[int, int]]:
    """The (row, column) cells where a curve shows its marker: its end, and points well before it."""
    cells = []
    free = columns
    for dot_x, dot_y in zip(x[::-1], y[::-1], strict=True):
        row, column = int(dot_y) // DOTS_Y, int(dot_x) // DOTS_X
        if 0 <= row < rows and column <= free:
            cells.append((row, column))
            free = column - MARKER_SPACING
        if only_last:
            break
    return cells


def _rule_cells(
    marks: Sequence[Mark], x_high: float, rows: int, columns: int
) -> dict[tuple[int, int], tuple[str, str]]:
    """Characters and styles of the vertical lines by (row, column); each label has a row of its own."""
    places = [int(mark.x / x_high * (columns * DOTS_X - 1)) // DOTS_X for mark in marks]
    cells = {
        (row, column): ("┊", mark.style)
        for mark, column in zip(marks, places, strict=True)
        for row in range(rows)
    }
    for number, (mark, column) in enumerate(zip(marks, places, strict=True)):
        row = number % max(1, rows // 2)
        for label in (mark.label, mark.short):
            fits_right = column + 1 + len(label) <= columns
            start = column + 1 if fits_right else column - len(label)
            if start >= 0:
                cells.update({(row, start + place): (one, mark.style) for place, one in enumerate(label)})
                break
    return cells


def _cells(
    line: str,
    owners: npt.NDArray[np.int16],
    style_of: Sequence[str],
    on_top: Mapping[int, tuple[str, str]],
    below: Mapping[int, tuple[str, str]],
) -> Iterator[tuple[str, str]]:
    """One row of the plot as pairs of text and style, neighbouring cells of one style at once."""
    cells = list(line)
    styles = [style_of[number] if number >= 0 else "" for number in owners.tolist()]
    for column, cell in below.items():
        if owners[column] < 0:
            cells[column], styles[column] = cell
    for column, cell in on_top.items():
        cells[column], styles[column] = cell
    start = 0
    for column in range(1, len(cells) + 1):
        if column == len(cells) or styles[column] != styles[start]:
            yield "".join(cells[start:column]), styles[start]
            start = column


def _x_axis(low: float, high: float, columns: int, gutter: int) -> tuple[str, str]:
    """The line under the plot, and the numbers under it."""
    ticks = linear_ticks(low, high, max(2, columns // 8))
    line, numbers = ["─"] * columns, [" "] * columns
    free = 0
    for tick, label in zip(ticks, tick_labels(ticks), strict=True):
        column = round((tick - low) / (high - low) * (columns - 1))
        line[column] = "┬"
        start = min(max(0, column - len(label) // 2), columns - len(label))
        if start >= free:
            numbers[start : start + len(label)] = label
            free = start + len(label) + 1
    return f"{' ' * (gutter - 1)}└{''.join(line)}", f"{' ' * gutter}{''.join(numbers)}"
