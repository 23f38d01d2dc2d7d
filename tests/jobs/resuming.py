"""Runs that go on, and whether they end as if nothing had happened."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from mnist_tui.runs.history import history
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import (
    Event,
)
from tests.runs.helpers import (
    events_of,
    tiny_config,
)

TIMES = {"train_seconds", "cpu_seconds", "images_per_second", "stage_seconds", "other_runs"}


def config_of(data: Path, **changes: Any) -> RunConfig:
    settings = {"epochs": 5, "batch_norm": True, "dropout": 0.2, "optimizer": "adam", "learning_rate": 0.01}
    return tiny_config(data, **{**settings, **changes})


def course(directory: RunDirectory) -> list[dict[str, Any]]:
    """What counts of a run's log, without times."""
    return [
        {name: value for name, value in dataclasses.asdict(event).items() if name not in TIMES}
        for event in history(events_of(directory))
    ]


def assert_same_end(one: RunDirectory, other: RunDirectory) -> None:
    """The same course, the same weights, the same predictions, bit for bit."""
    assert course(one) == course(other)
    weights = safetensors.numpy.load_file(other.model_path)
    for name, array in safetensors.numpy.load_file(one.model_path).items():
        np.testing.assert_array_equal(array, weights[name])
    assert one.predictions_path.read_bytes() == other.predictions_path.read_bytes()


def cut_log(directory: RunDirectory, *, before: Callable[[Event], bool]) -> list[Event]:
    """As if the process had been killed before it could log an event; what it had logged."""
    events = events_of(directory)
    kept = events[: next(index for index, event in enumerate(events) if before(event))]
    directory.events_path.unlink()
    with EventLog(directory.events_path) as log:
        for event in kept:
            log.append(event)
    return kept
