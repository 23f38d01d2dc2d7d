"""What may be concluded of the rows that are shown, and what it would be asked of."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mnist_tui.analysis.margin import MARGIN
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run

if TYPE_CHECKING:
    from mnist_tui.analysis.ablation import Ablation
    from mnist_tui.analysis.conclusions import Conclusions
    from mnist_tui.analysis.differences import Difference
    from mnist_tui.analysis.sweep_curve import SweepCurve, SweepGrid


@dataclass(frozen=True)
class Question:
    """Rows that are to be compared.

    Attributes:
        rows: Of each, its runs that came to their end, and those that diverged; one or more.
        baseline: The ids of the runs of the row that the others are compared with.
        margin: δ: a difference of accuracies, as a share, that counts as none.
    """

    rows: tuple[tuple[Run, ...], ...]
    baseline: tuple[str, ...]
    margin: float = MARGIN

    @property
    def key(self) -> Hashable:
        """The same where the answer is: runs that came to their end do not change."""
        return tuple(tuple(run.run_id for run in row) for row in self.rows), self.baseline, self.margin


@dataclass(frozen=True)
class Concluded:
    """The answer.

    Attributes:
        conclusions: In numbers.
        findings: In sentences.
        notes: How to read the differences.
        curve: Where the rows are a sweep of one setting; else `None`.
        grid: Where they are one of two settings; else `None`.
        effects: Where they are all combinations of some switches; else `None`.
    """

    conclusions: "Conclusions"
    findings: tuple[str, ...]
    notes: tuple[str, ...]
    curve: "SweepCurve | None" = None
    grid: "SweepGrid | None" = None
    effects: "Ablation | None" = None

    @property
    def by_run(self) -> "dict[str, Difference]":
        """The difference of each row beside the baseline, by the id of its first run."""
        return {one.row.runs[0].run_id: one for one in self.conclusions.differences}


def answer(question: Question) -> Concluded | None:
    """Compare the runs; reads predictions and takes time.

    Returns:
        `None` where the baseline has no result yet.
    """
    # What it takes to compare is not loaded before there is something to compare.
    from mnist_tui.analysis.ablation import ablation
    from mnist_tui.analysis.comparison import compare_rows
    from mnist_tui.analysis.conclusions import conclude
    from mnist_tui.analysis.difference_notes import difference_notes
    from mnist_tui.analysis.findings import findings
    from mnist_tui.analysis.sweep_curve import sweep_curve, sweep_grid

    comparison = compare_rows(question.rows)
    baseline = baseline_of(comparison.rows, question.baseline)
    if baseline is None:
        return None
    conclusions = conclude(comparison, baseline, question.margin)
    return Concluded(
        conclusions,
        tuple(findings(conclusions)),
        tuple(difference_notes(conclusions)),
        sweep_curve(comparison),
        sweep_grid(comparison),
        ablation(comparison, conclusions.margin),
    )


def baseline_of(rows: Sequence[Row], wanted: Collection[str]) -> int | None:
    """The number of the row, from 0, that has one of these runs; `None` where none has."""
    there = (number for number, row in enumerate(rows) if any(run.run_id in wanted for run in row.runs))
    return next(there, None)
