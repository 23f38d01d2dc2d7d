"""The course of a metric over the seeds of a row: its mean, and how far the seeds lie apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_tui.runs.curves import MetricSeries, Values

MOST_POINTS = 512
"""The mean has no more points than this: no chart is much wider."""


@dataclass(frozen=True)
class Course:
    """A line for several seeds.

    Attributes:
        mean: Of those seeds that have come so far.
        low: The lowest of them, shape as the mean's `y`.
        high: The highest.
    """

    mean: MetricSeries
    low: Values
    high: Values


def over_seeds(lines: Sequence[MetricSeries]) -> Course:
    """The mean of the same line of several runs, and the range that they span.

    It goes as far as half of the runs have come, or more: where a few have stopped earlier, the mean is that
    of the others.

    Args:
        lines: One for each run, one or more, of the same metric and part.
    """
    longest = max(lines, key=lambda line: line.step[-1])
    kept = np.unique(np.linspace(0, len(longest.step) - 1, MOST_POINTS).astype(np.int64))
    step = longest.step[kept]
    at = np.array([_at(step, line.step, line.y) for line in lines])
    there = (~np.isnan(at)).sum(axis=0)
    keep = 2 * there >= len(lines)
    at, step, there = at[:, keep], step[keep], there[keep]
    seconds = np.array([_at(step, line.step, line.seconds) for line in lines])
    mean = MetricSeries(
        longest.part,
        longest.kind,
        longest.epoch[kept][keep],
        step,
        np.nansum(seconds, axis=0) / there,
        np.nansum(at, axis=0) / there,
    )
    return Course(mean, np.nanmin(at, axis=0), np.nanmax(at, axis=0))


def _at(step: Values, known: Values, values: Values) -> Values:
    """Values between those known; NaN beyond them."""
    return np.interp(step, known, values, left=np.nan, right=np.nan)
