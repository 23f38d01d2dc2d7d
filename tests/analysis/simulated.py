"""Measurements whose truth is known: accuracies over seeds, and answers of networks on the same images."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, stdtrit

IMAGES = 10_000
RESOLUTION = 1 / IMAGES
MARGIN = 0.002

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

DIFFICULTY = (0.4606, 0.0094)
"""Beta distribution of how often a network gets an image right.

Mean 0.98, and a correlation of 0.68 between the answers of two networks: of 10,000 images, they disagree on
125. Ten plain, batch norm and L2 networks trained on full MNIST had 170 to 218 errors, correlations of 0.63
to 0.79, and disagreed on 75 to 150 images.
"""


def accuracies(
    chance: np.random.Generator,
    repetitions: int,
    seeds: int,
    deviation: float,
    gains: Sequence[float],
    correlation: float = 0.3,
) -> Array:
    """Comparisons of rows that are tested on 10,000 images: their accuracies are whole counts of these.

    Args:
        chance: Where it comes from.
        repetitions: Comparisons.
        seeds: Runs of each row.
        deviation: Of the accuracy from seed to seed.
        gains: What each row is better by than an accuracy of 98 %.
        correlation: Of two rows over the same seeds.

    Returns:
        By comparison, row and seed.
    """
    shared = chance.standard_normal((repetitions, 1, seeds))
    own = chance.standard_normal((repetitions, len(gains), seeds))
    moved = math.sqrt(correlation) * shared + math.sqrt(1 - correlation) * own
    level = 0.98 + np.array(gains)[:, np.newaxis]
    found: Array = np.rint(IMAGES * (level + deviation * moved)) / IMAGES
    return found


def answers(chance: np.random.Generator, repetitions: int, networks: int) -> list[list[tuple[int, ...]]]:
    """Networks that are equally good, on the same images, of which some are hard for all of them.

    Returns:
        By repetition, for each network but the first: the images that both it and the first get right, it
        alone, the first alone, none.
    """
    patterns = np.array(list(itertools.product([True, False], repeat=networks)))
    right = patterns.sum(axis=1)
    a, b = DIFFICULTY
    shares = np.exp(betaln(a + right, b + networks - right) - betaln(a, b))
    counts: Counts = chance.multinomial(IMAGES, shares, size=repetitions)
    first = patterns[:, 0]
    tables = []
    for network in patterns.T[1:]:
        cells = [network & first, network & ~first, ~network & first, ~network & ~first]
        tables.append(np.stack([counts[:, cell].sum(axis=1) for cell in cells], axis=1))
    return [[tuple(map(int, table)) for table in some] for some in np.stack(tables, axis=1)]


def seeds_that_told(
    chance: np.random.Generator,
    seeds: int,
    deviation: float,
    gain: float,
    most: int = 80,
    repetitions: int = 6_000,
) -> int:
    """How many seeds it takes until half of the comparisons that were unclear with a few have a verdict.

    Made anew from the definitions of the verdicts, for one row beside a baseline.

    Args:
        chance: Where it comes from.
        seeds: With which they were unclear.
        deviation: Of the difference of a pair.
        gain: The true difference.
        most: Where to give up.
        repetitions: Comparisons.
    """
    differences = np.rint(IMAGES * (gain + deviation * chance.standard_normal((repetitions, most)))) / IMAGES
    sums, squares = differences.cumsum(axis=1), (differences**2).cumsum(axis=1)

    def is_told(count: int) -> npt.NDArray[np.bool_]:
        mean = sums[:, count - 1] / count
        variance = (squares[:, count - 1] - count * mean**2) / (count - 1)
        half = stdtrit(count - 1, 0.975) * np.sqrt(np.maximum(variance, RESOLUTION**2 / 6) / count)
        told: npt.NDArray[np.bool_] = (np.abs(mean) > half) | (np.abs(mean) + half < MARGIN)
        return told

    unclear = ~is_told(seeds)
    return next(count for count in range(seeds + 1, most + 1) if is_told(count)[unclear].mean() >= 0.5)
