"""Curves of several runs in one chart.

A row is told by its colour, by the marker on its curves *and* by its name at their end; validation is a thick
line, training a thin dotted one, and the seeds of a row span a band of thin dots. So a chart can be read
without colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_tui.tui.renderables.axes import Axis, Values, x_axis, y_axis
from mnist_tui.tui.renderables.cells import Cells
from mnist_tui.tui.renderables.crosshair import Pointer, draw_crosshair, read
from mnist_tui.tui.renderables.dots import BRAILLE, DotCanvas, Symbols
from mnist_tui.tui.renderables.lines import Line, in_the_middle
from mnist_tui.tui.renderables.names import End, name_of, write_names
from mnist_tui.tui.renderables.series import NOTHING, Mark, Series
from mnist_tui.tui.renderables.ticks import linear_ticks, tick_labels

MARKER_SPACING = 14
"""Cells between two markers on a curve."""

MIN_WIDTH, MIN_HEIGHT = 16, 4

ABOVE, BELOW, LOST = "↑", "↓", "✖"
"""Where a curve leaves the chart, and where it ends because its numbers grew without bounds."""


NO_AXIS = Axis(0.0, 1.0)
"""Where nothing is drawn."""


@dataclass(frozen=True)
class Picture:
    """A chart that was drawn, and what lies where on it.

    Attributes:
        lines: What is seen.
        x: The x axis as it is drawn.
        y: The y axis as it is drawn.
        whole: Both axes as they are where nothing is zoomed; `None` for a chart without curves.
        left: Cells before the plot.
        columns: Cells of the plot.
        rows: Cells of the plot.
    """

    lines: list[Line]
    x: Axis = NO_AXIS
    y: Axis = NO_AXIS
    whole: tuple[Axis, Axis] | None = None
    left: int = 0
    columns: int = 0
    rows: int = 0

    def pointer(self, x: int, y: int) -> Pointer | None:
        """What a cell of the picture points at; `None` beside the plot."""
        column = x - self.left
        if not (self.whole and 0 <= column < self.columns and 0 <= y < self.rows):
            return None
        return Pointer(column / max(1, self.columns - 1), 1 - y / max(1, self.rows - 1))


def draw_chart(
    series: Sequence[Series],
    width: int,
    height: int,
    *,
    log: bool = False,
    percent: bool = False,
    empty: str = "",
    axis_style: str = "dim",
    marks: Sequence[Mark] = (),
    x_name: str = "",
    symbols: Symbols = BRAILLE,
    clipped: bool = True,
    sight: tuple[Axis | None, Axis | None] = (None, None),
    pointer: Pointer | None = None,
) -> Picture:
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
        x_name: What stands on the x axis.
        symbols: What lines are made of.
        clipped: Whether outliers may leave the chart; arrows say where.
        sight: The parts of the axes that are looked at; `None` for what suits the curves.
        pointer: Where somebody points.

    Returns:
        At most `height` lines of at most `width` cells.
    """
    drawable = [visible for one in series if (visible := one.visible(log=log))]
    if not drawable or width < MIN_WIDTH or height < MIN_HEIGHT:
        return Picture(in_the_middle(empty if not drawable else "", width, height))

    rows = height - 2
    whole_y = y_axis(drawable, log=log, clipped=clipped)
    y = sight[1].within(whole_y) if sight[1] else whole_y
    if sight[0] and not sight[1]:
        y = y_axis(drawable, log=log, clipped=clipped, sight=sight[0])
    y_ticks = y.ticks(max(2, rows // 2))
    labels = _numbers(y_ticks, log=log, percent=percent)
    left = max((len(label) for label in labels), default=1) + 1
    columns = width - left

    def text(value: float) -> str:
        return f"{100 * value:.2f}%" if percent else f"{value:.4g}"

    def last(one: Series) -> str:
        value = float(one.y[-1])
        return text(value) if percent else f"{value:.3g}"

    names = [name_of(one, columns, last(one)) for one in drawable]
    ends = [(float(one.x[-1]), (len(name) + 2) / columns) for one, name in zip(drawable, names, strict=True)]
    whole_x = x_axis([(end, share if name else 0.0) for (end, share), name in zip(ends, names, strict=True)])
    x = sight[0].within(whole_x) if sight[0] else whole_x

    plot = _Plot(x, y, columns, rows, symbols)
    cells = plot.draw(drawable)
    _write_marks(cells, [mark for mark in marks if x.low <= mark.x <= x.high], plot)
    at_ends = [(one, name, plot.end(one)) for one, name in zip(drawable, names, strict=True) if name]
    write_names(cells, [End(*end, name, one.style) for one, name, end in at_ends if end], rows, columns)
    if pointer:
        readings = read(drawable, pointer, x, y, 1 / columns)
        title = f"{x_name} {x.value(pointer.x):.4g}".strip()
        draw_crosshair(cells, readings, pointer, (columns, rows), title, text, axis_style)

    tick_rows = dict(zip(plot.rows_of(np.array(y_ticks)).tolist(), labels, strict=True))
    lines: list[Line] = []
    for row, line in enumerate(cells.lines()):
        label = tick_rows.get(row, "")
        lines.append([(f"{label:>{left - 1}}{'┤' if label else '│'}", axis_style), *line])
    lines += [[(line, axis_style)] for line in _x_axis(x, columns, left, x_name)]
    return Picture(lines, x, y, (whole_x, whole_y), left, columns, rows)


class _Plot:
    """Where numbers lie in the plot, and the curves in it."""

    def __init__(self, x: Axis, y: Axis, columns: int, rows: int, symbols: Symbols) -> None:
        self.x, self.y, self.columns, self.rows, self._symbols = x, y, columns, rows, symbols
        self._dots_x, self._dots_y = columns * symbols.columns - 1, rows * symbols.rows - 1

    def place_x(self, values: Values) -> Values:
        """In dots from the left."""
        return self.x.share(values) * self._dots_x

    def place_y(self, values: Values) -> Values:
        """In dots from the top."""
        return (1 - self.y.share(values)) * self._dots_y

    def columns_of(self, values: Values) -> npt.NDArray[np.int64]:
        """In cells from the left."""
        return np.floor_divide(self.place_x(values), self._symbols.columns).astype(np.int64)

    def rows_of(self, values: Values) -> npt.NDArray[np.int64]:
        """In cells from the top."""
        return np.floor_divide(self.place_y(values), self._symbols.rows).astype(np.int64)

    def draw(self, series: Sequence[Series]) -> Cells:
        """Bands, lines, arrows where lines leave the chart, and markers on them."""
        canvas = DotCanvas(self.columns, self.rows, self._symbols)
        for number, one in enumerate(series):
            if one.low is not None and one.high is not None:
                low = np.maximum(one.low, NOTHING) if self.y.log else one.low
                # Far beyond the plot is as good as farther: no number of dots is too large to count.
                top, bottom = np.clip((self.place_y(one.high), self.place_y(low)), -1, self._dots_y + 1)
                canvas.band(self.place_x(one.x), top, bottom, len(series) + number)
        placed = []
        for number, one in enumerate(series):
            dots_x, dots_y = self.place_x(one.x), self.place_y(one.y)
            if one.dotted:
                dots_x, dots_y = _thin(dots_x, dots_y)
            canvas.line(dots_x, dots_y, number, thick=one.solid, dotted=one.dotted)
            placed.append((one, dots_x, dots_y))
        of_number = [*(one.style for one in series), *(f"dim {one.style}" for one in series), ""]
        cells = Cells(canvas.rows(), [[of_number[number] for number in row] for row in canvas.owner.tolist()])
        for one, dots_x, dots_y in placed:
            if not one.faint:
                self._put_arrows(cells, one, dots_x, dots_y)
        for number, (one, dots_x, dots_y) in enumerate(placed):
            if not one.faint:
                self._put_markers(cells, one, dots_x, dots_y, number)
        return cells

    def _put_arrows(self, cells: Cells, one: Series, x: Values, y: Values) -> None:
        """Where a curve leaves the chart, and at its end if it does not come back."""
        for outside, row, arrow in ((y < -0.5, 0, ABOVE), (y > self._dots_y + 0.5, self.rows - 1, BELOW)):
            if not outside.any():
                continue
            leaving = np.flatnonzero(np.diff(outside, prepend=False) & outside)
            places = [*leaving, *([len(x) - 1] if outside[-1] else [])]
            for column in x[places] // self._symbols.columns:
                if 0 <= column < self.columns:
                    cells.put(row, int(column), arrow, one.style)

    def _put_markers(self, cells: Cells, one: Series, x: Values, y: Values, number: int) -> None:
        """At its end, and at points well before it, elsewhere than on curves that may lie above or below."""
        columns = np.floor_divide(x, self._symbols.columns).astype(np.int64)
        inside = (columns >= 0) & (columns < self.columns) & (y >= -0.5) & (y <= self._dots_y + 0.5)
        if one.dotted:  # its end alone
            inside[:-1] = False
        places = np.flatnonzero(inside)
        columns, rows = columns[places], (y[places] // self._symbols.rows).astype(np.int64)
        marker, place = LOST if one.lost else one.marker, len(places) - 1
        gap = MARKER_SPACING - 3 * number % MARKER_SPACING
        while place >= 0:
            cells.put(int(rows[place]), int(columns[place]), marker, one.style)
            marker = one.marker
            place = int(np.searchsorted(columns, columns[place] - gap, "right")) - 1
            gap = MARKER_SPACING

    def end(self, one: Series) -> tuple[float, int, int] | None:
        """Where the visible part of a curve ends, as `End` has it; `None` where none of it is in sight."""
        inside = np.flatnonzero((one.x >= self.x.low) & (one.x <= self.x.high))
        if not len(inside):
            return None
        last = inside[-1:]
        row = float(self.place_y(one.y[last])[0]) / self._symbols.rows
        column = self.columns_of(one.x[last])[0]
        cell = int(row) if 0 <= row < self.rows else -1
        return min(max(row - 0.5, 0.0), self.rows - 1.0), cell, int(column)


def _thin(x: Values, y: Values) -> tuple[Values, Values]:
    """The mean of all points that fall into the same column of dots."""
    columns = np.floor(x).astype(np.int64)
    starts = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    counts = np.diff(starts, append=len(x))
    return np.add.reduceat(x, starts) / counts, np.add.reduceat(y, starts) / counts


def _write_marks(cells: Cells, marks: Sequence[Mark], plot: _Plot) -> None:
    """Vertical lines behind the curves, and words that nothing covers; each label has a row of its own."""
    places = [int(plot.columns_of(np.array([mark.x]))[0]) for mark in marks]
    for mark, column in zip(marks, places, strict=True):
        for row in range(plot.rows):
            if cells.is_blank(row, column, 1):
                cells.put(row, column, "┊", mark.style)
    for number, (mark, column) in enumerate(zip(marks, places, strict=True)):
        row = number % max(1, plot.rows // 2)
        for label in (mark.label, mark.short):
            fits_right = column + 1 + len(label) <= plot.columns
            start = column + 1 if fits_right else column - len(label)
            if start >= 0:
                cells.write(row, start, label, mark.style)
                break


def _numbers(ticks: list[float], *, log: bool, percent: bool) -> list[str]:
    if log:
        return [f"{100 * tick:g}%" if percent else f"{tick:g}" for tick in ticks]
    return tick_labels(ticks, percent=percent)


def _x_axis(x: Axis, columns: int, left: int, name: str) -> tuple[str, str]:
    """The line under the plot, and below it the numbers and what they count."""
    ticks = linear_ticks(x.low, x.high, max(2, columns // 8))
    line, numbers = ["─"] * columns, [" "] * columns
    free = 0
    for tick, label in zip(ticks, tick_labels(ticks), strict=True):
        column = min(max(0, round((tick - x.low) / (x.high - x.low) * (columns - 1))), columns - 1)
        line[column] = "┬"
        start = min(max(0, column - len(label) // 2), columns - len(label))
        if start >= free:
            numbers[start : start + len(label)] = label
            free = start + len(label) + 1
    if name:
        line[-len(name) - 1 :] = f" {name}"
    return f"{' ' * (left - 1)}└{''.join(line)}", f"{' ' * left}{''.join(numbers)}"
