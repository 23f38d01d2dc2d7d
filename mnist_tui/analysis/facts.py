"""The figures in the sentences of `findings.RULES`, as texts; none where a sentence is not said."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from mnist_tui.analysis.comparison import data_of, summary
from mnist_tui.analysis.difference_cells import probability, signed
from mnist_tui.analysis.differences import Difference, Verdict
from mnist_tui.analysis.evidence import Change, Evidence, is_still_improving
from mnist_tui.analysis.formatting import percent
from mnist_tui.analysis.statistics import MOST_SEEDS, SIGNIFICANCE, Estimate, Method
from mnist_tui.analysis.wording import clipped, name
from mnist_tui.runs.groups import without
from mnist_tui.runs.run import Run, Status

Facts: TypeAlias = Mapping[str, str]
"""What a sentence has in its gaps."""

MOST_NAMED = 3
"""Rows beside the baseline that are told one by one; more are counted."""

MOST_LISTED = 4
"""Rows that one sentence names."""

NOTABLE_GAP, CLOSED = 0.01, 0.5
"""A gap between training and validation accuracy worth a word; what is left of one that was closed."""

STAGE_WORDS = {
    "batch_norm": "batch normalisation",
    "data": "gathering and augmenting images",
    "update": "the optimizer",
}


# The effect of each row


def told(evidence: Evidence) -> Iterator[Facts]:
    """Rows that are better or worse than the baseline."""
    return _effects(evidence, lambda one: one.verdict in {Verdict.BETTER, Verdict.WORSE})


def identical(evidence: Evidence) -> Iterator[Facts]:
    """Rows whose every seed made the baseline's network."""
    return _effects(evidence, lambda one: one.is_identical)


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
    for number in _named(evidence):
        difference = evidence.differences[number]
        estimate = difference.accuracy
        if estimate is None or not condition(difference):
            continue
        yield {
            "subject": evidence.subjects[number],
            "difference": _points(estimate.value),
            "basis": _basis(difference, estimate),
            "verdict": str(difference.verdict),
            "margin": _margin(evidence),
            "times": f"in each of {estimate.count} seeds" if estimate.count > 1 else "with the one seed",
            "needed": str(difference.seeds_needed),
            "outlook": f", and about {difference.seeds_needed} seeds would tell"
            if difference.seeds_needed
            else "",
            "most": f"{MOST_SEEDS:,}",
            "tests": str(tests),
            "p": _p(estimate.p_value),
            "adjusted": _p(difference.adjusted_p),
        }


def _named(evidence: Evidence) -> list[int]:
    """The differences that are told one by one."""
    compared = [number for number, one in enumerate(evidence.differences) if one.verdict is not None]
    return compared if len(compared) <= MOST_NAMED else []


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
            rows[one.reasons.get("test_accuracy", "")].append(name(one.row))
    for reason, labels in rows.items():
        yield {
            "rows": listed(labels),
            "is": "is" if len(labels) == 1 else "are",
            "baseline": name(evidence.conclusions.baseline_row),
            "reason": reason,
        }


def single_networks(evidence: Evidence) -> Iterator[Facts]:
    """Verdicts that rest on one run each."""
    single = [one for one in evidence.differences if one.verdict is not None and not one.is_about_methods]
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
    """Rows whose last epoch had the lowest validation loss."""
    told = []
    for row in evidence.conclusions.comparison.rows:
        improving, runs = sum(map(is_still_improving, row.runs)), len(row.runs)
        if improving:
            told.append(f"{name(row)} ({improving} of {runs} runs)" if runs > 1 else name(row))
    if told:
        epochs = {result.epochs for row in evidence.conclusions.comparison.rows for result in row.results}
        yield {"rows": listed(told), "epochs": str(max(epochs))}


# What went with the effect


def gap_closed(evidence: Evidence) -> Iterator[Facts]:
    """Rows that overfit less than the baseline did."""
    for number in _named(evidence):
        change = evidence.gap[number]
        if change is None or change.is_shown is False or change.before < NOTABLE_GAP:
            continue
        if change.value <= CLOSED * change.before:
            yield {
                "subject": evidence.subjects[number],
                "before": f"{100 * change.before:.1f}",
                "after": f"{100 * change.value:.1f}",
                "basis": _short_basis(change.estimate, _points_1),
            }


def course(evidence: Evidence, clauses: Callable[[Evidence, int], Iterable[str]]) -> Iterator[Facts]:
    """How training went and what it cost, row by row.

    Args:
        evidence: The numbers.
        clauses: Those that hold for a difference, in order.
    """
    for number in _named(evidence):
        if told := list(clauses(evidence, number)):
            yield {"subject": evidence.subjects[number], "clauses": "; ".join(told)}


def converged_otherwise(evidence: Evidence, number: int) -> Facts | None:
    """Epochs to converge that differ."""
    change = evidence.convergence[number]
    if change is None or change.is_shown is False or not change.estimate.value:
        return None
    return {
        "epochs": _plain(abs(change.estimate.value), change.estimate),
        "when": "earlier" if change.estimate.value < 0 else "later",
        "basis": _short_basis(change.estimate, _epochs),
    }


def converged_alike(evidence: Evidence, number: int) -> Facts | None:
    """Epochs to converge that are not told apart."""
    change = evidence.convergence[number]
    if change is None or change.is_shown is not False:
        return None
    return {
        "difference": _epochs(change.estimate.value),
        "basis": _range(change.estimate, _epochs),
    }


def epoch_took_otherwise(evidence: Evidence, number: int) -> Facts | None:
    """Epochs that take longer or shorter."""
    change = evidence.epoch_time[number]
    if change is None or change.is_shown is False or not round(100 * change.estimate.value):
        return None
    return _time(evidence, number, change)


def epoch_took_alike(evidence: Evidence, number: int) -> Facts | None:
    """Epochs whose times are not told apart."""
    change = evidence.epoch_time[number]
    return _time(evidence, number, change) if change is not None and change.is_shown is False else None


def whole_took_otherwise(evidence: Evidence, number: int) -> Facts | None:
    """A training that was done sooner or later, where that is not the time of an epoch once more."""
    change = evidence.whole_time[number]
    if change is None or change.is_shown is False or _same_epochs(evidence.differences[number]):
        return None
    return _time(evidence, number, change)


def whole_took_alike(evidence: Evidence, number: int) -> Facts | None:
    """A training whose time is not told apart, where that is not the time of an epoch once more."""
    change = evidence.whole_time[number]
    if change is None or change.is_shown is not False or _same_epochs(evidence.differences[number]):
        return None
    return _time(evidence, number, change)


def stage_took(evidence: Evidence, number: int) -> Facts | None:
    """The share of a step that the switch costs."""
    stage = evidence.stage(number)
    if stage is None:
        return None
    before = f", {100 * stage.before:.0f} % before" if stage.before else ""
    return {"share": f"{100 * stage.value:.0f}", "stage": STAGE_WORDS[stage.stage], "before": before}


def alone(evidence: Evidence) -> Iterator[Facts]:
    """A row that there is nothing to compare with."""
    rows = evidence.conclusions.comparison.rows
    if len(rows) == 1:
        yield {
            "row": name(rows[0]),
            "accuracy": percent(summary(rows[0], "test_accuracy")),
            "images": f"{data_of(rows[0]).test_images:,}",
        }


# Many rows


def verdicts(evidence: Evidence) -> Iterator[Facts]:
    """How many rows have each verdict."""
    if _named(evidence):
        return
    counts = Counter(one.verdict for one in evidence.differences)
    compared = sum(one.adjusted_p is not None for one in evidence.differences)
    if not counts.keys() - {None}:
        return
    margin = f"same within ±{_margin(evidence)} points"
    told = [f"{counts[Verdict.BETTER] or 'none'} better", f"{counts[Verdict.WORSE] or 'none'} worse"]
    words = {Verdict.SAME: margin, Verdict.UNCLEAR: "unclear", None: "not compared"}
    told += [f"{counts[verdict]} {text}" for verdict, text in words.items() if counts[verdict]]
    yield {
        "count": str(len(evidence.differences)),
        "baseline": name(evidence.conclusions.baseline_row),
        "verdicts": ", ".join(told),
        "tests": str(compared),
    }


# Texts


def _margin(evidence: Evidence) -> str:
    return f"{100 * evidence.conclusions.margin:g}"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence, the first few of many."""
    shown, more = list(names[:MOST_LISTED]), len(names) - MOST_LISTED
    if more > 0:
        shown.append(f"{more} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _points(share: float) -> str:
    return signed(100 * share, 2)


def _points_1(share: float) -> str:
    return signed(100 * share, 1)


def _epochs(difference: float) -> str:
    return signed(difference, 1)


def _plain(value: float, estimate: Estimate) -> str:
    """A number of epochs: whole where it is that of two runs."""
    number = f"{value:.0f}" if estimate.count == 1 else f"{value:.1f}"
    return f"{number} epoch{'' if number == '1' else 's'}"


def _p(p_value: float | None) -> str:
    text = probability(p_value or 0.0)
    return text if text.startswith("<") else f"= {text}"


def _range(estimate: Estimate, text: Callable[[float], str]) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{text(estimate.low)} to {text(estimate.high)}"


def _short_basis(estimate: Estimate, text: Callable[[float], str]) -> str:
    """What a number that goes with an effect rests on."""
    return _range(estimate, text) or ("one run each" if estimate.count == 1 else "the same in each seed")


def _basis(difference: Difference, estimate: Estimate) -> str:
    """What the effect on the accuracy rests on."""
    interval = _range(estimate, _points)
    parts = [f"95 % interval {interval}"] if interval else []
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


def _time(evidence: Evidence, number: int, change: Change) -> Facts:
    """A ratio of times."""
    difference, estimate = evidence.differences[number], change.estimate
    ratio = math.exp(estimate.value)
    in_company = " while other runs shared the cores" if difference.row.shared_cores else ""
    kind = "CPU time" if difference.cpu_time else "time"
    longer = f"{'more' if ratio >= 1 else 'less'} {kind}" if ratio < 1 or difference.cpu_time else "longer"
    return {
        "percent": f"{100 * abs(ratio - 1):.0f} %",
        "longer": longer,
        "difference": f"{signed(100 * (ratio - 1), 0)} %",
        "ratio": f"{ratio:.2f}",
        "percents": _short_basis(estimate, lambda end: f"{signed(100 * (math.exp(end) - 1), 0)} %"),
        "ratios": _short_basis(estimate, lambda end: f"{math.exp(end):.2f}"),
        "time": kind,
        "company": in_company,
    }


def _same_epochs(difference: Difference) -> bool:
    """Whether all runs had as many epochs, so that the whole time is the time of an epoch once more."""
    return (
        len({result.epochs for row in (difference.row, difference.baseline) for result in row.results}) == 1
    )
