"""Rows against a baseline: by how much each differs, how sure that is, and what may be concluded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

import numpy as np
import numpy.typing as npt

from mnist_tui.analysis.comparison import circumstances
from mnist_tui.analysis.statistics import (
    SIGNIFICANCE,
    Estimate,
    Method,
    discordant_difference,
    holm,
    paired_difference,
    seeds_to_settle,
    unpaired_difference,
)
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run
from mnist_tui.training.events import RunFinished

MARGIN = 0.002
"""δ: a difference of accuracies that counts as none, unless another is set; 0.2 points."""

Correct = npt.NDArray[np.bool_]
"""Which test images a network gets right, in their order."""


class Verdict(StrEnum):
    """What may be said of a row's test accuracy beside the baseline's."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNCLEAR = "unclear"


SYMBOLS = {Verdict.BETTER: "▲", Verdict.WORSE: "▼", Verdict.SAME: "=", Verdict.UNCLEAR: "?"}
"""A character for each, which needs no colour."""


@dataclass(frozen=True)
class Measure:
    """A number of a finished run in which rows are compared.

    Attributes:
        key: Its name in `MEASURES`; what programs call it.
        words: What it is.
        value: Of a finished run.
        is_time: Whether it depends on the machine, too.
        instead: What stands in for a time that does not compare.
    """

    key: str
    words: str
    value: Callable[[RunFinished], float]
    is_time: bool = False
    instead: Callable[[RunFinished], float] | None = None


def _number(name: str, result: RunFinished) -> float:
    return float(getattr(result, name))


def _per_epoch(name: str, result: RunFinished) -> float:
    return float(getattr(result, name)) / result.epochs


MEASURES = {
    measure.key: measure
    for measure in (
        Measure("test_accuracy", "test accuracy", partial(_number, "test_accuracy")),
        Measure(
            "train_seconds",
            "training time",
            partial(_number, "train_seconds"),
            is_time=True,
            instead=partial(_number, "cpu_seconds"),
        ),
        Measure("convergence_epoch", "epochs to converge", partial(_number, "convergence_epoch")),
        Measure(
            "epoch_seconds",
            "training time of an epoch",
            partial(_per_epoch, "train_seconds"),
            is_time=True,
            instead=partial(_per_epoch, "cpu_seconds"),
        ),
    )
}
"""What rows are compared in; the first one decides the verdict."""


@dataclass(frozen=True)
class Discordant:
    """Test images that one of two networks gets right and the other wrong.

    Attributes:
        fixed: Right in the row, wrong in the baseline.
        broken: Wrong in the row, right in the baseline.
    """

    fixed: int
    broken: int


@dataclass(frozen=True)
class Difference:
    """A row beside the baseline.

    Attributes:
        row: The row.
        baseline: What it is compared with.
        estimates: Key of `MEASURES` to row minus baseline, in the measure's own unit.
        cpu_time: Keys of the times that are CPU time, because the others do not compare.
        reasons: Key of `MEASURES` to why it is not compared.
        verdict: Of the test accuracy; `None` where it is not compared.
        adjusted_p: Its p-value among all rows of the comparison, by Holm; `None` where there is none.
        seeds_needed: Seeds in all with which an unclear difference would be expected to be told; `None` where
            that cannot be said.
        discordant: Of two networks on the same images; else `None`.
    """

    row: Row
    baseline: Row
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    cpu_time: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict | None = None
    adjusted_p: float | None = None
    seeds_needed: int | None = None
    discordant: Discordant | None = None

    @property
    def accuracy(self) -> Estimate | None:
        """Of the test accuracy, as a share."""
        return self.estimates.get("test_accuracy")

    @property
    def is_about_methods(self) -> bool:
        """Whether the verdict is about what was switched, not about two networks alone."""
        return self.accuracy is not None and self.accuracy.method in {Method.PAIRED, Method.WELCH}


def differences(
    rows: Sequence[Row],
    baseline: int,
    correct: Callable[[Run], Correct | None],
    margin: float = MARGIN,
) -> list[Difference]:
    """Every other row beside the baseline.

    Args:
        rows: Of one comparison.
        baseline: The number of the row that the others are compared with, from 0.
        correct: Which test images a run gets right, or `None` where that is not known; asked only where
            there is one run on each side.
        margin: δ, see `MARGIN`.

    Returns:
        In the order of the rows.
    """
    others = [row for number, row in enumerate(rows) if number != baseline]
    found = [_difference(row, rows[baseline], correct) for row in others]
    tested = [number for number, one in enumerate(found) if _p_value(one) is not None]
    adjusted = dict(zip(tested, holm([_p_value(found[number]) or 0.0 for number in tested]), strict=True))
    return [_judged(one, adjusted.get(number), margin, len(tested)) for number, one in enumerate(found)]


def _p_value(difference: Difference) -> float | None:
    return difference.accuracy.p_value if difference.accuracy else None


def _difference(row: Row, baseline: Row, correct: Callable[[Run], Correct | None]) -> Difference:
    """A row beside the baseline, without a verdict: that is one of all rows together."""
    if reason := _hindrance(row, baseline):
        return Difference(row, baseline, reasons=dict.fromkeys(MEASURES, reason))
    estimates: dict[str, Estimate] = {}
    reasons: dict[str, str] = {}
    cpu_time: set[str] = set()
    mine, theirs, is_paired = pairs(row, baseline)
    for measure in MEASURES.values():
        value = measure.value
        if measure.is_time and (unlike := _unlike([*mine, *theirs])):
            if measure.instead is None or unlike & {"machine", "versions"}:
                reasons[measure.key] = f"the runs differ in {' and '.join(sorted(unlike))}"
                continue
            value = measure.instead
            cpu_time.add(measure.key)
        estimates[measure.key] = _estimate(value, mine, theirs, is_paired=is_paired)
    discordant = None
    if len(mine) == len(theirs) == 1:
        answers, other_answers = correct(mine[0]), correct(theirs[0])
        if answers is None or other_answers is None or answers.shape != other_answers.shape:
            reasons["test_accuracy"] = "the predictions of one of them cannot be read"
            del estimates["test_accuracy"]
        else:
            fixed, broken = int((answers & ~other_answers).sum()), int((other_answers & ~answers).sum())
            both = int((answers & other_answers).sum())
            discordant = Discordant(fixed, broken)
            neither = answers.size - both - fixed - broken
            estimates["test_accuracy"] = discordant_difference(both, fixed, broken, neither)
    return Difference(row, baseline, estimates, frozenset(cpu_time), reasons, discordant=discordant)


def _hindrance(row: Row, baseline: Row) -> str:
    """Why two rows cannot be compared at all; empty where they can."""
    for one in (row, baseline):
        if not one.results:
            return f"{one.label} has no result yet"
        if one.is_cut_short:
            return f"{one.label} did not come to its end"
    if _data(row) != _data(baseline):
        return "they were trained or tested on different data"
    return ""


def _data(row: Row) -> object:
    return row.started and (row.started.dataset_sha256, row.started.sizes)


def pairs(row: Row, baseline: Row) -> tuple[list[Run], list[Run], bool]:
    """The runs to compare, and whether they are pairs: one of each row for each seed.

    Pairs where the rows share two seeds or more, or where one of them has a single run; else all runs.
    """
    mine = {run.config.seed: run for run in row.runs if run.finished}
    theirs = {run.config.seed: run for run in baseline.runs if run.finished}
    shared = [seed for seed in mine if seed in theirs]
    if len(shared) > 1 or (shared and min(len(mine), len(theirs)) == 1):
        return [mine[seed] for seed in shared], [theirs[seed] for seed in shared], True
    if min(len(mine), len(theirs)) == 1:
        return [next(iter(mine.values()))], [next(iter(theirs.values()))], False
    return list(mine.values()), list(theirs.values()), False


def _unlike(runs: Sequence[Run]) -> set[str]:
    """In which circumstances of their times some runs differ."""
    seen = [circumstances(run) for run in runs]
    return {name for name in seen[0] if len({one[name] for one in seen}) > 1}


def _estimate(
    value: Callable[[RunFinished], float], mine: Sequence[Run], theirs: Sequence[Run], *, is_paired: bool
) -> Estimate:
    values, others = ([value(run.finished) for run in runs if run.finished] for runs in (mine, theirs))
    return paired_difference(values, others) if is_paired else unpaired_difference(values, others)


def _judged(difference: Difference, adjusted_p: float | None, margin: float, tests: int) -> Difference:
    """A difference with its verdict."""
    estimate = difference.accuracy
    if estimate is None:
        return difference
    is_identical = estimate.count > 1 and not estimate.value and estimate.deviation == 0
    if is_identical or estimate.lies_within(margin):
        verdict = Verdict.SAME
    elif adjusted_p is not None and adjusted_p < SIGNIFICANCE:
        verdict = Verdict.BETTER if estimate.value > 0 else Verdict.WORSE
    else:
        verdict = Verdict.UNCLEAR
    needed = seeds_to_settle(estimate, margin, tests) if verdict is Verdict.UNCLEAR else None
    return replace(difference, verdict=verdict, adjusted_p=adjusted_p, seeds_needed=needed)
