"""Shares with their intervals, a line each on a common axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.ticks import linear_ticks, tick_labels

BAR, LEFT, RIGHT = "─", "├", "┤"

FEWEST_COLUMNS = 12
"""An axis shorter than that shows nothing: the numbers stand alone."""


@dataclass(frozen=True)
class Span:
    """One share.

    Attributes:
        label: What it is of, at the left.
        text: The numbers, beside it.
        value: The share, 0 to 1; `None` for a line without one.
        low: Where its interval begins.
        high: Where it ends.
        mark: The character at the share.
        style: Rich style of mark and interval.
        reference: Where it should be; `None` where nothing says so.
    """

    label: str
    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    mark: str = "●"
    style: str = ""
    reference: float | None = None


REFERENCE = "◇"


def render_spans(spans: Sequence[Span], width: int, limits: tuple[float, float] | None = None) -> list[Line]:
    """Draw shares below each other, and the axis under them.

    Args:
        spans: From top to bottom.
        width: Cells.
        limits: The ends of the axis; those of what is shown where there are none.

    Returns:
        A line a share and, where there is room for it, two of the axis; at most `width` cells each.
    """
    left = max((len(span.label) for span in spans), default=0)
    middle = max((len(span.text) for span in spans), default=0)
    columns = width - left - middle - 3
    known = [end for span in spans for end in (span.low, span.value, span.high, span.reference)]
    ends = [end for end in known if end is not None]
    if columns < FEWEST_COLUMNS or not ends:
        return [[(f"{span.label:<{left}} ", "dim"), (span.text, "")] for span in spans]
    low, high = limits or (min(ends), max(ends))
    if high <= low:
        low, high = low - 0.01, low + 0.01

    def column(share: float) -> int:
        return min(columns - 1, max(0, round((share - low) / (high - low) * (columns - 1))))

    drawn: list[Line] = []
    for span in spans:
        cells = [" "] * columns
        marks = {}
        if span.value is not None and span.low is not None and span.high is not None:
            start, end = column(span.low), column(span.high)
            cells[start : end + 1] = BAR * (end + 1 - start)
            cells[start], cells[end] = LEFT, RIGHT
        if span.reference is not None:
            marks[column(span.reference)] = (REFERENCE, "dim")
        if span.value is not None:
            marks[column(span.value)] = (span.mark, f"bold {span.style}".strip())
        line = [(f"{span.label:<{left}} ", "dim"), (f"{span.text:<{middle}}  ", "")]
        at = 0
        for place in sorted(marks):
            line += [("".join(cells[at:place]), span.style), marks[place]]
            at = place + 1
        drawn.append([piece for piece in [*line, ("".join(cells[at:]), span.style)] if piece[0]])
    pad = " " * (left + middle + 3)
    return [*drawn, *([(pad + line, "dim")] for line in _axis(low, high, columns))]


def _axis(low: float, high: float, columns: int) -> tuple[str, str]:
    """The line under the shares, and the percentages under it."""
    ticks = linear_ticks(low, high, max(2, columns // 8))
    line, numbers = [BAR] * columns, [" "] * columns
    free = 0
    for tick, label in zip(ticks, tick_labels(ticks, percent=True), strict=True):
        at = min(columns - 1, max(0, round((tick - low) / (high - low) * (columns - 1))))
        line[at] = "┬"
        start = min(max(0, at - len(label) // 2), columns - len(label))
        if start >= free:
            numbers[start : start + len(label)] = label
            free = start + len(label) + 1
    return "".join(line), "".join(numbers).rstrip()
