"""Images to augment, and what augmentations make of them."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import PIXELS, SIDE, Pixels
from mnist_tui.nn.buffers import Array, Buffers
from mnist_tui.settings.choices import AUGMENTATIONS
from mnist_tui.training.augment import Affine, Augmentation

Coefficients: TypeAlias = tuple[float, float, float]

UPRIGHT, LEVEL = (0, 0, 1), (0, 1, 0)
"""Coefficients of 1, x and y: rows come from row y, columns from column x."""

IMAGES = np.random.default_rng(0).integers(1, 256, (40, PIXELS), dtype=np.uint8)
DIGITS = np.pad(IMAGES.reshape(-1, SIDE, SIDE)[:, 1:-1, 1:-1], ((0, 0), (1, 1), (1, 1))).reshape(-1, PIXELS)
"""The same with an empty rim, as digits have."""
WHITE = np.full((1, PIXELS), 255, np.uint8)

KINDS = tuple(kind for kind in AUGMENTATIONS if kind != "none")


def changed(
    augmentation: Augmentation,
    images: Pixels,
    draws: npt.ArrayLike,
    buffers: Buffers | None = None,
    dtype: npt.DTypeLike = np.float32,
) -> Array:
    """The changed images, shape (n, 28, 28); NaN wherever nothing was written."""
    out = np.full((len(images), PIXELS), np.nan, dtype)
    augmentation.apply(images, np.asarray(draws), out, buffers or Buffers())
    return out.reshape(-1, SIDE, SIDE)


def placed(images: Pixels, row: Coefficients, column: Coefficients) -> Array:
    """What `Affine` makes of images when all get the same coefficients."""
    return changed(Affine(1.0), images, np.tile(np.array([row, column], np.float32), (len(images), 1, 1)))


def pictures(images: Pixels) -> Array:
    """Float pixels from 0 to 1, shape (n, 28, 28)."""
    return images.reshape(-1, SIDE, SIDE) / 255


def assert_uniform(values: Array, low: float, high: float) -> None:
    """All values lie between the bounds, about as many in each tenth of the way."""
    assert low <= values.min()
    assert values.max() <= high
    shares = np.histogram(values, 10, (low, high))[0] / values.size
    np.testing.assert_allclose(shares, 0.1, atol=0.01)
