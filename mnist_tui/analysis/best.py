"""The best of several rows, and how far that is to be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_tui.analysis.comparison import summary
from mnist_tui.analysis.measures import ACCURACY, estimate
from mnist_tui.analysis.pairing import pairs
from mnist_tui.analysis.statistics import Estimate
from mnist_tui.runs.rows import Row


@dataclass(frozen=True)
class Best:
    """The row with the highest mean test accuracy of several.

    It was picked for its accuracy, which flatters that and its lead, the more so the more rows there are.

    Attributes:
        row: Of several, the first.
        second: The one that comes next.
        lead: Of the row before the second, as a share; its interval knows nothing of the picking.
        rows: How many there were.
        by_validation: The row with the highest mean validation accuracy: picked without the test images.
    """

    row: Row
    second: Row
    lead: Estimate
    rows: int
    by_validation: Row


def best_of(rows: Sequence[Row]) -> Best | None:
    """The best of two or more rows that have results on the same data; `None` of fewer."""
    if len(rows) < 2:
        return None
    ranked = sorted(rows, key=lambda row: -summary(row, "test_accuracy").mean)
    by_validation = max(ranked, key=lambda row: summary(row, "validation_accuracy").mean)
    return Best(
        ranked[0], ranked[1], estimate(ACCURACY, pairs(ranked[0], ranked[1])), len(rows), by_validation
    )


def accuracies(row: Row) -> dict[int, float]:
    """Seed to test accuracy."""
    return {run.config.seed: run.finished.test_accuracy for run in row.runs if run.finished}
