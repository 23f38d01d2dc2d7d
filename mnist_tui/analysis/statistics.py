"""What a few measurements allow to be said: numbers in, estimates out.

`docs/statistics.md` says in words when each of these is used, and where it comes from.
"""

import math
import statistics
import sys
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

CONFIDENCE = 0.95
"""Of every interval."""

SIGNIFICANCE = 0.05
"""How often, at most, a comparison of rows without any difference may call one of them better or worse."""

MOST_SEEDS = 1000
"""Nobody trains more to see a difference."""


@dataclass(frozen=True)
class Summary:
    """Mean and spread of repeated measurements.

    Attributes:
        mean: Arithmetic mean.
        deviation: Sample standard deviation (n - 1); `None` for a single measurement.
        count: n.
    """

    mean: float
    deviation: float | None
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Summarise one or more values."""
        deviation = statistics.stdev(values) if len(values) > 1 else None
        return cls(statistics.fmean(values), deviation, len(values))


class Method(StrEnum):
    """How an estimate was made."""

    PAIRED = "paired t"
    WELCH = "Welch's t"
    MCNEMAR = "McNemar's exact test"
    SINGLE = "one measurement each"


@dataclass(frozen=True)
class Estimate:
    """A difference, and how sure it is.

    Attributes:
        value: Of the two means, or of the two measurements.
        low: Lower end of its 95 % interval, of this difference by itself; `None` where nothing tells how far
            the value would move.
        high: Upper end.
        p_value: How often a difference at least as far from 0 would be seen if there were none; `None` where
            there is no interval.
        count: Measurements on each side; the fewer of the two.
        method: How it was made.
        deviation: Standard deviation of the difference of one measurement of each side, at least what
            rounding alone leaves; 0 where several agree to the last bit, `None` where nothing tells.
    """

    value: float
    low: float | None
    high: float | None
    p_value: float | None
    count: int
    method: Method
    deviation: float | None = None

    def lies_within(self, margin: float) -> bool:
        """Whether the whole interval does, from -margin to margin."""
        return self.low is not None and self.high is not None and -margin < self.low <= self.high < margin

    def scaled(self, factor: float) -> Self:
        """The same in other units, or seen from the other side."""

        def times(number: float | None) -> float | None:
            return None if number is None else factor * number

        low, high = times(self.low), times(self.high)
        return replace(
            self,
            value=factor * self.value,
            low=high if factor < 0 else low,
            high=low if factor < 0 else high,
            deviation=None if self.deviation is None else abs(factor) * self.deviation,
        )


def mean_interval(values: Sequence[float], resolution: float = 0.0) -> Estimate:
    """A mean with Student's t interval (Student, 1908).

    Args:
        values: Independent measurements, two or more for an interval.
        resolution: What measurements are whole multiples of, an image or an epoch for example; 0 where they
            are not.
    """
    return _mean(values, _rounding(values), resolution)


def paired_difference(values: Sequence[float], others: Sequence[float], resolution: float = 0.0) -> Estimate:
    """Mean of the differences of pairs, with Student's t interval.

    Args:
        values: One for each seed.
        others: For the same seeds, in the same order.
        resolution: See `mean_interval`.
    """
    differences = [one - other for one, other in zip(values, others, strict=True)]
    return _mean(differences, _rounding(values, others), math.sqrt(2) * resolution)


def _mean(values: Sequence[float], rounding: float, resolution: float) -> Estimate:
    mean, count = statistics.fmean(values), len(values)
    if count == 1:
        return Estimate(mean, None, None, None, 1, Method.SINGLE)
    deviation = _deviation(values, rounding, resolution)
    return _student(mean, deviation, deviation / math.sqrt(count), count, count - 1, Method.PAIRED)


def unpaired_difference(
    values: Sequence[float], others: Sequence[float], resolution: float = 0.0
) -> Estimate:
    """Difference of two means, with Welch's interval (Welch, 1947): the deviations may differ.

    Args:
        values: Two or more.
        others: Two or more, of other seeds.
        resolution: See `mean_interval`.
    """
    difference = statistics.fmean(values) - statistics.fmean(others)
    count = min(len(values), len(others))
    if count == 1:
        return Estimate(difference, None, None, None, count, Method.SINGLE)
    rounding = _rounding(values, others)
    deviations = [_deviation(some, rounding, resolution) for some in (values, others)]
    variances = [
        deviation**2 / len(some) for deviation, some in zip(deviations, (values, others), strict=True)
    ]
    total, freedom = sum(variances), 1.0
    if total:
        parts = zip(variances, (values, others), strict=True)
        freedom = total**2 / sum(variance**2 / (len(some) - 1) for variance, some in parts)
    return _student(difference, math.hypot(*deviations), math.sqrt(total), count, freedom, Method.WELCH)


def _rounding(*some: Sequence[float]) -> float:
    """How far the computer's own rounding may move the difference of two of these numbers."""
    return 4 * sys.float_info.epsilon * max(abs(value) for values in some for value in values)


def _deviation(values: Sequence[float], rounding: float, resolution: float) -> float:
    """Sample standard deviation, at least that of rounding to the resolution: 1/√12 of it (Sheppard, 1898).

    A few whole numbers often agree by chance. Taken as they are, they would be sure of anything.
    """
    deviation = statistics.stdev(values)
    return max(deviation if deviation > rounding else 0.0, resolution / math.sqrt(12))


def _student(
    mean: float, deviation: float, error: float, count: int, freedom: float, method: Method
) -> Estimate:
    """An estimate from Student's distribution; without any spread, it tells nothing beyond the value."""
    if not error:
        return Estimate(mean, None, None, None, count, method, 0.0)
    from scipy.special import stdtr

    half = _t_quantile(freedom) * error
    p_value = 2 * float(stdtr(freedom, -abs(mean) / error))
    return Estimate(mean, mean - half, mean + half, p_value, count, method, deviation)


def _t_quantile(freedom: float, confidence: float = CONFIDENCE) -> float:
    """How many standard errors lie on each side of an interval."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + confidence / 2))


def discordant_difference(both: int, first_only: int, second_only: int, neither: int) -> Estimate:
    """Difference of two accuracies on the same images: McNemar's exact test, Newcombe's interval.

    The test is McNemar's (1947) in its exact, binomial form; the interval is method 10 of Newcombe (1998):
    Wilson's intervals of both accuracies, put together with the correlation of the answers.

    Args:
        both: Images that both networks get right.
        first_only: Those that the first gets right and the second wrong.
        second_only: The other way round.
        neither: Those that both get wrong.
    """
    images = both + first_only + second_only + neither
    first, second = (both + first_only) / images, (both + second_only) / images
    (low1, high1), (low2, high2) = wilson_interval(first, images), wilson_interval(second, images)
    phi = _correlation(both, first_only, second_only, neither)
    below = _added(first - low1, high2 - second, phi)
    above = _added(high1 - first, second - low2, phi)
    difference = (first_only - second_only) / images
    p_value = mcnemar(first_only, second_only)
    return Estimate(difference, difference - below, difference + above, p_value, 1, Method.MCNEMAR)


def _added(first: float, second: float, phi: float) -> float:
    """Two distances put together: √(a² - 2 φ a b + b²)."""
    return math.sqrt(max(0.0, first**2 - 2 * phi * first * second + second**2))


def _correlation(both: int, first_only: int, second_only: int, neither: int) -> float:
    """φ of the answers on the same images, with Newcombe's correction for continuity."""
    product = (both + first_only) * (second_only + neither) * (both + second_only) * (first_only + neither)
    if not product:
        return 0.0
    excess = float(both * neither - first_only * second_only)
    if excess > 0:
        excess = max(excess - (both + first_only + second_only + neither) / 2, 0.0)
    return excess / math.sqrt(product)


def mcnemar(first_only: int, second_only: int) -> float:
    """The two-sided p-value of McNemar's exact test.

    Args:
        first_only: Images that only the first of two networks gets right.
        second_only: Those that only the second gets right.
    """
    if first_only == second_only:
        return 1.0
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(first_only, second_only), first_only + second_only, 0.5)))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values of several tests, adjusted so that all of them together err as seldom as one (Holm, 1979).

    Args:
        p_values: In any order; the adjusted ones keep it.
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def seeds_to_settle(estimate: Estimate, margin: float, tests: int = 1) -> int | None:
    """With how many seeds in all a difference would be told, if it stays as measured.

    It is told where its interval leaves out 0, or lies within the margin as a whole, whichever comes first.
    The spread is taken for a little larger than measured: in the median of samples as small as these, it is
    too small by as much.

    Args:
        estimate: Of several seeds.
        margin: What counts as no difference, in the estimate's units.
        tests: Rows that are not told from the same baseline yet.

    Returns:
        More than `estimate.count`; `None` where the spread is not known or the number is above `MOST_SEEDS`.
    """
    if not estimate.deviation or estimate.count >= MOST_SEEDS:
        return None
    from scipy.special import chdtri

    groups = 2 if estimate.method is Method.WELCH else 1
    measured = groups * (estimate.count - 1)
    deviation = estimate.deviation * math.sqrt(measured / float(chdtri(measured, 0.5)))

    def is_told(seeds: int) -> bool:
        error, freedom = deviation / math.sqrt(seeds), groups * (seeds - 1)
        differs = abs(estimate.value) > _t_quantile(freedom, 1 - SIGNIFICANCE / tests) * error
        return differs or abs(estimate.value) + _t_quantile(freedom) * error < margin

    if not is_told(MOST_SEEDS):
        return None
    return bisect_left(range(MOST_SEEDS + 1), True, lo=estimate.count + 1, key=is_told)


def pooled_deviation(summaries: Iterable[Summary]) -> float | None:
    """The standard deviation within groups that may have different means.

    Args:
        summaries: One for each group; those of a single measurement tell nothing of it.

    Returns:
        √(Σ (nᵢ - 1) sᵢ² / Σ (nᵢ - 1)), or `None` where no group has several measurements.
    """
    known = [(one.count - 1, one.deviation) for one in summaries if one.deviation is not None]
    if not known:
        return None
    return math.sqrt(sum(free * deviation**2 for free, deviation in known) / sum(free for free, _ in known))


def wilson_interval(accuracy: float, images: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Where the true accuracy lies, given the one measured on a sample of images.

    Wilson's score interval (Wilson, 1927), which stays inside 0 to 1 and holds near 1 too.

    Args:
        accuracy: Share classified correctly, 0 to 1.
        images: Test images it was measured on, 1 or more.
        confidence: Chance that the interval covers the true accuracy.

    Returns:
        (low, high).
    """
    z = statistics.NormalDist().inv_cdf(0.5 + confidence / 2)
    scale = 1 / (1 + z * z / images)
    centre = (accuracy + z * z / (2 * images)) * scale
    half = z * scale * math.sqrt(accuracy * (1 - accuracy) / images + z * z / (4 * images * images))
    return max(0.0, centre - half), min(1.0, centre + half)
