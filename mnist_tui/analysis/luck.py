"""Several seeds of one row on the same images: what all of them get wrong, and what luck decides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_tui.analysis.answers import Answers, Places, surest_first


@dataclass(frozen=True)
class Luck:
    """What the seeds of a row make of each image.

    Attributes:
        seeds: How many there are; 2 or more.
        wrong: How many of them get each image wrong; shape (n,).
        always: Images that all seeds get wrong, those first of which they are the surest on average.
        sometimes: Images that some seeds get wrong and some right, the most evenly divided first.
        agreed: Of those that all get wrong, how many they all take for the same class.
        mistakes: What a single seed gets wrong, on average.
    """

    seeds: int
    wrong: Places
    always: Places
    sometimes: Places
    agreed: int
    mistakes: float


def luck(seeds: Sequence[Answers]) -> Luck:
    """Lay the answers of several seeds over each other.

    Args:
        seeds: The answers of two or more, of the same images.

    Raises:
        ValueError: There are fewer, or they were asked of other images.
    """
    if len(seeds) < 2:
        raise ValueError("one seed alone does not tell what luck decides")
    if not all(np.array_equal(seeds[0].labels, one.labels) for one in seeds[1:]):
        raise ValueError("the seeds were tested on other images")
    wrong: Places = np.sum([~one.right for one in seeds], axis=0, dtype=np.int64)
    confidence = np.mean([one.confidence for one in seeds], axis=0)
    always = surest_first(np.flatnonzero(wrong == len(seeds)), confidence)
    divided = np.flatnonzero((wrong > 0) & (wrong < len(seeds)))
    # Twice how far from half of the seeds: whole numbers, so that equals are equal.
    sometimes = divided[np.argsort(np.abs(2 * wrong[divided] - len(seeds)), kind="stable")]
    said = np.array([one.said[always] for one in seeds])
    agreed = int((said == said[0]).all(axis=0).sum())
    return Luck(len(seeds), wrong, always, sometimes, agreed, float(wrong.sum() / len(seeds)))
