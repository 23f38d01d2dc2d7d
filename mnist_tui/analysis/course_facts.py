"""The figures in sentences about how rows trained, and what that cost; see `facts`."""

import math
from collections.abc import Callable, Iterable, Iterator

from mnist_tui.analysis.difference_cells import MINUS, signed
from mnist_tui.analysis.differences import Difference
from mnist_tui.analysis.evidence import Change, Evidence
from mnist_tui.analysis.facts import named
from mnist_tui.analysis.phrases import Facts, in_brackets, span
from mnist_tui.analysis.statistics import Estimate

NOTABLE_GAP, CLOSED = 0.01, 0.5
"""A gap between training and validation accuracy worth a word; what is left of one that was closed."""

STAGE_WORDS = {
    "batch_norm": "batch normalisation",
    "data": "gathering and augmenting images",
    "update": "the optimizer",
}


def gap_closed(evidence: Evidence) -> Iterator[Facts]:
    """Rows that overfit less than the baseline did."""
    for number in named(evidence):
        change = evidence.gap[number]
        # One run each tells nothing here: from epoch to epoch, both accuracies jump by as much.
        if change and change.is_shown and change.before >= max(NOTABLE_GAP, change.value / CLOSED):
            yield {
                "subject": evidence.subjects[number],
                "before": f"{100 * change.before:.1f}",
                "after": f"{100 * change.value:.1f}".replace("-", MINUS),
                "basis": span(change.estimate, _points),
            }


def course(evidence: Evidence, clauses: Callable[[Evidence, int], Iterable[str]]) -> Iterator[Facts]:
    """How training went and what it cost, row by row.

    Args:
        evidence: The numbers.
        clauses: Those that hold for a difference, in order.
    """
    for number in named(evidence):
        if evidence.differences[number].is_identical:
            continue
        if told := list(clauses(evidence, number)):
            accuracy = evidence.differences[number].accuracy
            single = ", one run each" if accuracy and accuracy.count == 1 else ""
            yield {"subject": evidence.subjects[number] + single, "clauses": "; ".join(told)}


def converged_otherwise(evidence: Evidence, number: int) -> Facts | None:
    """Epochs to converge that differ."""
    change = evidence.convergence[number]
    if change is None or change.is_shown is False or not change.estimate.value:
        return None
    return {
        "epochs": _plain(abs(change.estimate.value), change.estimate),
        "when": "earlier" if change.estimate.value < 0 else "later",
        "basis": in_brackets(change.estimate, _epochs),
    }


def converged_alike(evidence: Evidence, number: int) -> Facts | None:
    """Epochs to converge that are not told apart."""
    change = evidence.convergence[number]
    if change is None or change.is_shown is not False:
        return None
    return {
        "difference": _epochs(change.estimate.value),
        "basis": span(change.estimate, _epochs) + _among(change),
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


def _points(share: float) -> str:
    return signed(100 * share, 1)


def _epochs(difference: float) -> str:
    return signed(difference, 1)


def _plain(value: float, estimate: Estimate) -> str:
    """A number of epochs: whole where it is that of two runs."""
    number = f"{value:.0f}" if estimate.count == 1 else f"{value:.1f}"
    return f"{number} epoch{'' if number == '1' else 's'}"


def _percent(logarithm: float) -> str:
    """A ratio as a difference in percent; a very large one as a factor, as in the intervals of two seeds."""
    if abs(logarithm) < math.log(10):
        return f"{signed(100 * (math.exp(logarithm) - 1), 0)} %"
    return f"{'×' if logarithm > 0 else '÷'}{math.exp(abs(logarithm)):,.0f}"


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
        "difference": _percent(estimate.value),
        "ratio": f"{ratio:.2f}",
        "percents": span(estimate, _percent) + _among(change),
        "how_sure": in_brackets(estimate, _percent),
        "ratios": in_brackets(estimate, lambda end: f"{math.exp(end):.2f}"),
        "time": kind,
        "company": in_company,
    }


def _among(change: Change) -> str:
    """Why no difference is shown although the interval, of this one by itself, leaves out none."""
    if not change.is_shown_alone:
        return ""
    return f": told apart by itself, not after Holm's correction over {change.tests} rows"


def _same_epochs(difference: Difference) -> bool:
    """Whether all runs had as many epochs, so that the whole time is the time of an epoch once more."""
    return (
        len({result.epochs for row in (difference.row, difference.baseline) for result in row.results}) == 1
    )
