"""The three parts of a data set, as the trainer wants them."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from mnist_tui.errors import DataError

Pixels: TypeAlias = npt.NDArray[np.uint8]
Labels: TypeAlias = npt.NDArray[np.uint8]

CLASSES = 10
SIDE = 28
PIXELS = SIDE * SIDE


@dataclass(frozen=True)
class Split:
    """Images with their labels.

    Attributes:
        images: Shape (n, 784), uint8, 0 = background. Stays uint8: floats exist for a mini-batch only.
        labels: Shape (n,), uint8, 0 to 9.
    """

    images: Pixels
    labels: Labels

    def __len__(self) -> int:
        """The number of images."""
        return len(self.labels)


class Identity(NamedTuple):
    """What tells one data set and its split from every other.

    Attributes:
        sha256: See `Dataset`.
        sizes: See `Dataset`.
    """

    sha256: str
    sizes: tuple[int, int, int]


@dataclass(frozen=True)
class Dataset:
    """Train, validation and test images.

    Attributes:
        name: What reports and screens call it, for example `MNIST`.
        train: Images to learn from.
        validation: Images that decide when to stop and which weights to keep.
        test: Images that are looked at once, at the very end.
        sha256: Hash over all pixels and labels, hexadecimal.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    sha256: str

    @property
    def sizes(self) -> tuple[int, int, int]:
        """The number of train, validation and test images."""
        return len(self.train), len(self.validation), len(self.test)


def split_sizes(training_images: int, validation_size: int) -> tuple[int, int]:
    """How many images of the training file train and how many validate.

    Args:
        training_images: Images in the training file.
        validation_size: The most that validation may take; it never takes over a tenth.

    Returns:
        (train, validation), neither of them 0.
    """
    validation = max(1, min(validation_size, training_images // 10))
    return training_images - validation, validation


def make_dataset(name: str, training: Split, test: Split, validation_size: int, sha256: str) -> Dataset:
    """Split the training images: their last ones are for validation.

    Args:
        name: What reports and screens call the data set.
        training: All images that are not for the test.
        test: The test images.
        validation_size: See `split_sizes`.
        sha256: Hash over all pixels and labels.

    Raises:
        DataError: Images and labels do not fit each other, or a label is not a digit.
    """
    for part, what in ((training, "training"), (test, "test")):
        if len(part.images) != len(part.labels):
            raise DataError(
                f"{name} has {len(part.images):,} {what} images but {len(part.labels):,} labels: "
                "the files do not belong together."
            )
        if len(part) < 2:
            raise DataError(f"{name} has {len(part)} {what} images: at least 2 are needed.")
        if part.labels.max() >= CLASSES:
            raise DataError(f"{name} has a label {part.labels.max()}: labels are digits from 0 to 9.")
    cut, _ = split_sizes(len(training), validation_size)
    return Dataset(
        name=name,
        train=Split(training.images[:cut], training.labels[:cut]),
        validation=Split(training.images[cut:], training.labels[cut:]),
        test=test,
        sha256=sha256,
    )


def content_hash(training: Split, test: Split) -> str:
    """SHA-256 over training images, training labels, test images and test labels, in that order."""
    digest = hashlib.sha256()
    for array in (training.images, training.labels, test.images, test.labels):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
