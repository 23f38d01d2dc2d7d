"""How often a network is right when it says 90 %: its reliability diagram, and one number for it."""

from dataclasses import dataclass

import numpy as np

from mnist_tui.analysis.answers import Answers
from mnist_tui.analysis.statistics import wilson_interval

BINS = 10
"""Of equal width, from 0 to 1."""


@dataclass(frozen=True)
class Bin:
    """The images of which a network was about equally sure.

    Attributes:
        low: Its confidence is above this (or equal, in the first bin) …
        high: … and at most this.
        images: How many; 1 or more.
        confidence: The mean probability of what it said.
        accuracy: The share that it got right.
        interval: Wilson's 95 % interval of that share.
    """

    low: float
    high: float
    images: int
    confidence: float
    accuracy: float
    interval: tuple[float, float]

    @property
    def gap(self) -> float:
        """By how much it claims more than it keeps; below 0 where it is too modest."""
        return self.confidence - self.accuracy


@dataclass(frozen=True)
class Calibration:
    """How far confidence can be taken at its word.

    Attributes:
        bins: Those with images, from low confidence to high.
        images: All test images.
    """

    bins: tuple[Bin, ...]
    images: int

    @property
    def error(self) -> float:
        """Expected calibration error: Σ (images of the bin / all) · |accuracy - confidence|, 0 to 1.

        0 is a network that is right in x % of the cases wherever it says x % (Guo et al., 2017).
        """
        return sum(one.images / self.images * abs(one.gap) for one in self.bins)

    @property
    def gap(self) -> float:
        """Mean confidence minus accuracy, over all images: above 0 where it claims too much."""
        return sum(one.images / self.images * one.gap for one in self.bins)


def calibration(answers: Answers, bins: int = BINS) -> Calibration:
    """Compare how sure a network was with how often it was right.

    Args:
        answers: Of one image or more.
        bins: Into how many of equal width confidence is sorted; an edge belongs to the bin below it.
    """
    edges = np.linspace(0.0, 1.0, bins + 1)
    number = np.searchsorted(edges[1:-1], answers.confidence)
    images = np.bincount(number, minlength=bins)
    confidence = np.bincount(number, answers.confidence, bins) / np.maximum(images, 1)
    accuracy = np.bincount(number, answers.right, bins) / np.maximum(images, 1)
    found = tuple(
        Bin(
            float(edges[one]),
            float(edges[one + 1]),
            int(images[one]),
            float(confidence[one]),
            float(accuracy[one]),
            wilson_interval(float(accuracy[one]), int(images[one])),
        )
        for one in np.flatnonzero(images)
    )
    return Calibration(found, len(answers))
