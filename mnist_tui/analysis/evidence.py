"""What findings rest on, in numbers: what each row did beside its baseline, measured seed by seed."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean
from typing import Any, TypeAlias

from mnist_tui.analysis.ablation import Ablation, ablation
from mnist_tui.analysis.best import Best, best_of
from mnist_tui.analysis.comparison import waited_for_cores
from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.differences import Difference
from mnist_tui.analysis.factors import NEVER, effective_settings, planned_rows
from mnist_tui.analysis.measures import MEASURES
from mnist_tui.analysis.pairing import Pairing
from mnist_tui.analysis.statistics import (
    SIGNIFICANCE,
    Estimate,
    holm,
    paired_difference,
    unpaired_difference,
)
from mnist_tui.analysis.sweep_curve import Edge, sweep_curve, sweep_grid
from mnist_tui.analysis.wording import subject
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run
from mnist_tui.settings.labels import differing_settings

ENDLESS_SCHEDULES = frozenset({"constant", "step"})
"""Those that do not fade out: with the others the last epoch is the best by design."""

STAGES_OF_SETTINGS = {"batch_norm": "batch_norm", "augment": "data", "optimizer": "update"}
"""The stage of a training step in which a setting costs time."""

MOVES_TRAINING_ACCURACY = frozenset({"dropout", "augment", "augment_strength"})
"""Settings with which the accuracy in training is measured, so that it is lower without less overfitting."""

Value: TypeAlias = Callable[[Run], float | None]
"""A number of a finished run; `None` where it was not measured."""


@dataclass(frozen=True)
class Change:
    """How one number of a row differs from the baseline's.

    Attributes:
        estimate: Row minus baseline; of times, the difference of their logarithms.
        value: The row's mean.
        before: The baseline's.
        is_shown: Whether it is told from none, all rows of the comparison together (Holm); `None` where
            nothing tells how far it would move.
        tests: How many rows these are.
    """

    estimate: Estimate
    value: float
    before: float
    is_shown: bool | None = None
    tests: int = 1

    @property
    def is_shown_alone(self) -> bool:
        """Whether it is not told, but would be if no other row were compared."""
        p_value = self.estimate.p_value
        return self.is_shown is False and p_value is not None and p_value < SIGNIFICANCE


@dataclass(frozen=True)
class StageShare:
    """How much of a training step one stage takes, as a share.

    Attributes:
        stage: A name of `training.stopwatch.STAGES`.
        value: In the row.
        before: In the baseline.
    """

    stage: str
    value: float
    before: float


class Evidence:
    """The numbers of a comparison that sentences are made of; lists go with `differences`.

    Args:
        conclusions: What was compared.

    Attributes:
        conclusions: The same.
        differences: Every other row beside the baseline.
        subjects: What sentences call each of them.
        settings: The settings in which each was trained differently.
    """

    def __init__(self, conclusions: Conclusions) -> None:
        self.conclusions = conclusions
        self.differences = conclusions.differences
        self.subjects = [subject(one) for one in self.differences]
        self.settings = [effective_settings(one.row.config, one.baseline.config) for one in self.differences]

    @cached_property
    def ablation(self) -> Ablation | None:
        """The effects of its switches, if it is an ablation."""
        return ablation(self.conclusions.comparison, self.conclusions.margin)

    @cached_property
    def best(self) -> Best | None:
        """The best of all rows that were trained as planned on the same data."""
        return best_of(planned_rows(self.conclusions.comparison))

    @cached_property
    def edges(self) -> list[tuple[str, Any, Edge]]:
        """The swept settings whose best value lies at the edge of what was tried: name, value, which edge."""
        comparison = self.conclusions.comparison
        found: list[tuple[str, Any, Edge | None]] = []
        if curve := sweep_curve(comparison):
            found = [(curve.name, curve.best.values[0], curve.edge)]
        elif grid := sweep_grid(comparison):
            found = list(zip(grid.names, grid.best.values, grid.edges, strict=True))
        return [(name, value, edge) for name, value, edge in found if edge]

    @cached_property
    def convergence(self) -> list[Change | None]:
        """Epochs to converge; `None` where training ended too early to tell.

        That is where a row was still improving when it ended, or a run was to which the other row would have
        given more epochs. A few runs that reach the last epoch make a difference smaller, never larger.
        """
        changes = []
        for one, names in zip(self.differences, self.settings, strict=True):
            rows = (one.row, one.baseline)
            ended = any(map(was_improving, rows)) or (
                "epochs" in names and any(is_still_improving(run) for row in rows for run in row.runs)
            )
            is_told = one.verdict is not None and not ended
            changes.append(_beside(one.compared, _convergence, resolution=1.0) if is_told else None)
        return _told_together(changes)

    @cached_property
    def epoch_time(self) -> list[Change | None]:
        """Time of an epoch, in logarithms; `None` where times do not compare."""
        return self._times("epoch_seconds")

    @cached_property
    def whole_time(self) -> list[Change | None]:
        """Time of the training as a whole, in logarithms; `None` where times do not compare."""
        return self._times("train_seconds")

    @cached_property
    def gap(self) -> list[Change | None]:
        """Training minus validation accuracy at the last epoch that both runs of a pair reached.

        `None` where they were not measured alike; see `MOVES_TRAINING_ACCURACY`.
        """
        changes: list[Change | None] = []
        for one, settings in zip(self.differences, self.settings, strict=True):
            pairing = one.compared
            is_alike = one.verdict is not None and not MOVES_TRAINING_ACCURACY & set(settings)
            if not is_alike or pairing is None or not pairing.is_paired:
                changes.append(None)
                continue
            last = [min(map(_epochs, pair)) for pair in zip(pairing.mine, pairing.theirs, strict=True)]
            gaps, others = (
                [_gap(run, epoch) for run, epoch in zip(runs, last, strict=True)] for runs in pairing[:2]
            )
            changes.append(_change(gaps, others, is_paired=True))
        return _told_together(changes)

    def stage(self, number: int) -> StageShare | None:
        """Where the switched setting costs time; `None` where it is not one stage, or runs had to wait.

        Args:
            number: Of the difference.
        """
        names, one = self.settings[number], self.differences[number]
        stage = STAGES_OF_SETTINGS.get(names[0]) if len(names) == 1 else None
        if stage is None or any(map(waited_for_cores, (*one.row.runs, *one.baseline.runs))):
            return None
        value, before = _share(one.row, stage), _share(one.baseline, stage)
        return None if value is None or before is None else StageShare(stage, value, before)

    def _times(self, key: str) -> list[Change | None]:
        measure = MEASURES[key]
        changes = []
        for one in self.differences:
            is_cpu = key in one.cpu_time
            value = (measure.instead or measure.value) if is_cpu else measure.value
            pairing = one.compared if is_cpu else one.timed

            def logarithm(run: Run, value: Callable[..., float] = value) -> float | None:
                seconds = value(run.finished) if run.finished else 0.0
                return math.log(seconds) if seconds > 0 else None

            changes.append(_beside(pairing, logarithm) if key in one.estimates else None)
        return _told_together(changes)


def idle_settings(difference: Difference) -> list[str]:
    """The settings in which two rows differ that were trained alike: neither row uses them."""
    configs = difference.row.config, difference.baseline.config
    if effective_settings(*configs):
        return []
    return [name for name in differing_settings(configs) if name not in NEVER]


def is_still_improving(run: Run) -> bool:
    """Whether its last planned epoch has the lowest validation loss, without a schedule that fades out."""
    result = run.finished
    return (
        result is not None
        and result.status == "completed"
        and run.config.schedule in ENDLESS_SCHEDULES
        and result.convergence_epoch >= result.epochs
    )


def was_improving(row: Row) -> bool:
    """Whether half of a row's runs or more were still improving when training ended."""
    improving = sum(map(is_still_improving, row.runs))
    return improving > 0 and 2 * improving >= len(row.runs)


def _convergence(run: Run) -> float | None:
    return float(run.finished.convergence_epoch) if run.finished else None


def _epochs(run: Run) -> int:
    return run.finished.epochs if run.finished else 0


def _gap(run: Run, number: int) -> float | None:
    gaps = (one.train_accuracy - one.validation_accuracy for one in run.epochs if one.epoch == number)
    return next(gaps, None)


def _share(row: Row, stage: str) -> float | None:
    """The mean over the seeds; `None` where a log is of an older version."""
    wholes = [sum(result.stage_seconds.values()) for result in row.results]
    if not wholes or not all(wholes):
        return None
    parts = [result.stage_seconds.get(stage, 0.0) for result in row.results]
    return fmean(part / whole for part, whole in zip(parts, wholes, strict=True))


def _beside(pairing: Pairing | None, value: Value, resolution: float = 0.0) -> Change | None:
    if pairing is None:
        return None
    values, others = (list(map(value, runs)) for runs in pairing[:2])
    return _change(values, others, is_paired=pairing.is_paired, resolution=resolution)


def _change(
    values: Sequence[float | None],
    others: Sequence[float | None],
    *,
    is_paired: bool,
    resolution: float = 0.0,
) -> Change | None:
    known = [one for one in values if one is not None]
    known_others = [one for one in others if one is not None]
    if not known or len(known) < len(values) or len(known_others) < len(others):
        return None
    compare = paired_difference if is_paired else unpaired_difference
    estimate = compare(known, known_others, resolution)
    return Change(estimate, fmean(known), fmean(known_others))


def _told_together(changes: Sequence[Change | None]) -> list[Change | None]:
    """The same with `is_shown`: all of them err as seldom as one."""
    p_values = {
        number: change.estimate.p_value
        for number, change in enumerate(changes)
        if change is not None and change.estimate.p_value is not None
    }
    adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    return [
        replace(change, is_shown=adjusted[number] < SIGNIFICANCE, tests=len(adjusted))
        if change is not None and number in adjusted
        else change
        for number, change in enumerate(changes)
    ]
