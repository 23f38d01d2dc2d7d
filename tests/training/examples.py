"""An event of every kind, and lines of a log made of it."""

import dataclasses
import json
from typing import Any

import pytest

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
    to_dict,
)

EVENTS: list[Event] = [
    RunStarted(
        dataset="MNIST",
        dataset_sha256="ab12",
        train_images=55_000,
        validation_images=5_000,
        test_images=10_000,
        parameters=535_818,
        steps_per_epoch=215,
        threads=2,
    ),
    Step(
        step=12,
        epoch=1,
        train_loss=0.5,
        train_accuracy=0.875,
        train_seconds=1.25,
        images_per_second=50_000.5,
        learning_rate=0.1,
    ),
    Epoch(
        epoch=1,
        step=215,
        train_loss=0.5,
        train_accuracy=0.875,
        validation_loss=0.25,
        validation_accuracy=0.9375,
        train_seconds=1.25,
        cpu_seconds=2.5,
        images_per_second=50_000.5,
        learning_rate=0.1,
        weight_norm=33.3,
        weight_norms={"linear1": 31.0, "linear2": 11.4},
        gradient_norms={"linear1": 0.5, "linear2": 0.25},
        dead_units={"relu1": 0.125},
        batch_norm_drift={"batch_norm1.running_mean": 0.5, "batch_norm1.running_var": 0.75},
        stage_seconds={"data": 0.25, "forward": 0.5, "update": 0.5},
        other_runs=1,
    ),
    Paused(step=7),
    Resumed(step=7),
    Changed(
        step=430,
        epoch=3,
        settings={"learning_rate": 0.1, "dropout": 0.2},
        previous={"learning_rate": 0.4, "dropout": 0.0},
    ),
    Forked(
        step=430,
        epoch=2,
        parent="20260115-093012345-plain-1f3a9c",
        settings={"optimizer": "adam"},
        previous={"optimizer": "sgd"},
    ),
    RunFinished(
        status="early_stopped",
        epochs=9,
        convergence_epoch=4,
        validation_loss=0.25,
        validation_accuracy=0.9375,
        test_loss=0.3,
        test_accuracy=0.92,
        train_seconds=11.25,
        cpu_seconds=22.5,
        images_per_second=50_000.5,
        weight_norm=33.3,
        stage_seconds={"data": 2.25, "forward": 9.0},
        other_runs=2,
    ),
    RunFailed(reason="λ is “too high”: the loss became nan. Try 0.1."),
]
EACH_EVENT = pytest.mark.parametrize("event", EVENTS, ids=[event.kind for event in EVENTS])


def line_of(event: Event, /, **changes: Any) -> str:
    """A line of the log, some of its values changed."""
    return json.dumps({**to_dict(event), **changes})


def fields(event: Event, kind: type) -> list[str]:
    """The names of an event's fields of one type."""
    return [field.name for field in dataclasses.fields(event) if field.type == kind]
