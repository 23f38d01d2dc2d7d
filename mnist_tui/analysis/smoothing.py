"""Smoother curves that lie where the raw ones do."""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


def running_mean(values: Values, half: int) -> Values:
    """The mean of each value and as many on either side as there are, `half` at most.

    The window is always symmetric: what rises or falls is not shifted, as it would be by a mean over the
    past, and both ends stay what was measured.

    Args:
        values: Shape (n,).
        half: Values on either side, 0 or more.

    Returns:
        Shape (n,).
    """
    places = np.arange(len(values))
    reach = np.minimum(np.minimum(half, places), places[::-1])
    sums = np.concatenate(([0.0], np.cumsum(values)))
    means: Values = (sums[places + reach + 1] - sums[places - reach]) / (2 * reach + 1)
    return means
