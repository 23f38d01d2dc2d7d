"""Names and numbers as sentences have them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from mnist_tui.analysis.difference_cells import probability, signed
from mnist_tui.analysis.statistics import Estimate

Facts: TypeAlias = Mapping[str, str]
"""What a sentence has in its gaps."""

MOST_LISTED = 4
"""Rows that one sentence names."""


def listed(names: Sequence[str], most: int = MOST_LISTED) -> str:
    """Names in a sentence, the first few of many."""
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        shown.append(f"{more} more")
    return " and ".join([separated(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def separated(names: Sequence[str]) -> str:
    """Names one after the other, told apart where they have commas of their own."""
    return ("; " if any(", " in name for name in names) else ", ").join(names)


def points(share: float) -> str:
    """A difference of accuracies."""
    return signed(100 * share, 2)


def span(estimate: Estimate, text: Callable[[float], str]) -> str:
    """An interval, for example `−0.15 to +0.31`; empty where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{text(estimate.low)} to {text(estimate.high)}"


def in_brackets(estimate: Estimate, text: Callable[[float], str]) -> str:
    """The interval behind a number; that all seeds are alike; nothing where one run is all there is."""
    its = span(estimate, text) or ("the same in each seed" if estimate.count > 1 else "")
    return f" ({its})" if its else ""


def interval(estimate: Estimate) -> str:
    """The interval of a difference of accuracies, in words; empty where there is none."""
    its = span(estimate, points)
    return f"95 % interval {its}" if its else ""


def p_value(p: float | None) -> str:
    """For example `= 0.012` or `< 0.001`."""
    text = probability(p or 0.0)
    return text if text.startswith("<") else f"= {text}"
