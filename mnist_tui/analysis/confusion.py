"""Which class is taken for which, and how well each is known."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mnist_tui.analysis.statistics import wilson_interval
from mnist_tui.data.dataset import CLASSES

Counts = npt.NDArray[np.int64]
Rates = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ClassAccuracy:
    """How well one class is known: the share of its images that are recognised (its recall).

    Attributes:
        label: The class, 0 to 9.
        right: Its images that are recognised.
        images: Its images.
        accuracy: The share, 0 to 1; `None` where it has no images.
        low: Lower end of Wilson's 95 % interval; `None` where there is no share.
        high: Upper end.
    """

    label: int
    right: int
    images: int
    accuracy: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Confusion:
    """The confusion matrix of a network.

    Attributes:
        counts: Shape (10, 10): `counts[i, j]` images of class i were taken for class j; diagonal: right.
    """

    counts: Counts

    @cached_property
    def rates(self) -> Rates:
        """By row: the share of each class that was taken for each; rows add up to 1, or 0 without images."""
        shares: Rates = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        return shares

    @property
    def images(self) -> int:
        """All test images."""
        return int(self.counts.sum())

    @property
    def right(self) -> int:
        """Those on the diagonal."""
        return int(np.trace(self.counts))

    @property
    def by_class(self) -> list[ClassAccuracy]:
        """How well each class is known, in their order."""
        rows = zip(np.diagonal(self.counts).tolist(), self.counts.sum(axis=1).tolist(), strict=True)
        return [_class_accuracy(label, right, images) for label, (right, images) in enumerate(rows)]

    def worst_pairs(self, most: int) -> list[tuple[int, int, int]]:
        """The largest cells off the diagonal as (true, said, images), the largest first; none that is empty.

        Args:
            most: At most so many.
        """
        wrong = without_diagonal(self.counts)
        order = np.argsort(-wrong, axis=None, kind="stable")[:most]
        pairs = zip(*np.unravel_index(order, wrong.shape), strict=True)
        return [(int(true), int(said), int(wrong[true, said])) for true, said in pairs if wrong[true, said]]


def confusion(labels: npt.ArrayLike, said: npt.ArrayLike) -> Confusion:
    """Count how often each class was taken for each.

    Args:
        labels: What the images show, 0 to 9; shape (n,).
        said: What they were taken for; shape (n,).
    """
    cells = CLASSES * np.asarray(labels, np.int64) + np.asarray(said, np.int64)
    return Confusion(np.bincount(cells, minlength=CLASSES**2).astype(np.int64).reshape(CLASSES, CLASSES))


def without_diagonal(matrix: Counts) -> Counts:
    """The mistakes alone: what is right would outshine them."""
    return np.where(np.eye(len(matrix), dtype=bool), 0, matrix)


def count_difference(second: Confusion, first: Confusion) -> Counts:
    """How many images more (or fewer, below 0) the second network puts into each cell; shape (10, 10)."""
    return second.counts - first.counts


def rate_difference(second: Confusion, first: Confusion) -> Rates:
    """The same as shares of each row; shape (10, 10)."""
    return second.rates - first.rates


def _class_accuracy(label: int, right: int, images: int) -> ClassAccuracy:
    if not images:
        return ClassAccuracy(label, 0, 0, None, None, None)
    return ClassAccuracy(label, right, images, right / images, *wilson_interval(right / images, images))
