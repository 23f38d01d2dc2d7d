"""A course in one line of characters."""

from collections.abc import Sequence

import numpy as np

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """Bars from the lowest value to the highest; the mean of those that share a column.

    Args:
        values: Finite; may be empty.
        width: Columns, 1 or more; with fewer values, one column each.
    """
    if not len(values):
        return ""
    parts = np.array_split(np.asarray(values, np.float64), min(width, len(values)))
    means = np.array([part.mean() for part in parts])
    low, span = means.min(), np.ptp(means)
    heights = (means - low) / span if span > 0 else np.zeros_like(means)
    return "".join(BARS[round(height * (len(BARS) - 1))] for height in heights.tolist())
