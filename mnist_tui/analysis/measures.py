"""The numbers in which rows are compared, and how far two rows are apart in one of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from mnist_tui.analysis.pairing import Pairing
from mnist_tui.analysis.statistics import Estimate, paired_difference, unpaired_difference
from mnist_tui.runs.run import Run
from mnist_tui.training.events import RunFinished, RunStarted


def _continuous(_started: RunStarted) -> float:
    return 0.0


def _an_image(started: RunStarted) -> float:
    return 1 / started.test_images


def _whole(_started: RunStarted) -> float:
    return 1.0


@dataclass(frozen=True)
class Measure:
    """A number of a finished run in which rows are compared.

    Attributes:
        key: Its name in `MEASURES`; what programs call it.
        words: What it is.
        value: Of a finished run.
        resolution: What it is a whole multiple of in a run; 0 where it is not.
        is_time: Whether it depends on the machine, too.
        instead: What stands in for a time that does not compare.
    """

    key: str
    words: str
    value: Callable[[RunFinished], float]
    resolution: Callable[[RunStarted], float] = _continuous
    is_time: bool = False
    instead: Callable[[RunFinished], float] | None = None


def _number(name: str, result: RunFinished) -> float:
    return float(getattr(result, name))


def _per_epoch(name: str, result: RunFinished) -> float:
    return float(getattr(result, name)) / result.epochs


MEASURES = {
    measure.key: measure
    for measure in (
        Measure("test_accuracy", "test accuracy", partial(_number, "test_accuracy"), _an_image),
        Measure(
            "train_seconds",
            "training time",
            partial(_number, "train_seconds"),
            is_time=True,
            instead=partial(_number, "cpu_seconds"),
        ),
        Measure("convergence_epoch", "epochs to converge", partial(_number, "convergence_epoch"), _whole),
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

ACCURACY = MEASURES["test_accuracy"]


def resolution(measure: Measure, runs: Iterable[Run]) -> float:
    """What a number is a whole multiple of in some runs; 0 where it is not."""
    return max(measure.resolution(run.started) for run in runs if run.started)


def estimate(
    measure: Measure, pairing: Pairing, value: Callable[[RunFinished], float] | None = None
) -> Estimate:
    """How far the runs of one row are from those of another, on average.

    Args:
        measure: What they are compared in.
        pairing: The runs.
        value: What stands in for the measure's own.
    """
    of = value or measure.value
    values, others = ([of(run.finished) for run in runs if run.finished] for runs in pairing[:2])
    compare = paired_difference if pairing.is_paired else unpaired_difference
    return compare(values, others, resolution(measure, pairing.runs))
