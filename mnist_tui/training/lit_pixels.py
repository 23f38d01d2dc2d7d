"""Dark pixels, left out: pixels in the order of how often they are lit.

Of MNIST's 784 pixels, 67 are dark in every training image, and most of the others in most images. With
those that are lit most often first, 128 images are dark behind the 634th pixel or so, and the two products of
the first layer need not look there (`nn.layers.Linear`): a fifth of their time, and the same mathematics.
"""

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import Pixels

COUNTED = 255
"""Images that are counted at once: as many as a byte can hold, which is much faster than larger numbers."""

ROWS = 512
"""Images whose pixels are moved at once: as many as fit a cache."""

Order = npt.NDArray[np.intp]


def order_by_light(images: Pixels) -> Order:
    """The numbers of the pixels, those that are lit most often first; shape (784,)."""
    lit = np.zeros(images.shape[1], np.int64)
    for start in range(0, len(images), COUNTED):
        lit += np.add.reduce(images[start : start + COUNTED] != 0, axis=0, dtype=np.uint8)
    return np.argsort(-lit, kind="stable")


def reorder(images: Pixels, order: Order, out: Pixels) -> None:
    """Copy images with their pixels in another order; both of shape (n, 784)."""
    for start in range(0, len(images), ROWS):
        rows = slice(start, start + ROWS)
        np.take(images[rows], order, axis=1, out=out[rows], mode="clip")


def lit_columns(images: Pixels) -> int:
    """How many pixels there are up to the last that is lit in any of some images; 1 or more."""
    lit = np.flatnonzero(np.bitwise_or.reduce(images, axis=0))
    return int(lit[-1]) + 1 if len(lit) else 1
