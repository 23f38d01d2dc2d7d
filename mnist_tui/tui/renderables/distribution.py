"""How some numbers of a network are distributed: a ridge for each epoch, and one epoch large below them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_tui.analysis.distributions import Counts, Shares, on_axis, without_zeros, zeros
from mnist_tui.tui.renderables.lines import Line, in_the_middle
from mnist_tui.tui.renderables.ticks import linear_ticks, tick_labels

EIGHTHS = " ▁▂▃▄▅▆▇█"

CURSOR = "▸"

MARGIN = 6
"""Cells before the axis begins, for the number of an epoch."""

ZEROS = 6
"""Cells behind it, for the share of zeros."""

TALLEST = 4
"""Lines that a ridge takes at most."""

LEAST = 4
"""Lines that the large histogram takes at least."""


@dataclass(frozen=True)
class Distribution:
    """What is drawn of one run.

    Attributes:
        epochs: Ascending, at least one.
        counts: Shape (epochs, BINS).
        at: The place of the epoch that is drawn large.
        low: Where the axis begins.
        high: Where it ends.
        style: Rich style of the run.
        tells_zeros: Whether zeros are told as a number beside each epoch, instead of being drawn.
    """

    epochs: Sequence[int]
    counts: Counts
    at: int
    low: float
    high: float
    style: str = ""
    tells_zeros: bool = False

    def shares(self, places: Sequence[int], cells: int) -> Shares:
        """What share of the numbers lies in each cell, at some epochs."""
        counts = self.counts[list(places)]
        return on_axis(without_zeros(counts) if self.tells_zeros else counts, self.low, self.high, cells)


def render_distribution(
    shown: Distribution | None,
    width: int,
    height: int,
    *,
    beside: Distribution | None = None,
    empty: str = "",
) -> list[Line]:
    """Ridges over the epochs, downwards, and the epoch under the cursor as a histogram, all on one axis.

    Each ridge is as high as its row, whatever is in it. The large histogram is as high as its share is of the
    highest cell, here or in the run beside it: so two histograms can be compared.

    Args:
        shown: The run; `None` where there is nothing to draw.
        width: Cells.
        height: Lines.
        beside: The run that is drawn beside it, on the same axis.
        empty: Text where there is nothing to draw.

    Returns:
        At most `height` lines of at most `width` cells.
    """
    cells = width - MARGIN - (ZEROS if shown and shown.tells_zeros else 0)
    if shown is None or cells < 8 or height < LEAST + 2:
        return in_the_middle(empty, width, height)
    rows = height - max(LEAST, height // 3) - 1
    places = spread_out(len(shown.epochs), rows, shown.at)
    tall = max(1, min(TALLEST, rows // len(places)))
    left = height - 1 - len(places) * tall
    large = max(LEAST, min(left, height // 2))
    peaks = [float(one.shares([one.at], cells).max(initial=0)) for one in (shown, beside) if one]
    return [
        *_ridges(shown, places, cells, tall),
        *[[("", "")]] * (left - large),
        *_histogram(shown, cells, large, max(peaks)),
        _axis(shown, cells),
    ]


def spread_out(count: int, room: int, at: int) -> list[int]:
    """Which of some epochs are drawn where not all have room: the first, the last, that under the cursor."""
    if count <= room:
        return list(range(count))
    places = [round(place) for place in np.linspace(0, count - 1, max(room, 2))]
    nearest = min(range(len(places)), key=lambda number: abs(places[number] - at))
    places[nearest] = at
    return places


def _ridges(shown: Distribution, places: Sequence[int], cells: int, tall: int) -> list[Line]:
    """A ridge for each epoch, all of the same number of lines."""
    lines: list[Line] = []
    for place, shares in zip(places, shown.shares(places, cells), strict=True):
        here = place == shown.at
        style = f"bold {shown.style}".strip() if here else shown.style
        beside = "bold" if here else "dim"
        *above, last = bars(shares, tall, float(shares.max(initial=0)))
        lines += [[(" " * MARGIN, ""), (line, style)] for line in above]
        mark = CURSOR if here else " "
        line = [(f"{mark}{shown.epochs[place]:>{MARGIN - 2}} ", beside), (last, style)]
        if shown.tells_zeros:
            line.append((f"{float(zeros(shown.counts[place])):>{ZEROS - 1}.0%} ", beside))
        lines.append(line)
    return lines


def bars(shares: Shares, height: int, peak: float) -> list[str]:
    """Lines of bars in eighths of a cell, from above; a share of `peak` takes them all."""
    eighths = np.rint(shares / (peak or 1.0) * height * (len(EIGHTHS) - 1)).astype(int)
    levels = (np.clip(eighths - 8 * row, 0, 8).tolist() for row in reversed(range(height)))
    return ["".join(EIGHTHS[level] for level in row) for row in levels]


def _histogram(shown: Distribution, cells: int, height: int, peak: float) -> list[Line]:
    """Bars of eighths; the number at the left is the share at the top."""
    shares = shown.shares([shown.at], cells)[0]
    labels = [f"{peak:>{MARGIN - 1}.1%} ", *[" " * MARGIN] * (height - 1)]
    return [
        [(label, "dim"), (line, shown.style)]
        for label, line in zip(labels, bars(shares, height, peak), strict=True)
    ]


def _axis(shown: Distribution, cells: int) -> Line:
    choices = (linear_ticks(shown.low, shown.high, most) for most in range(max(2, cells // 9), cells))
    ticks = next((some for some in choices if len(some) > 1), [])
    span = shown.high - shown.low
    line = [" "] * (cells + MARGIN)
    for tick, label in zip(ticks, _labels(ticks), strict=True):
        place = MARGIN + round((tick - shown.low) / span * (cells - 1))
        start = min(max(place - len(label) // 2, 0), len(line) - len(label))
        if all(cell == " " for cell in line[max(start - 1, 0) : start + len(label) + 1]):
            line[start : start + len(label)] = label
    return [("".join(line).rstrip(), "dim")]


def _labels(ticks: list[float]) -> list[str]:
    small = max(map(abs, ticks), default=1) < 1e-3
    return [f"{tick:.0e}" if tick else "0" for tick in ticks] if small else tick_labels(ticks)
