"""Pictures in another size."""

from functools import lru_cache

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
    down, across = (_coverage(old, new) for old, new in zip(values.shape, (height, width), strict=True))
    return np.asarray(down @ values @ across.T, np.float32)


@lru_cache(maxsize=256)
def _coverage(old: int, new: int) -> Picture:
    """Shape (new, old): the share that each old pixel has in each new one."""
    edges = np.arange(new + 1) * (old / new)
    starts = np.arange(old)
    shares = np.clip(np.minimum(edges[1:, None], starts + 1) - np.maximum(edges[:-1, None], starts), 0, None)
    return np.asarray(shares * (new / old), np.float32)
