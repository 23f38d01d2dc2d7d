"""Histograms of probes on an axis that several of them share."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mnist_tui.training.histograms import EDGES, SIDE

Counts = npt.NDArray[np.uint32]
Shares = npt.NDArray[np.float64]

TAIL = 0.001
"""Share of the numbers that the axis may leave out at either end: one outlier would squeeze all others."""


def common_axis(histograms: Sequence[Counts]) -> tuple[float, float]:
    """Where an axis begins and ends that shows all of some histograms but their tails.

    Args:
        histograms: For each run, the counts of all its epochs: shape (epochs, BINS).
    """
    ends = []
    for counts in histograms:
        total = counts.sum(axis=0, dtype=np.float64)
        if total.any():
            cumulative = np.concatenate(([0], np.cumsum(total))) / total.sum()
            first, last = np.searchsorted(cumulative, [TAIL, 1 - TAIL])
            ends.append((EDGES[max(first - 1, 0)], EDGES[min(last, len(EDGES) - 1)]))
    low, high = (min(one for one, _ in ends), max(one for _, one in ends)) if ends else (-1.0, 1.0)
    return float(low), float(high)


def on_axis(counts: Counts, low: float, high: float, cells: int) -> Shares:
    """The share of the numbers in each of some equally wide parts of an axis.

    Within a bin, numbers are taken to be spread evenly. What lies beyond the axis is in no part.

    Args:
        counts: Of one epoch, shape (BINS,), or of several, (epochs, BINS).
        low: Where the axis begins.
        high: Where it ends, above `low`.
        cells: Parts.

    Returns:
        Shape (cells,) or (epochs, cells).
    """
    several = np.atleast_2d(counts)
    sums = np.concatenate((np.zeros((len(several), 1)), np.cumsum(several, axis=1)), axis=1)
    wanted = np.linspace(low, high, cells + 1)
    at = np.array([np.interp(wanted, EDGES, row) for row in sums])
    shares: Shares = np.diff(at, axis=1) / np.maximum(sums[:, -1:], 1)
    return shares if counts.ndim > 1 else shares[0]


def without_zeros(counts: Counts) -> Counts:
    """The counts of a ReLU's outputs without its zeros, which would dwarf all else."""
    rest = counts.copy()
    rest[..., SIDE] = 0
    return rest


def zeros(counts: Counts) -> npt.NDArray[np.float64]:
    """The share of numbers that are 0, of one epoch or of several."""
    found: npt.NDArray[np.float64] = counts[..., SIDE] / np.maximum(counts.sum(axis=-1, dtype=np.int64), 1)
    return found
