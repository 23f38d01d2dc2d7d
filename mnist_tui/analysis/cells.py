"""What stands in a cell: plain values of a run, and their texts for a run or a row."""

from collections.abc import Callable
from typing import Any

from mnist_tui.analysis.comparison import data_of, summary, timings
from mnist_tui.analysis.formatting import SHARED, counted
from mnist_tui.analysis.statistics import Summary, wilson_interval
from mnist_tui.runs.rows import Row
from mnist_tui.runs.view import RunView

NOTHING = "–"
"""What a cell shows where there is no value, or where something is switched off."""


def result(field: str) -> Callable[[RunView], Any]:
    """A field of `RunFinished`, `None` before the end."""
    return lambda view: getattr(view.run.finished, field, None)


def mean(field: str, form: str) -> Callable[[Row], str]:
    """The mean of a field of `RunFinished` over a row's runs, in this format."""
    return lambda row: mean_of(form)(summary(row, field))


def measured(field: str, text: Callable[[Summary], str], gap: str = " ") -> Callable[[Row], str]:
    """A row's times, or what follows from times: a mean for each of the circumstances they were taken in.

    Args:
        field: Of `RunFinished`.
        text: What a mean looks like.
        gap: Before the mark of times that were taken while other runs trained.
    """

    def cell(row: Row) -> str:
        return "; ".join(
            f"{text(summary(part, field))}{f'{gap}{SHARED}' if part.shared_cores else ''}"
            for part in timings(row)
        )

    return cell


def mean_of(form: str) -> Callable[[Summary], str]:
    """The mean alone in this format."""
    return lambda its: counted(form.format(its.mean), its)


def yes_or_no(switched_on: bool) -> str:
    """A switch, as reports say it."""
    return "Yes" if switched_on else "No"


def penalty(l2_lambda: float) -> str:
    """An L2 penalty, as reports say it, for example `Yes (λ = 0.1)`."""
    return f"Yes (λ = {l2_lambda:g})" if l2_lambda else "No"


def share(value: float) -> str:
    """A share, 0 to 1, in percent."""
    return f"{100 * value:.2f} %"


def validation_accuracy(view: RunView) -> float | None:
    """That of the best weights at the end, of the last epoch before."""
    run = view.run
    best = run.finished or (run.epochs[-1] if run.epochs else None)
    return best.validation_accuracy if best else None


def time(view: RunView) -> float | None:
    """Training time at the last epoch: a number that moves all the time belongs to the timing panel."""
    run = view.run
    last = run.finished or (run.epochs[-1] if run.epochs else None)
    return last.train_seconds if last else None


def run_time(view: RunView, gap: str) -> str:
    """A run's training time, marked where it shared the cores."""
    seconds_so_far = time(view)
    mark = f"{gap}{SHARED}" if view.run.other_runs else ""
    return NOTHING if seconds_so_far is None else f"{seconds_so_far:.1f} s{mark}"


def epochs_completed(view: RunView) -> int:
    """Epochs that were measured."""
    run = view.run
    if run.finished:
        return run.finished.epochs
    return run.epochs[-1].epoch if run.epochs else 0


def run_interval(view: RunView) -> str:
    """Where a run's test accuracy lies, given the number of test images."""
    run = view.run
    if not (run.finished and run.started):
        return NOTHING
    return _interval(run.finished.test_accuracy, run.started.test_images)


def row_interval(row: Row) -> str:
    """Where a row's mean test accuracy lies, given the number of test images."""
    return _interval(summary(row, "test_accuracy").mean, data_of(row).test_images)


def _interval(accuracy: float, images: int) -> str:
    low, high = wilson_interval(accuracy, images)
    return f"{100 * low:.2f} – {100 * high:.2f} %"


def row_ends(row: Row) -> str:
    """How a row's runs ended."""
    return ", ".join(dict.fromkeys(str(run.status) for run in row.runs))
