"""The figures in the sentences of `findings.RULES`, as texts; none where a sentence is not said."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from mnist_tui.analysis.comparison import data_of, summary
from mnist_tui.analysis.differences import Difference, Verdict
from mnist_tui.analysis.evidence import Evidence, idle_settings, is_still_improving, was_improving
from mnist_tui.analysis.formatting import percent
from mnist_tui.analysis.phrases import Facts, interval, listed, p_value, points
from mnist_tui.analysis.statistics import MOST_SEEDS, SIGNIFICANCE, Estimate, Method
from mnist_tui.analysis.wording import clipped, name
from mnist_tui.runs.groups import without
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import setting
from mnist_tui.text import number_of

MOST_NAMED = 3
"""Rows beside the baseline that are told one by one; more are counted."""


# The effect of each row


def told(evidence: Evidence) -> Iterator[Facts]:
    """Rows that are better or worse than the baseline."""
    return _effects(evidence, lambda one: one.verdict in {Verdict.BETTER, Verdict.WORSE})


def unused(evidence: Evidence) -> Iterator[Facts]:
    """Rows whose every seed made the baseline's network, as they differ in nothing that is used."""
    return _effects(evidence, lambda one: one.is_identical and bool(idle_settings(one)))


def identical(evidence: Evidence) -> Iterator[Facts]:
    """Other rows whose every seed made the baseline's network."""
    return _effects(evidence, lambda one: one.is_identical and not idle_settings(one))


def same(evidence: Evidence) -> Iterator[Facts]:
    """Rows whose interval lies within the margin, and has 0 in it."""
    return _effects(evidence, lambda one: _is_same(one) and not _leaves_out_zero(one))


def same_though_not_equal(evidence: Evidence) -> Iterator[Facts]:
    """Rows whose interval lies within the margin, and leaves out 0."""
    return _effects(evidence, lambda one: _is_same(one) and _leaves_out_zero(one))


def unclear_among_several(evidence: Evidence) -> Iterator[Facts]:
    """Rows that would be told from the baseline if nothing else were compared with it."""
    return _effects(evidence, lambda one: _is_unclear(one) and _is_told_alone(one))


def unclear(evidence: Evidence) -> Iterator[Facts]:
    """Rows that more seeds would tell."""
    return _effects(
        evidence, lambda one: _is_unclear(one) and not _is_told_alone(one) and bool(one.seeds_needed)
    )


def unclear_for_long(evidence: Evidence) -> Iterator[Facts]:
    """Rows that not even the most seeds would tell."""
    return _effects(
        evidence,
        lambda one: (
            _is_unclear(one) and not _is_told_alone(one) and not one.seeds_needed and one.is_about_methods
        ),
    )


def withheld(evidence: Evidence) -> Iterator[Facts]:
    """Rows that would be told if no seed had diverged where that flatters what is left."""
    return _effects(evidence, lambda one: one.is_withheld)


def unclear_networks(evidence: Evidence) -> Iterator[Facts]:
    """Two networks that their answers do not tell apart."""
    return _effects(
        evidence,
        lambda one: _is_unclear(one) and not _is_told_alone(one) and one.discordant is not None,
    )


def _effects(evidence: Evidence, condition: Callable[[Difference], bool]) -> Iterator[Facts]:
    tests = sum(one.adjusted_p is not None for one in evidence.differences)
    for number in named(evidence):
        difference = evidence.differences[number]
        estimate = difference.accuracy
        if estimate is None or not condition(difference):
            continue
        yield {
            "subject": evidence.subjects[number],
            "difference": points(estimate.value),
            "basis": _basis(difference, estimate),
            "verdict": str(difference.verdict),
            "margin": margin_of(evidence),
            "times": f"in each of {estimate.count} seeds" if estimate.count > 1 else "with the one seed",
            "settings": listed([setting(idle).label for idle in idle_settings(difference)]),
            "needed": str(difference.seeds_needed),
            "outlook": f", and about {difference.seeds_needed} seeds would tell"
            if difference.seeds_needed
            else "",
            "most": f"{MOST_SEEDS:,}",
            "tests": str(tests),
            "p": p_value(estimate.p_value),
            "adjusted": p_value(difference.adjusted_p),
        }


def named(evidence: Evidence) -> list[int]:
    """The differences that are told one by one: none where there are many, or where switches are told."""
    compared = [number for number, one in enumerate(evidence.differences) if one.verdict is not None]
    return compared if len(compared) <= MOST_NAMED and not evidence.ablation else []


def _is_same(one: Difference) -> bool:
    return one.verdict is Verdict.SAME and not one.is_identical


def _is_unclear(one: Difference) -> bool:
    return one.verdict is Verdict.UNCLEAR and not one.is_withheld


def _leaves_out_zero(one: Difference) -> bool:
    estimate = one.accuracy
    if estimate is None or estimate.low is None or estimate.high is None:
        return False
    return not estimate.low <= 0 <= estimate.high


def _is_told_alone(one: Difference) -> bool:
    p_value = one.accuracy.p_value if one.accuracy else None
    return p_value is not None and p_value < SIGNIFICANCE


# How the verdicts are to be read


def not_compared(evidence: Evidence) -> Iterator[Facts]:
    """Rows without a verdict, by the reason."""
    rows: dict[str, list[str]] = defaultdict(list)
    for one in evidence.differences:
        if one.verdict is None and one.row.results and one.baseline.results:
            reason = one.reasons.get("test_accuracy", "").removeprefix(f"{one.row.label} ")
            rows[reason.replace(one.baseline.label, name(one.baseline))].append(name(one.row))
    for reason, labels in rows.items():
        yield {
            "rows": listed(labels),
            "is": "is" if len(labels) == 1 else "are",
            "baseline": name(evidence.conclusions.baseline_row),
            "reason": reason,
        }


def single_networks(evidence: Evidence) -> Iterator[Facts]:
    """Verdicts that rest on one run each."""
    if evidence.ablation:
        return
    single = [
        one
        for one in evidence.differences
        if one.verdict is not None and not one.is_about_methods and not one.is_identical
    ]
    if single:
        yield {"rows": listed([name(one.row) for one in single]), "networks": str(len(single) + 1)}


def diverged(evidence: Evidence) -> Iterator[Facts]:
    """Seeds whose loss grew without bounds."""
    return _without_result(evidence, lambda run: run.has_diverged)


def failed(evidence: Evidence) -> Iterator[Facts]:
    """Seeds that failed for another reason."""
    return _without_result(evidence, lambda run: run.status is Status.FAILED and not run.has_diverged)


def _without_result(evidence: Evidence, condition: Callable[[Run], bool]) -> Iterator[Facts]:
    comparison = evidence.conclusions.comparison
    rows = {without(row.config, "seed", "threads"): row for row in comparison.rows}
    lost = Counter(without(run.config, "seed", "threads") for run in comparison.left_out if condition(run))
    labels = {without(run.config, "seed", "threads"): run.name for run in comparison.left_out}
    told = []
    for settings, count in lost.items():
        row = rows.get(settings)
        label = row.label if row else labels[settings]
        told.append(f"{clipped(label)} ({count} of {count + (len(row.runs) if row else 0)} seeds)")
    if told:
        yield {"rows": listed(told)}


def still_improving(evidence: Evidence) -> Iterator[Facts]:
    """Rows whose last epoch had the lowest validation loss in half of the runs or more."""
    told = []
    for row in evidence.conclusions.comparison.rows:
        improving, runs = sum(map(is_still_improving, row.runs)), len(row.runs)
        if was_improving(row):
            told.append(f"{name(row)} ({improving} of {runs} runs)" if runs > 1 else name(row))
    if told:
        epochs = {result.epochs for row in evidence.conclusions.comparison.rows for result in row.results}
        yield {"rows": listed(told), "epochs": number_of(max(epochs), "epoch")}


def alone(evidence: Evidence) -> Iterator[Facts]:
    """A row that there is nothing to compare with."""
    rows = evidence.conclusions.comparison.rows
    if len(rows) == 1:
        yield {
            "row": name(rows[0]),
            "accuracy": percent(summary(rows[0], "test_accuracy")),
            "images": f"{data_of(rows[0]).test_images:,}",
        }


def margin_of(evidence: Evidence) -> str:
    """δ in points."""
    return f"{100 * evidence.conclusions.margin:g}"


def _basis(difference: Difference, estimate: Estimate) -> str:
    """What the effect on the accuracy rests on."""
    parts = [interval(estimate)] if interval(estimate) else []
    if difference.discordant is not None:
        images = difference.row.started.test_images if difference.row.started else 0
        found = difference.discordant
        parts.append(f"one run each: of {images:,} test images {found.fixed} fixed and {found.broken} broken")
    elif estimate.method is Method.WELCH and difference.compared:
        mine, theirs, _ = difference.compared
        parts.append(f"{len(mine)} and {len(theirs)} seeds, not paired")
    else:
        parts.append(f"{estimate.count} seeds")
    return ", ".join(parts)
