"""Round numbers along an axis."""

import math


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten within a range.

    Args:
        low: Start of the range.
        high: End of the range, above `low`.
        most: At most so many ticks, 2 or more.
    """
    span = high - low
    power = math.floor(math.log10(span / most))
    for factor in (1, 2, 5, 10, 20):
        step = factor * 10.0**power
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [number * step for number in range(first, last + 1)]
    return []


_LOG_PATTERNS = (
    (1, (1, 2, 3, 5, 7)),
    (1, (1, 2, 5)),
    (1, (1, 3)),
    (1, (1,)),
    (2, (1,)),
    (5, (1,)),
    (10, (1,)),
)
"""Every how many powers of ten, and which multiples of them; from many ticks to few."""


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Powers of ten within a range; between them 1, 2, 5 … where there is room, fewer where there is not.

    A range too short for two of these gets linear ticks.
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for stride, factors in _LOG_PATTERNS:
        ticks = [factor * 10.0**power for power in powers if power % stride == 0 for factor in factors]
        ticks = [tick for tick in ticks if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]
        if 2 <= len(ticks) <= most:
            return ticks
    return [tick for tick in linear_ticks(low, high, most) if tick > 0]


def tick_labels(ticks: list[float], *, percent: bool = False) -> list[str]:
    """The ticks as text, with as many decimals as tell them apart."""
    values = [100 * tick if percent else tick for tick in ticks]
    for decimals in range(7):
        labels = [f"{value:.{decimals}f}" for value in values]
        exact = all(
            math.isclose(float(label), value, rel_tol=1e-6)
            for label, value in zip(labels, values, strict=True)
        )
        if exact:
            break
    return [label + ("%" if percent else "") for label in labels] if ticks else []
