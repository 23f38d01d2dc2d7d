"""What a comparison allows to be concluded: the same in the dashboard, on the command line and in reports."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.differences import Correct, Difference, differences
from mnist_tui.analysis.margin import MARGIN
from mnist_tui.errors import RunError
from mnist_tui.runs import artifacts
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run


@dataclass(frozen=True)
class Conclusions:
    """A comparison with a baseline.

    Attributes:
        comparison: What is compared.
        baseline: The number of the row that the others are compared with, from 0.
        margin: δ: a difference of accuracies, as a share, that counts as none.
        differences: Every other row beside the baseline, in the order of the rows.
    """

    comparison: Comparison
    baseline: int
    margin: float
    differences: tuple[Difference, ...]

    @property
    def baseline_row(self) -> Row:
        """The row that the others are compared with."""
        return self.comparison.rows[self.baseline]


def right_answers(run: Run) -> Correct | None:
    """Which test images a finished run gets right; `None` where its predictions cannot be read."""
    try:
        found = artifacts.predictions(run)
    except RunError:
        return None
    right: Correct = np.equal(found.probabilities.argmax(axis=1), found.labels)
    return right


def conclude(
    comparison: Comparison,
    baseline: int = 0,
    margin: float = MARGIN,
    correct: Callable[[Run], Correct | None] = right_answers,
) -> Conclusions:
    """Compare every row with the baseline; reads the predictions of single runs from the disk.

    Args:
        comparison: With one row or more.
        baseline: The number of that row, from 0.
        margin: δ, see `Conclusions`.
        correct: See `differences`.
    """
    found = differences(comparison.rows, baseline, correct, margin, comparison.left_out)
    return Conclusions(comparison, baseline, margin, tuple(found))
