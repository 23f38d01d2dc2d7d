"""What a few measurements allow to be said: numbers in, estimates out.

`docs/statistics.md` says in words when each of these is used, and where it comes from.
"""

import math
import statistics
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
        deviation: Standard deviation of the differences of pairs, or what takes its place: the estimate's
            standard error is `deviation / √count`; `None` where there is no such thing.
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


def mean_interval(values: Sequence[float]) -> Estimate:
    """A mean with Student's t interval.

    Args:
        values: Independent measurements, two or more for an interval.
    """
    summary = Summary.of(values)
    if summary.deviation is None:
        return Estimate(summary.mean, None, None, None, 1, Method.SINGLE)
    return _student(summary.mean, summary.deviation, summary.count, summary.count - 1, Method.PAIRED)


def paired_difference(values: Sequence[float], others: Sequence[float]) -> Estimate:
    """Mean of the differences of pairs, with Student's t interval (Student, 1908).

    Args:
        values: One for each seed.
        others: For the same seeds, in the same order.
    """
    return mean_interval([one - other for one, other in zip(values, others, strict=True)])


def unpaired_difference(values: Sequence[float], others: Sequence[float]) -> Estimate:
    """Difference of two means, with Welch's interval (Welch, 1947): the deviations may differ.

    Args:
        values: Two or more.
        others: Two or more, of other seeds.
    """
    first, second = Summary.of(values), Summary.of(others)
    difference, count = first.mean - second.mean, min(first.count, second.count)
    if first.deviation is None or second.deviation is None:
        return Estimate(difference, None, None, None, count, Method.SINGLE)
    variances = first.deviation**2 / first.count, second.deviation**2 / second.count
    total = sum(variances)
    freedom = 1.0
    if total:
        freedom = total**2 / (variances[0] ** 2 / (first.count - 1) + variances[1] ** 2 / (second.count - 1))
    return _student(difference, math.sqrt(total * count), count, freedom, Method.WELCH)


def _student(mean: float, deviation: float, count: int, freedom: float, method: Method) -> Estimate:
    """An estimate from Student's distribution; without any spread, it tells nothing beyond the value."""
    if not deviation:
        return Estimate(mean, None, None, None, count, method, deviation)
    from scipy.special import stdtr

    error = deviation / math.sqrt(count)
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
    """With how many seeds in all a difference would be told, if it and its spread stay as measured.

    It is told where its interval leaves out 0, or lies within the margin as a whole, whichever comes first.

    Args:
        estimate: Of several seeds.
        margin: What counts as no difference, in the estimate's units.
        tests: Rows that are compared with the same baseline.

    Returns:
        More than `estimate.count`; `None` where the spread is not known or the number is above `MOST_SEEDS`.
    """
    if estimate.deviation is None or not estimate.deviation:
        return None
    groups = 2 if estimate.method is Method.WELCH else 1
    for seeds in range(estimate.count + 1, MOST_SEEDS + 1):
        error = estimate.deviation / math.sqrt(seeds)
        freedom = groups * (seeds - 1)
        differs = abs(estimate.value) > _t_quantile(freedom, 1 - SIGNIFICANCE / tests) * error
        if differs or abs(estimate.value) + _t_quantile(freedom) * error < margin:
            return seeds
    return None


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
