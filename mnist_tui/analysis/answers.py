"""What a network says of the test images: what it takes each for, how sure it is, and what it gets wrong."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import Labels
from mnist_tui.runs.artifacts import Predictions

Places: TypeAlias = npt.NDArray[np.int64]
"""Places of images in the test file, from 0; shape (n,)."""

Values: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """The answers of one network, image by image.

    Attributes:
        probabilities: Shape (n, 10), each row adds up to 1.
        labels: Shape (n,): what the images really show, 0 to 9.
    """

    probabilities: npt.NDArray[np.float32]
    labels: Labels

    @classmethod
    def of(cls, found: Predictions) -> Self:
        """The answers that a run left behind."""
        return cls(found.probabilities, found.labels)

    def __len__(self) -> int:
        """The number of test images."""
        return len(self.labels)

    @cached_property
    def said(self) -> Places:
        """What each image is taken for: the class with the highest probability; shape (n,)."""
        said: Places = self.probabilities.argmax(axis=1)
        return said

    @cached_property
    def confidence(self) -> Values:
        """That probability, 0 to 1; shape (n,)."""
        confidence: Values = self.probabilities.max(axis=1).astype(np.float64)
        return confidence

    @cached_property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether that is what the image shows; shape (n,)."""
        right: npt.NDArray[np.bool_] = np.equal(self.said, self.labels)
        return right

    @property
    def accuracy(self) -> float:
        """Share of images that it gets right, 0 to 1."""
        return float(self.right.mean())

    @cached_property
    def mistakes(self) -> Places:
        """The images that it gets wrong, those first of which it was the surest."""
        return surest_first(np.flatnonzero(~self.right), self.confidence)

    def of_cell(self, true: int, said: int) -> Places:
        """The images of one cell of the confusion matrix, those first of which it was the surest.

        Args:
            true: What they show.
            said: What they are taken for.
        """
        return surest_first(np.flatnonzero((self.labels == true) & (self.said == said)), self.confidence)


def surest_first(places: Places, confidence: Values) -> Places:
    """Images in the order of their confidence, the highest first; equals in the order of the file.

    Args:
        places: Which images, rising.
        confidence: Of all images.
    """
    return places[np.argsort(-confidence[places], kind="stable")]
