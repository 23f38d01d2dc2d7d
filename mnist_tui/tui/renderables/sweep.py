"""The test accuracy of a sweep over the values of its setting."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from mnist_tui.analysis.sweep_curve import SweepCurve
from mnist_tui.tui.renderables.chart import MIN_HEIGHT, MIN_WIDTH
from mnist_tui.tui.renderables.dots import BRAILLE, DotCanvas
from mnist_tui.tui.renderables.lines import Line, in_the_middle
from mnist_tui.tui.renderables.ticks import linear_ticks, tick_labels

POINT, BEST = "●", "◆"
BAR, TOP, BOTTOM, CUT_ABOVE, CUT_BELOW = "│", "┬", "┴", "↑", "↓"

ROOM_FOR_BARS = 3
"""How far the axis goes beyond the means, in spans of the means: of two seeds, intervals are very long."""

ROWS_WITH_MEANS, ROWS_WITH_CAPTION = 8, 10
"""Heights with room for a line of means, and for a caption."""


def render_sweep(
    curve: SweepCurve | None,
    width: int,
    height: int,
    *,
    style: str = "",
    empty: str = "",
    axis_style: str = "dim",
) -> list[Line]:
    """Draw the mean of each row, its 95 % interval over the seeds, and a line through the means.

    The highest one is a diamond. Below the axis stand the values and, where there is room, their means.

    Args:
        curve: The sweep; `None` where there is none.
        width: Cells.
        height: Cells.
        style: Rich style of points, bars and line.
        empty: Text where there is no sweep.
        axis_style: Rich style of axes and labels.

    Returns:
        At most `height` lines of at most `width` cells.
    """
    if curve is None or width < MIN_WIDTH or height < MIN_HEIGHT:
        return in_the_middle(empty if curve is None else "", width, height)
    means = [f"{100 * point.mean:.2f}" for point in curve.points] if height >= ROWS_WITH_MEANS else []
    caption = _caption(curve, width) if height >= ROWS_WITH_CAPTION else ""
    rows = height - 2 - bool(means) - bool(caption)
    low, high = _limits(curve)
    ticks = linear_ticks(low, high, max(2, rows // 2))
    labels = tick_labels(ticks, percent=True)
    gutter = max((len(label) for label in labels), default=1) + 1
    columns = width - gutter
    places = _columns(curve, columns)

    def row_of(accuracy: float) -> float:
        """In rows from the top, with their parts."""
        return (high - accuracy) / (high - low) * (rows - 1 / BRAILLE.rows)

    canvas = DotCanvas(columns, rows)
    heights = np.array([BRAILLE.rows * row_of(point.mean) for point in curve.points])
    canvas.line(np.array(places) * BRAILLE.columns + 0.5, heights, 0)
    marks = _marks(curve, places, row_of, rows)
    named = {int(row_of(tick)): label for tick, label in zip(ticks, labels, strict=True)}
    drawn: list[Line] = []
    for number, line in enumerate(canvas.rows()):
        label = named.get(number, "")
        cells = list(line)
        for column, mark in marks.get(number, {}).items():
            cells[column] = mark
        axis = f"{label:>{gutter - 1}}{'┤' if label else '│'}"
        drawn.append([(axis, axis_style), ("".join(cells), style)])
    drawn.append([(f"{' ' * (gutter - 1)}└{_axis(curve, places, columns)}", axis_style)])
    best = curve.points.index(curve.best)
    below = [([point.label for point in curve.points], axis_style), (means, style)]
    drawn += [[(" " * gutter + _below(texts, places, columns, best), its)] for texts, its in below if texts]
    return [*drawn, [(caption, "")]] if caption else drawn


def _limits(curve: SweepCurve) -> tuple[float, float]:
    """The range of the y axis: all means, and as much of the intervals as leaves the means told apart.

    No accuracy is above 1, where an interval may be.
    """
    means = [point.mean for point in curve.points]
    ends = [end for point in curve.points for end in (point.low, point.high) if end is not None]
    room = ROOM_FOR_BARS * (max(means) - min(means) or 0.002)
    low = max(min([*means, *ends]), min(means) - room)
    high = min(max([*means, *ends]), max(means) + room)
    margin = 0.05 * (high - low) or 0.002
    return low - margin, min(1.0, high + margin)


def _columns(curve: SweepCurve, columns: int) -> list[int]:
    """The cells of the points, with room at both ends for the labels below them."""
    widest = max(len(curve.points[number].label) for number in (0, -1))
    pad = min(max(2, widest // 2), columns // 4)
    return [pad + round(place * (columns - 1 - 2 * pad)) for place in curve.places]


def _marks(
    curve: SweepCurve, places: Sequence[int], row_of: Callable[[float], float], rows: int
) -> Mapping[int, Mapping[int, str]]:
    """Row to column to what stands there: first the bars, then the points, the highest one last."""
    marks: dict[int, dict[int, str]] = {number: {} for number in range(rows)}
    for point, column in zip(curve.points, places, strict=True):
        if point.low is None or point.high is None:
            continue
        top, bottom, at = int(np.floor(row_of(point.high))), int(row_of(point.low)), int(row_of(point.mean))
        for row in range(max(0, top), min(rows - 1, bottom) + 1):
            marks[row][column] = BAR
        for end, cap, cut in ((top, TOP, CUT_ABOVE), (bottom, BOTTOM, CUT_BELOW)):
            if end != at:
                marks[min(max(end, 0), rows - 1)][column] = cap if 0 <= end < rows else cut
    for point, column in zip(curve.points, places, strict=True):
        marks[int(row_of(point.mean))][column] = POINT
    best = curve.best
    marks[int(row_of(best.mean))][places[curve.points.index(best)]] = BEST
    return marks


def _axis(curve: SweepCurve, places: Sequence[int], columns: int) -> str:
    """The line under the plot: a tick a point, and a gap between a 0 and a logarithmic axis."""
    line = ["─"] * columns
    for place in places:
        line[place] = "┬"
    if curve.has_zero_apart:
        middle = (places[0] + places[1]) // 2
        if places[0] < middle < places[1]:
            line[middle] = "≀"
    return "".join(line)


def _below(texts: Sequence[str], places: Sequence[int], columns: int, first: int) -> str:
    """Texts under their points, those that fit: the first choice, then both ends, then from the left."""
    line = [" "] * columns
    order = dict.fromkeys([first, 0, len(texts) - 1, *range(len(texts))])
    for number in order:
        text = texts[number]
        start = min(max(0, places[number] - len(text) // 2), columns - len(text))
        if start >= 0 and not "".join(line[max(0, start - 1) : start + len(text) + 1]).strip():
            line[start : start + len(text)] = text
    return "".join(line).rstrip()


def _caption(curve: SweepCurve, width: int) -> str:
    """What is drawn, in as many words as fit."""
    best = curve.best
    what = f"{BEST} highest: {100 * best.mean:.2f} % at {curve.label} {best.label}"
    has_bars = any(point.low is not None for point in curve.points)
    bars = f"{BAR} 95 % interval over seeds" if has_bars else "one run each, no interval"
    edge = f", the {curve.edge} tried" if curve.edge else ""
    choices = (f"{what}{edge} · {bars}", f"{what} · {bars}", what)
    return next((text for text in choices if len(text) <= width), "")
