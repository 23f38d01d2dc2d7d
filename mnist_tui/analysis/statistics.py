"""What a few measurements allow to be said."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


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
    def of(cls, values: Sequence[float]) -> "Summary":
        """Summarise one or more values."""
        deviation = statistics.stdev(values) if len(values) > 1 else None
        return cls(statistics.fmean(values), deviation, len(values))


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


def wilson_interval(accuracy: float, images: int, confidence: float = 0.95) -> tuple[float, float]:
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
