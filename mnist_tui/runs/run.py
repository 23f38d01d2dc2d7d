"""A run as its event log tells it."""

from array import array
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from mnist_tui.config import RunConfig
from mnist_tui.runs.directory import RunDirectory
from mnist_tui.training.events import (
    Epoch,
    Event,
    Paused,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    Step,
)


class Status(StrEnum):
    """Where a run stands; the values are the words that people see."""

    STARTING = "starting"
    TRAINING = "training"
    PAUSED = "paused"
    COMPLETED = "completed"
    EARLY_STOPPED = "early stop"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


ACTIVE = frozenset({Status.STARTING, Status.TRAINING, Status.PAUSED})
_FINISHED = {
    "completed": Status.COMPLETED,
    "early_stopped": Status.EARLY_STOPPED,
    "stopped": Status.STOPPED,
}


class Curve:
    """One kind of measurement over the course of a run, ready to be drawn.

    Attributes:
        epoch: Where it was taken, in epochs from the start; 0.5 is the middle of the first.
        step: The same in mini-batches.
        seconds: The same in seconds of training.
        loss: Mean cross-entropy.
        accuracy: Share classified correctly, 0 to 1.
    """

    def __init__(self) -> None:
        self.epoch = array("d")
        self.step = array("d")
        self.seconds = array("d")
        self.loss = array("d")
        self.accuracy = array("d")

    def add(self, epoch: float, step: int, seconds: float, loss: float, accuracy: float) -> None:
        """Append one point."""
        for values, value in zip(
            (self.epoch, self.step, self.seconds, self.loss, self.accuracy),
            (epoch, step, seconds, loss, accuracy),
            strict=True,
        ):
            values.append(value)

    def __len__(self) -> int:
        """The number of points."""
        return len(self.step)


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
        validation: What the `Epoch` events measured on the validation images.
        epochs: The `Epoch` events so far.
        finished: The `RunFinished` event, once there.
        failure: Why it failed, in one sentence; empty otherwise.
    """

    directory: RunDirectory
    config: RunConfig
    manifest: dict[str, Any] = field(default_factory=dict)
    status: Status = Status.STARTING
    started: RunStarted | None = None
    last_step: Step | None = None
    train: Curve = field(default_factory=Curve)
    validation: Curve = field(default_factory=Curve)
    epochs: list[Epoch] = field(default_factory=list)
    finished: RunFinished | None = None
    failure: str = ""

    @classmethod
    def read(cls, directory: RunDirectory) -> Self:
        """A run with nothing of its log applied yet.

        Raises:
            RunError: `config.json` is missing, damaged or out of range.
        """
        return cls(directory, directory.read_config(), directory.read_manifest())

    @property
    def run_id(self) -> str:
        """The name of its directory."""
        return self.directory.run_id

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.config.display_name

    @property
    def is_active(self) -> bool:
        """Whether it may still change."""
        return self.status in ACTIVE

    def apply(self, event: Event) -> None:
        """Take the next event of the log."""
        match event:
            case RunStarted():
                self.started, self.status = event, Status.TRAINING
            case Step():
                self.last_step, self.status = event, Status.TRAINING
                self.train.add(
                    self._in_epochs(event.step),
                    event.step,
                    event.train_seconds,
                    event.train_loss,
                    event.train_accuracy,
                )
            case Epoch():
                self.epochs.append(event)
                self.validation.add(
                    self._in_epochs(event.step),
                    event.step,
                    event.train_seconds,
                    event.validation_loss,
                    event.validation_accuracy,
                )
            case Paused():
                self.status = Status.PAUSED
            case Resumed():
                self.status = Status.TRAINING
            case RunFinished():
                self.finished = event
                self.status = _FINISHED.get(event.status, Status.COMPLETED)
            case RunFailed():
                self.status, self.failure = Status.FAILED, event.reason

    def _in_epochs(self, step: int) -> float:
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
        return self.epochs[-1].epoch if self.epochs else 0

    @property
    def progress(self) -> float:
        """How much of all planned steps is done, 0 to 1."""
        if not self.started:
            return 0.0
        return min(1.0, self._in_epochs(self.step) / self.config.epochs)

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
