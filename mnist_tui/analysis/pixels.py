"""What the images of a data set have in common, class by class and pixel by pixel."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import CLASSES, PIXELS, Labels, Split

CHUNK = 500
"""Images that are floats at a time."""


@dataclass(frozen=True)
class PixelFacts:
    """The pixels of each class.

    Attributes:
        means: Shape (10, 784), 0 to 1.
        deviations: Shape (10, 784): the standard deviation over the images of a class, 0 to 0.5.
        lit: Shape (10, 784): the share of the images of a class in which a pixel is not 0.
        never_lit: How many of the 784 pixels are 0 in every image.
    """

    means: npt.NDArray[np.float64]
    deviations: npt.NDArray[np.float64]
    lit: npt.NDArray[np.float64]
    never_lit: int


def class_counts(labels: Labels) -> npt.NDArray[np.int64]:
    """How many images of each class there are, shape (10,)."""
    return np.bincount(labels, minlength=CLASSES)


def pixel_facts(split: Split) -> PixelFacts:
    """Mean, standard deviation and share of lit images of each pixel in each class; 0 for an empty class.

    Sums over classes are matrix products of the labels, one-hot, with the images. A pixel's variance is the
    mean of its squares less the square of its mean; chunks are summed in float64.
    """
    sums, squares, lit = (np.zeros((CLASSES, PIXELS)) for _ in range(3))
    for start in range(0, len(split), CHUNK):
        images = split.images[start : start + CHUNK].astype(np.float32)
        members = (split.labels[start : start + CHUNK] == np.arange(CLASSES)[:, None]).astype(np.float32)
        sums += members @ images
        lit += members @ (images > 0)
        squares += members @ np.square(images, out=images)
    counts = np.maximum(class_counts(split.labels), 1)[:, None]
    variances = np.maximum(squares / counts - (sums / counts) ** 2, 0)
    never = int((lit.sum(axis=0) == 0).sum())
    return PixelFacts(sums / counts / 255, np.sqrt(variances) / 255, lit / counts, never)
