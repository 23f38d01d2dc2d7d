"""A run as its event log tells it."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Any, Self

from mnist_tui.runs.curves import Curve, epoch_curve, step_curve
from mnist_tui.runs.groups import GROUP_ID
from mnist_tui.runs.history import is_made_again
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import LogTail
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.changes import admitted
from mnist_tui.training.diagnosis import DIVERGED
from mnist_tui.training.events import (
    Changed,
    Epoch,
    Event,
    Forked,
    Paused,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    Step,
)


class Status(StrEnum):
    """Where a run stands; the values are the words that people see.

    No log tells that a run waits: only a `RunView` ever has the status `WAITING`.
    """

    WAITING = "waiting"
    STARTING = "starting"
    TRAINING = "training"
    PAUSED = "paused"
    COMPLETED = "completed"
    EARLY_STOPPED = "early stop"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    NOT_STARTED = "not started"


ACTIVE = frozenset({Status.WAITING, Status.STARTING, Status.TRAINING, Status.PAUSED})
COMPLETE = frozenset({Status.COMPLETED, Status.EARLY_STOPPED})
RESUMABLE = frozenset({Status.STOPPED, Status.FAILED, Status.INTERRUPTED, Status.NOT_STARTED})
_FINISHED = {
    "completed": Status.COMPLETED,
    "early_stopped": Status.EARLY_STOPPED,
    "stopped": Status.STOPPED,
}


@dataclass
class Run:
    """Everything a screen or a report shows of one run.

    Attributes:
        directory: Where its files are.
        config: Its settings.
        manifest: The whole content of `config.json`: settings, versions, machine.
        status: See `Status`.
        started: The `RunStarted` event, once there.
        last_step: The newest `Step` event, once there.
        train: What the `Step` events measured.
        validation: What the `Epoch` events measured as one number, on the validation images above all.
        epochs: The `Epoch` events so far.
        changes: The `Changed` events so far.
        forked: The `Forked` event of a run that left another one.
        forks: How often that happened on its way: that run may be a fork itself.
        finished: The `RunFinished` event, once there; where it was resumed and ended again without a result,
            the one before that.
        tests: How often it met the test images.
        failure: Why it failed, in one sentence; empty otherwise.
        failure_summary: The same in a few words, where known.
        is_summary: Whether only the ends of its log were read: curves and most epochs are missing.
    """

    directory: RunDirectory
    config: RunConfig
    manifest: dict[str, Any] = field(default_factory=dict)
    status: Status = Status.STARTING
    started: RunStarted | None = None
    last_step: Step | None = None
    train: Curve = field(default_factory=step_curve)
    validation: Curve = field(default_factory=epoch_curve)
    epochs: list[Epoch] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    forked: Forked | None = None
    forks: int = 0
    finished: RunFinished | None = None
    tests: int = 0
    failure: str = ""
    failure_summary: str = ""
    is_summary: bool = False
    _result: RunFinished | None = None
    _end: Status | None = None

    @classmethod
    def read(cls, directory: RunDirectory) -> Self:
        """A run with nothing of its log applied yet.

        Raises:
            RunError: `config.json` is missing, damaged or out of range.
        """
        manifest = directory.read_manifest()
        return cls(directory, directory.settings_in(manifest), manifest)

    @classmethod
    def load(cls, directory: RunDirectory) -> tuple[Self, LogTail]:
        """A run with its whole log applied, and the log's tail to go on from.

        Raises:
            RunError: `config.json` is missing, damaged or out of range.
        """
        run, tail = cls.read(directory), LogTail(directory.events_path)
        for event in tail.read_all():
            run.apply(event)
        return run, tail

    @property
    def run_id(self) -> str:
        """The name of its directory."""
        return self.directory.run_id

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.config.display_name

    @property
    def can_resume(self) -> bool:
        """Whether it ended before its end."""
        return self.status in RESUMABLE and not self.has_diverged

    @property
    def group(self) -> tuple[str, int] | None:
        """The group it was made in and its row there, counted from 0; see `runs.groups`."""
        match self.manifest.get("group"):
            case {"id": str(group_id), "row": int(row)} if not isinstance(row, bool):
                return (group_id, row) if GROUP_ID.fullmatch(group_id) and row >= 0 else None
        return None

    @property
    def lacks_its_trunk(self) -> bool:
        """Whether it was made as a fork, but its log does not tell of that: what it began with was lost."""
        return "forked_from" in self.manifest and self.forked is None and not self.is_summary

    def config_after(self, epoch: float = inf) -> RunConfig:
        """Its settings at the end of an epoch (now, where none is named), with the changes made till then."""
        config = self.config
        for change in self.own_changes:
            if change.epoch <= epoch:
                config = config.replace(**admitted(change.settings, config))
        return config

    @property
    def own_changes(self) -> list[Changed]:
        """The changes without those of the trunk, which a fork's settings include."""
        since = self.forked.step if self.forked else 0
        return [change for change in self.changes if change.step >= since]

    @property
    def is_altered(self) -> bool:
        """Whether its settings alone do not tell how it was trained."""
        return bool(self.changes or self.forked)

    @property
    def other_runs(self) -> int:
        """The most runs that trained beside it: with any, its times were taken while sharing cores."""
        seen = [epoch.other_runs for epoch in self.epochs]
        return max([*seen, self.finished.other_runs if self.finished else 0])

    @property
    def earlier_tests(self) -> int:
        """How often it met the test images before the test that `finished` tells of, or that is to come."""
        return self.tests - (self.finished is not None)

    @property
    def has_diverged(self) -> bool:
        """Whether its loss grew without bounds: from its checkpoint it would do so again."""
        return self.status is Status.FAILED and self.failure_summary == DIVERGED

    @property
    def is_active(self) -> bool:
        """Whether it may still change."""
        return self.status in ACTIVE

    def apply(self, event: Event) -> None:
        """Take the next event of the log."""
        match event:
            case RunStarted():
                self.started, self.status = event, Status.TRAINING
                self._cut(0)
            case Step():
                self.last_step, self.status = event, Status.TRAINING
                self.train.add(self.in_epochs(event.step), event)
            case Epoch():
                self.epochs.append(event)
                self.validation.add(self.in_epochs(event.step), event)
            case Paused():
                self.status = Status.PAUSED
            case Resumed():
                self.status = Status.TRAINING
                self._cut(event.step)
            case Changed() if not is_made_again(event, self.own_changes):
                self.changes.append(event)
            case Forked():
                self.forked = event
                self.forks += 1
            case RunFinished():
                self.finished = self._result = event
                self.tests += 1
                self.status = self._end = _FINISHED.get(event.status, Status.COMPLETED)
            case RunFailed():
                self.failure, self.failure_summary = event.reason, event.summary
                if self._end is None:  # else it failed to go on, and stands where it stood
                    self._end, self.finished = Status.FAILED, self._result
                self.status = self._end

    def abandon(self) -> None:
        """Nobody trains it any more: say how it stands."""
        if self._end is None:
            self.finished = self._result
        unfinished = Status.INTERRUPTED if self.started else Status.NOT_STARTED
        self.status = self._end or unfinished

    def _cut(self, step: int) -> None:
        """What came after a step was lost, and is trained again."""
        self._end = self.finished = None
        self.failure, self.failure_summary = "", ""
        self.train.cut(step)
        self.validation.cut(step)
        while self.epochs and self.epochs[-1].step > step:
            self.epochs.pop()
        while self.changes and self.changes[-1].step > step:
            self.changes.pop()
        if self.last_step and self.last_step.step > step:
            self.last_step = _as_step(self.epochs[-1]) if self.epochs else None

    def in_epochs(self, step: int) -> float:
        """Mini-batches as epochs from the start; 0 before it has started."""
        return step / max(1, self.started.steps_per_epoch) if self.started else 0.0

    @property
    def step(self) -> int:
        """Mini-batches so far."""
        return self.last_step.step if self.last_step else 0

    @property
    def epoch(self) -> int:
        """The epoch under way, or the last one; 0 before the first step."""
        if self.is_active:
            return self.last_step.epoch if self.last_step else 0
        if self.finished:
            return self.finished.epochs
        return self.epochs[-1].epoch if self.epochs else 0

    @property
    def progress(self) -> float:
        """How much of all planned steps is done, 0 to 1."""
        if not self.started:
            return 0.0
        return min(1.0, self.in_epochs(self.step) / self.config.epochs)

    @property
    def train_seconds(self) -> float:
        """Time spent in training steps so far."""
        if self.finished:
            return self.finished.train_seconds
        return self.last_step.train_seconds if self.last_step else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Training time to the last planned epoch at the speed so far; early stopping may end sooner."""
        if not self.is_active or not self.progress:
            return None
        return self.train_seconds * (1 - self.progress) / self.progress

    @property
    def images_per_second(self) -> float | None:
        """Over the whole run where it is finished, else as last measured."""
        if self.finished:
            return self.finished.images_per_second
        return self.last_step.images_per_second if self.last_step else None


def _as_step(epoch: Epoch) -> Step:
    """What the last `Step` event of an epoch said, near enough to go on from."""
    return Step(
        epoch.step,
        epoch.epoch,
        epoch.train_loss,
        epoch.train_accuracy,
        epoch.train_seconds,
        epoch.images_per_second,
        epoch.learning_rate,
    )
