"""What is measured of a run, and its course: one entry of `METRICS` is one chart."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from mnist_tui.training.events import Epoch, Numbers, Step

if TYPE_CHECKING:
    from mnist_tui.runs.run import Run

Values: TypeAlias = npt.NDArray[np.float64]

Kind: TypeAlias = Literal["train", "validation", "epoch"]
"""Measured within the epochs; on the validation images; at the end of each epoch."""

MOST_POINTS = 4096
"""A curve with more points than this is thinned out: no chart is that wide."""

MOST_PARTS = 32
"""No more lines than this in one chart: a log of unknown origin may name any number of layers."""

_NUMBERS_BY_NAME = frozenset(one.name for one in fields(Epoch) if one.type == Numbers)


@dataclass(frozen=True)
class MetricSeries:
    """One line of a chart, without its colour.

    Attributes:
        part: The layer, statistic or stage it is about; empty where the metric is one number.
        kind: See `Kind`.
        epoch: Where it was measured, shape (n,), in epochs from the start; 0.5 is the middle of the first.
        step: The same in mini-batches.
        seconds: The same in seconds of training.
        y: What was measured, shape (n,), finite.
    """

    part: str
    kind: Kind
    epoch: Values
    step: Values
    seconds: Values
    y: Values


@dataclass(frozen=True)
class Metric:
    """Something that is measured over the course of a run.

    Attributes:
        key: Its name in `METRICS`.
        title: What a chart is called.
        words: What it is, for somebody who meets it for the first time.
        unit: The unit of its values; empty for plain numbers and shares.
        log: Whether a logarithmic axis suits it.
        percent: Whether it is a share, 0 to 1, that is shown in percent.
        step_field: The field of `Step` events that holds it, if any.
        epoch_field: The field of `Epoch` events that holds it, if any.
        complement_of: The metric, a share, that it adds up to 1 with; then it has no fields.
    """

    key: str
    title: str
    words: str
    unit: str = ""
    log: bool = False
    percent: bool = False
    step_field: str = ""
    epoch_field: str = ""
    complement_of: str = ""

    @property
    def by_part(self) -> bool:
        """Whether its epochs hold a number for each layer, statistic or stage: one line each."""
        return self.epoch_field in _NUMBERS_BY_NAME

    @property
    def epoch_kind(self) -> Kind:
        """The kind of its line with a point an epoch."""
        return "validation" if self.source.epoch_field.startswith("validation_") else "epoch"

    @property
    def source(self) -> "Metric":
        """The metric that events hold: itself, or the one that it adds up to 1 with."""
        return METRICS[self.complement_of] if self.complement_of else self

    def series(self, run: "Run") -> list[MetricSeries]:
        """Its lines for one run: first the one within epochs, then those with a point an epoch."""
        if self.complement_of:
            return [replace(line, y=1 - line.y) for line in self.source.series(run)]
        found = []
        if self.step_field and len(run.train):
            found.append(run.train.series(self.key, "train"))
        if self.by_part:
            found += _parts(self.epoch_field, run)
        elif self.epoch_field and len(run.validation):
            found.append(run.validation.series(self.key, self.epoch_kind))
        return found


def _metrics(*some: Metric) -> dict[str, Metric]:
    return {metric.key: metric for metric in some}


METRICS = _metrics(
    Metric(
        "loss",
        "Loss",
        "mean cross-entropy: how surprised the network is by the right answer",
        log=True,
        step_field="train_loss",
        epoch_field="validation_loss",
    ),
    Metric(
        "accuracy",
        "Accuracy",
        "share of the images that are classified correctly",
        percent=True,
        step_field="train_accuracy",
        epoch_field="validation_accuracy",
    ),
    Metric(
        "error_rate",
        "Error rate",
        "share of the images that are classified wrongly: on a logarithmic axis 98.0 and 98.4 % lie apart",
        log=True,
        percent=True,
        complement_of="accuracy",
    ),
    Metric(
        "learning_rate",
        "Learning rate",
        "how far a step follows the gradient, as the schedule has it",
        step_field="learning_rate",
    ),
    Metric(
        "images_per_second",
        "Speed",
        "images trained on a second, in the steps alone",
        unit="images/s",
        step_field="images_per_second",
        epoch_field="images_per_second",
    ),
    Metric(
        "weight_norm",
        "Weight norm",
        "√Σw² over all weights: how large they are together",
        epoch_field="weight_norm",
    ),
    Metric(
        "weight_norms",
        "Weight norm by layer",
        "√Σw² of the weights of each layer",
        epoch_field="weight_norms",
    ),
    Metric(
        "gradient_norms",
        "Gradient norm by layer",
        "√Σg² of the gradient of each layer's weights: what reaches a layer on the way back",
        log=True,
        epoch_field="gradient_norms",
    ),
    Metric(
        "dead_units",
        "Dead units",
        "share of a layer's ReLU units that are 0 for every validation image",
        percent=True,
        epoch_field="dead_units",
    ),
    Metric(
        "batch_norm_drift",
        "Batch norm drift",
        "how far the running statistics moved in an epoch: near 0, training and evaluation normalise alike",
        log=True,
        epoch_field="batch_norm_drift",
    ),
    Metric(
        "stage_seconds",
        "Time by stage",
        "where the seconds of each epoch's training steps went",
        unit="s",
        epoch_field="stage_seconds",
    ),
    Metric(
        "other_runs",
        "Other runs",
        "runs that trained beside this one and shared its cores",
        epoch_field="other_runs",
    ),
)
"""All metrics by key, in the order in which a screen walks through them."""

_POSITION = ("epoch", "step", "seconds")


class Curve:
    """The course of several metrics that are measured at the same moments.

    `curve["loss"]` is what was measured, shape (n,); `epoch`, `step` and `seconds` say where.

    Args:
        sources: Metric to the field of the events that holds it.
    """

    def __init__(self, sources: Sequence[tuple[str, str]]) -> None:
        self._places = {name: place for place, name in enumerate((*_POSITION, *(key for key, _ in sources)))}
        self._read = attrgetter("step", "train_seconds", *(field for _, field in sources))
        self._numbers = array("d")  # point after point: one array is smaller and faster than one a metric

    @property
    def epoch(self) -> Values:
        """In epochs from the start; 0.5 is the middle of the first."""
        return self["epoch"]

    @property
    def step(self) -> Values:
        """In mini-batches from the start."""
        return self["step"]

    @property
    def seconds(self) -> Values:
        """In seconds of training."""
        return self["seconds"]

    def __getitem__(self, name: str) -> Values:
        """A copy of one metric's values, or of the positions."""
        return self._points()[:, self._places[name]].copy()

    def __len__(self) -> int:
        """The number of points."""
        return len(self._numbers) // len(self._places)

    def add(self, epoch: float, event: Step | Epoch) -> None:
        """Append what an event measured.

        Args:
            epoch: Where, in epochs from the start.
            event: Of the kind that this curve was made for.
        """
        # Made first and then appended: a number that is too large leaves no half of a point behind.
        self._numbers.extend(array("d", (epoch, *self._read(event))))
        if len(self) > MOST_POINTS:
            points = self._points()
            kept = np.concatenate([points[:1], points[2:-1:2], points[-1:]])
            self._numbers = array("d", kept.tobytes())

    def cut(self, step: int) -> None:
        """Forget all points after a step."""
        width, place = len(self._places), self._places["step"]
        while self._numbers and self._numbers[place - width] > step:
            del self._numbers[-width:]

    def series(self, key: str, kind: Kind) -> MetricSeries:
        """One metric's line."""
        return MetricSeries("", kind, self.epoch, self.step, self.seconds, self[key])

    def _points(self) -> Values:
        """Shape (n, 3 + metrics); the array below cannot grow while somebody holds this view."""
        return np.frombuffer(self._numbers, np.float64).reshape(-1, len(self._places))


def step_curve() -> Curve:
    """An empty curve of what `Step` events measure."""
    return Curve([(one.key, one.step_field) for one in METRICS.values() if one.step_field])


def epoch_curve() -> Curve:
    """An empty curve of what `Epoch` events measure as one number."""
    return Curve(
        [(one.key, one.epoch_field) for one in METRICS.values() if one.epoch_field and not one.by_part]
    )


def _parts(field: str, run: "Run") -> list[MetricSeries]:
    """A line for each name in a field of the epochs, in the order in which they turn up."""
    epochs = _thinned(run.epochs)
    numbers: list[Numbers] = [getattr(epoch, field) for epoch in epochs]
    names = list(dict.fromkeys(name for each in numbers for name in each))[:MOST_PARTS]
    if not names:
        return []
    step = np.array([epoch.step for epoch in epochs], np.float64)
    seconds = np.array([epoch.train_seconds for epoch in epochs], np.float64)
    position = step * run.in_epochs(1)
    found = []
    for name in names:
        y = np.array([each.get(name, np.nan) for each in numbers], np.float64)
        there = ~np.isnan(y)  # events hold finite numbers alone
        found.append(MetricSeries(name, "epoch", position[there], step[there], seconds[there], y[there]))
    return found


def _thinned(epochs: Sequence[Epoch]) -> Sequence[Epoch]:
    every = 1 + len(epochs) // MOST_POINTS
    return epochs if every == 1 else [*epochs[:-1:every], epochs[-1]]
