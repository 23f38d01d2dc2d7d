"""Rows against a baseline: by how much each differs, how sure that is, and what may be concluded."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from mnist_tui.analysis.comparison import tested_on
from mnist_tui.analysis.margin import MARGIN
from mnist_tui.analysis.measures import MEASURES, estimate
from mnist_tui.analysis.pairing import Pairing, missing_seeds, pairs, settings, unlike, with_like_times
from mnist_tui.analysis.statistics import (
    SIGNIFICANCE,
    Estimate,
    Method,
    discordant_difference,
    holm,
    seeds_to_settle,
)
from mnist_tui.errors import ConfigError
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run


def checked_margin(points: float) -> float:
    """δ as a share.

    Args:
        points: As people say it, in points of accuracy.

    Raises:
        ConfigError: It is no margin.
    """
    if not 0 < points <= 100:
        raise ConfigError("margin", f"margin must be above 0 and at most 100 points, not {points:g}.")
    return points / 100


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
class Discordant:
    """Test images that one of two networks gets right and the other wrong.

    Attributes:
        fixed: Right in the row, wrong in the baseline.
        broken: Wrong in the row, right in the baseline.
    """

    fixed: int
    broken: int


@dataclass(frozen=True)
class Judgement:
    """What may be said of one difference, as one of a family.

    Attributes:
        verdict: The word for it.
        adjusted_p: Its p-value among all of the family, by Holm; `None` where there is none.
        seeds_needed: Seeds in all with which an unclear difference would be expected to be told; `None` where
            that cannot be said.
    """

    verdict: Verdict
    adjusted_p: float | None = None
    seeds_needed: int | None = None


def judge(estimates: Sequence[Estimate], margin: float = MARGIN) -> list[Judgement]:
    """Verdicts on differences of accuracy from one baseline.

    All taken together, one that is not there is called better or worse in at most `SIGNIFICANCE` of cases.
    An interval within the margin is the same, also where it leaves out 0: a difference that is shown, and
    shown to be small.

    Args:
        estimates: As shares.
        margin: δ, see `MARGIN`.
    """
    tested = [number for number, one in enumerate(estimates) if one.p_value is not None]
    adjusted = dict(zip(tested, holm([estimates[number].p_value or 0.0 for number in tested]), strict=True))
    untold = sum(p_value >= SIGNIFICANCE for p_value in adjusted.values())
    return [_judged(one, adjusted.get(number), margin, untold) for number, one in enumerate(estimates)]


def _judged(estimate: Estimate, adjusted_p: float | None, margin: float, untold: int) -> Judgement:
    if estimate.lies_within(margin):
        return Judgement(Verdict.SAME, adjusted_p)
    if adjusted_p is not None and adjusted_p < SIGNIFICANCE:
        return Judgement(Verdict.BETTER if estimate.value > 0 else Verdict.WORSE, adjusted_p)
    return Judgement(Verdict.UNCLEAR, adjusted_p, seeds_to_settle(estimate, margin, untold))


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
        compared: The runs that the estimates are of; `None` where there are none.
        timed: Those that the times are of, unless they are CPU time.
        is_identical: Whether the networks of each pair are the same to the last bit, as far as a log tells.
        missing: Runs of the row that did not come to their end, so that the estimates are without them.
        missing_from_baseline: The same of the baseline.
        is_withheld: Whether it would be better, worse or the same, had no seed diverged on the side that
            this favours: so it is unclear.
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
    compared: Pairing | None = None
    timed: Pairing | None = None
    is_identical: bool = False
    missing: tuple[Run, ...] = ()
    missing_from_baseline: tuple[Run, ...] = ()
    is_withheld: bool = False

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
    left_out: Iterable[Run] = (),
) -> list[Difference]:
    """Every other row beside the baseline.

    Args:
        rows: Of one comparison.
        baseline: The number of the row that the others are compared with, from 0.
        correct: Which test images a run gets right, or `None` where that is not known; asked only where
            there is one run on each side.
        margin: δ, see `MARGIN`.
        left_out: Runs without a result that belong to the rows but are in none.

    Returns:
        In the order of the rows.
    """
    missing = missing_seeds(rows, left_out)
    others = [row for number, row in enumerate(rows) if number != baseline]
    found = [_difference(row, rows[baseline], correct, missing) for row in others]
    in_doubt = [one.accuracy for one in found if one.accuracy and not one.is_identical]
    judgements = iter(judge(in_doubt, margin))
    return [
        _with_verdict(one, Judgement(Verdict.SAME) if one.is_identical else next(judgements))
        if one.accuracy
        else one
        for one in found
    ]


def _with_verdict(difference: Difference, judgement: Judgement) -> Difference:
    is_withheld = judgement.verdict in _flattered(difference)
    return replace(
        difference,
        verdict=Verdict.UNCLEAR if is_withheld else judgement.verdict,
        adjusted_p=judgement.adjusted_p,
        seeds_needed=judgement.seeds_needed,
        is_withheld=is_withheld,
    )


def _flattered(difference: Difference) -> set[Verdict]:
    """Verdicts in favour of a row whose worst seeds are not in its mean, because they diverged."""
    flattered: set[Verdict] = set()
    if difference.is_about_methods and not difference.is_identical:
        if any(run.has_diverged for run in difference.missing):
            flattered |= {Verdict.BETTER, Verdict.SAME}
        if any(run.has_diverged for run in difference.missing_from_baseline):
            flattered |= {Verdict.WORSE, Verdict.SAME}
    return flattered


def _difference(
    row: Row,
    baseline: Row,
    correct: Callable[[Run], Correct | None],
    missing: Mapping[Hashable, Sequence[Run]],
) -> Difference:
    """A row beside the baseline, without a verdict: that is one of all rows together."""
    if reason := _hindrance(row, baseline):
        return Difference(row, baseline, reasons=dict.fromkeys(MEASURES, reason))
    estimates: dict[str, Estimate] = {}
    reasons: dict[str, str] = {}
    cpu_time: set[str] = set()
    compared = pairs(row, baseline)
    timed = with_like_times(compared)
    for measure in MEASURES.values():
        value, pairing = measure.value, compared
        if measure.is_time and timed:
            pairing = timed
        elif measure.is_time:
            apart = unlike(compared.runs)
            if measure.instead is None or apart & {"machine", "versions"}:
                reasons[measure.key] = f"the runs differ in {' and '.join(sorted(apart))}"
                continue
            value = measure.instead
            cpu_time.add(measure.key)
        estimates[measure.key] = estimate(measure, pairing, value)
    discordant = None
    if len(compared.mine) == 1:
        discordant, of_networks = _two_networks(compared, correct)
        if of_networks:
            estimates["test_accuracy"] = of_networks
        else:
            reasons["test_accuracy"] = "the predictions of one of them cannot be read"
            del estimates["test_accuracy"]
    return Difference(
        row,
        baseline,
        estimates,
        frozenset(cpu_time),
        reasons,
        discordant=discordant,
        compared=compared,
        timed=timed,
        is_identical=_is_identical(compared, discordant),
        missing=_missing(row, missing),
        missing_from_baseline=_missing(baseline, missing),
    )


def _hindrance(row: Row, baseline: Row) -> str:
    """Why two rows cannot be compared at all; empty where they can."""
    for one in (row, baseline):
        if not one.results:
            return f"{one.label} has no result" + ("" if one.is_cut_short else " yet")
        if one.is_cut_short:
            return f"{one.label} did not come to its end"
    if tested_on(row) != tested_on(baseline):
        return "they were trained or tested on different data"
    return ""


def _missing(row: Row, missing: Mapping[Hashable, Sequence[Run]]) -> tuple[Run, ...]:
    """Those of a row whose data, as far as it is known, is the row's."""
    if row.runs[0].is_altered:
        return ()
    candidates = missing.get(settings(row.runs[0]), ())
    return tuple(run for run in candidates if not run.started or tested_on(run) == tested_on(row))


def _two_networks(
    compared: Pairing, correct: Callable[[Run], Correct | None]
) -> tuple[Discordant | None, Estimate | None]:
    """What two networks make of the same test images; nothing where their answers cannot be read."""
    answers, other_answers = correct(compared.mine[0]), correct(compared.theirs[0])
    if answers is None or other_answers is None or answers.shape != other_answers.shape:
        return None, None
    fixed, broken = int((answers & ~other_answers).sum()), int((other_answers & ~answers).sum())
    both = int((answers & other_answers).sum())
    neither = answers.size - both - fixed - broken
    return Discordant(fixed, broken), discordant_difference(both, fixed, broken, neither)


def _is_identical(compared: Pairing, discordant: Discordant | None) -> bool:
    """Whether the networks of each pair are; where their answers are known, these must agree too."""
    return (
        compared.is_paired
        and discordant in {None, Discordant(0, 0)}
        and all(map(_learnt_alike, compared.mine, compared.theirs))
    )


def _learnt_alike(mine: Run, theirs: Run) -> bool:
    """Whether two networks share what only the same network has twice."""
    learnt, other = (
        run.finished
        and (
            run.finished.test_accuracy,
            run.finished.test_loss,
            run.finished.validation_loss,
            run.finished.weight_norm,
        )
        for run in (mine, theirs)
    )
    return learnt == other
