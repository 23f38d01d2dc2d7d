"""A row beside the baseline, in words: the same in the dashboard, on the command line and in reports."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from mnist_tui.analysis.cells import NOTHING
from mnist_tui.analysis.differences import SYMBOLS, Difference, Verdict
from mnist_tui.analysis.statistics import Estimate

MINUS = "−"
"""As long as a plus, so that numbers below each other line up."""

SMALLEST_P = 0.001
"""Below that, nobody needs to know by how much."""


def signed(value: float, decimals: int) -> str:
    """A number with its sign, for example `+0.08`; what rounds to 0 has none."""
    text = f"{value:+.{decimals}f}"
    return text[1:] if not float(text) else text.replace("-", MINUS)


def with_interval(estimate: Estimate, decimals: int, unit: str = "") -> str:
    """A difference with its interval, for example `+0.08 (−0.15 to +0.31)`."""
    value = f"{signed(estimate.value, decimals)}{unit}"
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} ({signed(estimate.low, decimals)} to {signed(estimate.high, decimals)})"


def accuracy(difference: Difference) -> str:
    """Of the test accuracy, in points."""
    return with_interval(difference.accuracy.scaled(100), 2) if difference.accuracy else NOTHING


def seconds(difference: Difference, key: str) -> str:
    """Of one of the times, for example `−1.3 s (−1.9 to −0.7)` or, of CPU time, `−1.3 s CPU (…)`."""
    estimate = difference.estimates.get(key)
    if estimate is None:
        return NOTHING
    unit = " s CPU" if key in difference.cpu_time else " s"
    return with_interval(estimate, _decimals(estimate), unit)


def _decimals(estimate: Estimate) -> int:
    """Enough for two digits that count: some epochs take a hundredth of a second, some runs an hour."""
    largest = max(abs(end) for end in (estimate.value, estimate.low, estimate.high) if end is not None)
    return next((decimals for decimals in (1, 2, 3) if largest * 10**decimals >= 10), 4) if largest else 1


def epochs(difference: Difference) -> str:
    """Of the epochs to converge; whole ones where one run is compared with one."""
    estimate = difference.estimates.get("convergence_epoch")
    if estimate is None:
        return NOTHING
    return with_interval(estimate, 0 if estimate.count == 1 and estimate.value % 1 == 0 else 1)


def verdict(difference: Difference) -> str:
    """A symbol and a word, for example `▲ better`."""
    return f"{SYMBOLS[difference.verdict]} {difference.verdict}" if difference.verdict else NOTHING


def verdict_and_seeds(difference: Difference) -> str:
    """The verdict and, where it is unclear, the seeds that would settle it: `? unclear, 14 seeds`."""
    needed = difference.seeds_needed
    return f"{verdict(difference)}, {needed} seeds" if needed else verdict(difference)


def p_value(difference: Difference) -> str:
    """After Holm."""
    return NOTHING if difference.adjusted_p is None else probability(difference.adjusted_p)


def probability(p: float) -> str:
    """A p-value, for example `0.31`, `0.012` or `< 0.001`."""
    if p < SMALLEST_P:
        return f"< {SMALLEST_P}"
    return f"{p:.2f}" if p >= 0.1 else f"{p:.3f}"


def seeds_needed(difference: Difference) -> str:
    """With how many seeds in all an unclear difference would be expected to be told."""
    if difference.verdict is not Verdict.UNCLEAR:
        return NOTHING
    return str(difference.seeds_needed or "?")


def discordant(difference: Difference) -> str:
    """Of two networks: digits that the row gets right and the baseline wrong, and the other way round."""
    found = difference.discordant
    return f"{found.fixed} / {found.broken}" if found else NOTHING


@dataclass(frozen=True)
class DifferenceColumn:
    """One column of the tables of differences.

    Attributes:
        key: Its name in `DIFFERENCE_COLUMNS`; what programs call it.
        title: What stands above it where room is short.
        long_title: What stands above it in a report.
        words: What it is, for somebody who meets it for the first time.
        text: The cell of a difference.
        right: Whether its cells are numbers, which stand at its right edge.
    """

    key: str
    title: str
    long_title: str
    words: str
    text: Callable[[Difference], str]
    right: bool = True


def _by_key(some: Iterable[DifferenceColumn]) -> dict[str, DifferenceColumn]:
    return {column.key: column for column in some}


DIFFERENCE_COLUMNS = _by_key(
    [
        DifferenceColumn(
            "label",
            "row",
            "Model",
            "the row that is compared with the baseline",
            lambda difference: difference.row.label,
            right=False,
        ),
        DifferenceColumn(
            "accuracy_difference",
            "Δ test",
            "Δ test accuracy, points (95 % interval)",
            "test accuracy: the row's minus the baseline's, in points",
            accuracy,
        ),
        DifferenceColumn(
            "verdict",
            "verdict",
            "Verdict",
            "what may be said of the test accuracy, all rows taken together",
            verdict,
            right=False,
        ),
        DifferenceColumn(
            "verdict_and_seeds",
            "verdict",
            "Verdict",
            "the same and, where it is unclear, with how many seeds in all it would be expected to be told",
            verdict_and_seeds,
            right=False,
        ),
        DifferenceColumn(
            "p_value",
            "p",
            "p (Holm)",
            "how often so large a difference would be seen if there were none, corrected for all rows",
            p_value,
        ),
        DifferenceColumn(
            "seeds_needed",
            "seeds",
            "Seeds that would tell",
            "with how many seeds in all an unclear difference would be expected to be told",
            seeds_needed,
        ),
        DifferenceColumn(
            "discordant",
            "fixed / broken",
            "Fixed / broken digits",
            "test images that the row gets right and the baseline wrong, and the other way round",
            discordant,
        ),
        DifferenceColumn(
            "time_difference",
            "Δ time",
            "Δ training time",
            "training time: the row's minus the baseline's",
            partial(seconds, key="train_seconds"),
        ),
        DifferenceColumn(
            "epoch_time_difference",
            "Δ an epoch",
            "Δ time an epoch",
            "training time of an epoch: the row's minus the baseline's",
            partial(seconds, key="epoch_seconds"),
        ),
        DifferenceColumn(
            "convergence_difference",
            "Δ converged",
            "Δ epochs to converge",
            "the epoch with the lowest validation loss: the row's minus the baseline's",
            epochs,
        ),
    ]
)
"""What can be said of a row beside the baseline, by key; a cell is `NOTHING` where it cannot be said."""
