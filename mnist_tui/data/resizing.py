"""Pictures in another size."""

from typing import Any

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.float32]


def resized(values: Picture, height: int, width: int) -> Picture:
    """Each new pixel is the mean of what it covers of the old ones.

    Args:
        values: Shape (h, w).
        height: Of the new picture.
        width: Of the new picture.
    """
    if values.shape == (height, width):
        return values
    return np.asarray(_means(_means(values, height).T, width).T, np.float32)


def _means(values: npt.NDArray[Any], count: int) -> npt.NDArray[np.float64]:
    """The mean of each of so many equal parts of the rows: differences of their sums up to its edges.

    No matrix product: the threads of BLAS take longer to meet than so small a one takes.
    """
    rows = len(values)
    sums = np.concatenate([np.zeros((1, values.shape[1])), values.cumsum(axis=0, dtype=np.float64)])
    edges = np.arange(count + 1) * (rows / count)
    whole = np.minimum(edges.astype(np.intp), rows - 1)
    upto = sums[whole] + (edges - whole)[:, None] * values[whole]
    return np.asarray(np.diff(upto, axis=0) * (count / rows))
