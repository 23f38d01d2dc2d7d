"""What a run says about itself: one dataclass an event, one JSON object a line.

The log of these events is the truth about a run; every screen and report is a view of it. Readers
pass over kinds and keys that they do not know, so newer versions may add both.
"""

import dataclasses
import json
import typing
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from mnist_tui.text import printable

VERSION = 1

MAX_WHOLE_NUMBER = 1 << 53
"""From here on floats skip whole numbers; no measurement of ours is that large."""

MAX_NUMBER = 1e100
"""Far more than float32 can hold, and little enough for differences and squares not to overflow."""

MAX_LOSS = 1e30

Numbers: TypeAlias = dict[str, float]
"""Name to number: one for each layer, or each stage of a training step. Empty in logs of older versions."""

Texts: TypeAlias = dict[str, str]
"""Name to text."""


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Data and network are ready, the first step is next.

    Attributes:
        dataset: Name of the data set.
        dataset_sha256: Hash over its pixels and labels.
        train_images: Images trained on, each epoch.
        validation_images: Images that choose the best weights.
        test_images: Images of the final test.
        parameters: Trainable numbers in the network.
        steps_per_epoch: Mini-batches an epoch.
        threads: Cores this run uses.
    """

    kind: ClassVar[str] = "run_started"
    dataset: str
    dataset_sha256: str
    train_images: int
    validation_images: int
    test_images: int
    parameters: int
    steps_per_epoch: int
    threads: int

    @property
    def sizes(self) -> tuple[int, int, int]:
        """The number of train, validation and test images: which data it is, together with the hash."""
        return self.train_images, self.validation_images, self.test_images


@dataclass(frozen=True, slots=True)
class Step:
    """Progress within an epoch, about 20 times an epoch.

    Attributes:
        step: Mini-batches since the start, 1-based.
        epoch: The epoch under way, 1-based.
        train_loss: Mean cross-entropy since the last `step` event, measured while training.
        train_accuracy: Share classified correctly since the last `step` event, 0 to 1.
        train_seconds: Time spent in training steps since the start.
        images_per_second: Since the last `step` event.
        learning_rate: Used in this step.
    """

    kind: ClassVar[str] = "step"
    step: int
    epoch: int
    train_loss: float
    train_accuracy: float
    train_seconds: float
    images_per_second: float
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch is complete and the validation images were looked at.

    Attributes:
        epoch: 1-based.
        step: Mini-batches since the start.
        train_loss: Mean cross-entropy over the epoch, measured while training (weights move, dropout
            is on), without the L2 penalty.
        train_accuracy: Share classified correctly over the epoch, 0 to 1.
        validation_loss: Mean cross-entropy in evaluation mode.
        validation_accuracy: Share classified correctly, 0 to 1.
        train_seconds: Time spent in training steps since the start.
        cpu_seconds: Processor time of the same steps, over all threads.
        images_per_second: Of this epoch's training steps.
        learning_rate: Of the epoch's last step.
        weight_norm: √Σw² over all weights (no biases, γ, β).
        weight_norms: Layer to √Σw² of its weights.
        gradient_norms: Layer to √Σg² of the gradient of its weights, L2 included: the mean over the
            mini-batches that ended with a `step` event.
        dead_units: ReLU layer to the share of its units that are 0 for every validation image, 0 to 1.
        batch_norm_drift: Running statistic to how far it moved in this epoch; see
            `training.metrics.drift`.
        stage_seconds: Where the time of this epoch's training steps went: `data`, `forward`,
            `batch_norm` (both ways), `backward`, `update`. Their sum is a little less than the whole.
        other_runs: The most runs of the same home directory that trained at any moment of the epoch: they
            shared the cores.
    """

    kind: ClassVar[str] = "epoch"
    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    train_seconds: float
    cpu_seconds: float
    images_per_second: float
    learning_rate: float
    weight_norm: float
    weight_norms: Numbers = field(default_factory=dict)
    gradient_norms: Numbers = field(default_factory=dict)
    dead_units: Numbers = field(default_factory=dict)
    batch_norm_drift: Numbers = field(default_factory=dict)
    stage_seconds: Numbers = field(default_factory=dict)
    other_runs: int = 0


@dataclass(frozen=True, slots=True)
class Paused:
    """Training waits at this step."""

    kind: ClassVar[str] = "paused"
    step: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """Training goes on from this step.

    Where the run was interrupted, this is the end of its last complete epoch: what the log says of later
    steps does not count any more.

    Attributes:
        step: Mini-batches that count.
        note: Why more was lost than the epoch under way, in a sentence; empty where it was not.
    """

    kind: ClassVar[str] = "resumed"
    step: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """Settings were changed while the run trains.

    Attributes:
        step: Mini-batches so far; the next one is the first with the new values.
        epoch: The epoch of that next mini-batch, 1-based.
        settings: Name to new value: `learning_rate`, `l2_lambda`, `dropout`.
        previous: Name to the value before.
    """

    kind: ClassVar[str] = "changed"
    step: int
    epoch: int
    settings: Numbers
    previous: Numbers


@dataclass(frozen=True, slots=True)
class Forked:
    """The run left another one here; everything before is that run's log.

    `config.json` has the settings from here on.

    Attributes:
        step: Mini-batches so far.
        epoch: The last epoch of the other run that this one shares, 1-based.
        parent: The other run's id.
        settings: Name to new value, as a person types it.
        previous: Name to the other run's value.
    """

    kind: ClassVar[str] = "forked"
    step: int
    epoch: int
    parent: str
    settings: Texts
    previous: Texts


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is over and its best weights met the test images, once.

    Attributes:
        status: `completed`, `early_stopped` or `stopped`.
        epochs: Epochs measured; the first and only one may be incomplete where a run was stopped.
        convergence_epoch: The epoch with the lowest validation loss, 1-based.
        validation_loss: At that epoch.
        validation_accuracy: At that epoch.
        test_loss: Mean cross-entropy of that epoch's weights on the test images.
        test_accuracy: Share classified correctly, 0 to 1.
        train_seconds: Time spent in training steps, no evaluation, no logging.
        cpu_seconds: Processor time of the same steps, over all threads.
        images_per_second: Over all training steps.
        weight_norm: √Σw² of that epoch's weights.
        stage_seconds: Where the time of all training steps went; see `Epoch`.
        other_runs: The most runs that trained at the same time; see `Epoch`.
    """

    kind: ClassVar[str] = "run_finished"
    status: str
    epochs: int
    convergence_epoch: int
    validation_loss: float
    validation_accuracy: float
    test_loss: float
    test_accuracy: float
    train_seconds: float
    cpu_seconds: float
    images_per_second: float
    weight_norm: float
    stage_seconds: Numbers = field(default_factory=dict)
    other_runs: int = 0


@dataclass(frozen=True, slots=True)
class RunFailed:
    """The run ended without a result.

    Attributes:
        reason: One sentence for people: what happened and what to do.
        summary: The same in a few words, for a table.
    """

    kind: ClassVar[str] = "run_failed"
    reason: str
    summary: str = ""


Event: TypeAlias = RunStarted | Step | Epoch | Paused | Resumed | Changed | Forked | RunFinished | RunFailed

KINDS: dict[str, type[Event]] = {kind.kind: kind for kind in typing.get_args(Event)}
_FIELDS = {kind: dataclasses.fields(cls) for kind, cls in KINDS.items()}
_REQUIRED = {
    kind: {
        one.name
        for one in fields
        if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
    }
    for kind, fields in _FIELDS.items()
}


def to_dict(event: Event) -> dict[str, Any]:
    """The event as JSON values, its kind and the format version first."""
    return {"event": event.kind, "v": VERSION, **dataclasses.asdict(event)}


def parse(line: str | bytes) -> Event | None:
    """The event in one line of a log, or `None` for anything else.

    A torn line, an unknown kind, a missing key, a value of the wrong type or a number that is not
    finite or that no run can measure all give `None`, and texts lose their control characters: a log is data
    from outside.
    """
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or not isinstance(values.get("event"), str):
        return None
    return from_dict(values)


def from_dict(values: dict[str, Any]) -> Event | None:
    """The event in a JSON object; see `parse`."""
    cls = KINDS.get(values["event"])
    if cls is None:
        return None
    try:
        return cls(
            **{
                name: _read(values[name], kind, limits)
                for name, kind, limits in _READERS[cls.kind]
                if name in values or name in _REQUIRED[cls.kind]
            }
        )
    except (KeyError, ValueError):
        return None


def _limits(name: str, kind: Any) -> tuple[float, float]:
    """The least and the most that a number in a log may be; no run of ours can measure anything else."""
    if kind is int:
        return (1 if name.endswith("_images") else 0), MAX_WHOLE_NUMBER
    if name.endswith("_accuracy") or name == "dead_units":
        return 0.0, 1.0
    if name.endswith("_loss"):
        return -MAX_LOSS, MAX_LOSS
    if name.endswith(("_seconds", "_per_second")):
        return 0.0, MAX_NUMBER
    return -MAX_NUMBER, MAX_NUMBER


_READERS = {
    kind: [(one.name, one.type, _limits(one.name, one.type)) for one in fields]
    for kind, fields in _FIELDS.items()
}


def _read(value: Any, kind: Any, limits: tuple[float, float]) -> Any:
    """A JSON value as the field's type.

    Raises:
        ValueError: It has another type, or is a number out of its range.
    """
    if type(value) is dict and kind == Numbers:
        return {printable(name): _read(number, float, limits) for name, number in value.items()}
    if type(value) is dict and kind == Texts:
        return {printable(name): _read(text, str, limits) for name, text in value.items()}
    if kind is float and type(value) is int and abs(value) < MAX_WHOLE_NUMBER:
        value = float(value)
    if type(value) is not kind:
        raise ValueError
    if isinstance(value, str):
        return printable(value)
    if not limits[0] <= value <= limits[1]:  # NaN is never within
        raise ValueError
    return value
