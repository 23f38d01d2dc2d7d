"""What the classes of a data set are called: the digits, or the clothes of Fashion-MNIST."""

from pathlib import Path

import numpy as np

from mnist_tui.data.dataset import CLASSES, Split

DIGITS = tuple(str(digit) for digit in range(CLASSES))

CLOTHES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""Xiao, Rasul and Vollgraf, 2017, "Fashion-MNIST", table 2; shortened."""

_FIRST_TRAINING, _FIRST_TEST = (9, 0, 0, 3, 0, 2, 7, 2, 5, 5), (9, 2, 1, 1, 6, 1, 4, 6, 5, 7)
"""The first labels of its two files, as published."""


def class_names(directory: Path | None, training: Split, test: Split) -> tuple[str, ...]:
    """The ten names.

    Fashion-MNIST is known by the order of its labels, or by the name of its directory.

    Args:
        directory: Where the files are; `None` for the embedded sample.
        training: Its first images at least.
        test: The same.
    """
    named = directory is not None and "fashion" in directory.resolve().name.lower()
    starts = ((training, _FIRST_TRAINING), (test, _FIRST_TEST))
    known = all(np.array_equal(split.labels[: len(first)], first) for split, first in starts)
    return CLOTHES if named or known else DIGITS
