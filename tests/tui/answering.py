"""Runs that met the test images, and what they said of them: as workers would have left them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from mnist_tui.data import sample
from mnist_tui.data.dataset import CLASSES, Labels
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Event, RunFinished, RunStarted
from mnist_tui.tui.examined import Examined, Inquiry, examine
from tests.tui.helpers import record, recorded_events

Wrong = Mapping[int, tuple[int, float]]
"""The place of an image to what it is taken for, and how sure the network is; of others, 95 %."""


@cache
def labels() -> Labels:
    """What the test images of the sample show."""
    return sample.read_splits()[1].labels


def probabilities(wrong: Wrong) -> np.ndarray:
    """What a network says of the sample's test images."""
    said, sure = labels().astype(int), np.full(len(labels()), 0.95)
    for place, (label, confidence) in wrong.items():
        said[place], sure[place] = label, confidence
    found = np.repeat((1 - sure)[:, None] / (CLASSES - 1), CLASSES, axis=1)
    found[np.arange(len(said)), said] = sure
    return found.astype(np.float32)


def answering(
    wrong: Wrong, *, number: int = 0, sha256: str = sample.CONTENT_SHA256, **settings: Any
) -> RunDirectory:
    """A run on the sample that gets some test images wrong."""
    started, *events = recorded_events(2, floor=0.1, rate=1)
    assert isinstance(started, RunStarted)
    *before, last = events
    assert isinstance(last, RunFinished)
    accuracy = 1 - len(wrong) / len(labels())
    log: list[Event] = [
        replace(started, dataset_sha256=sha256),
        *before,
        replace(last, test_accuracy=accuracy),
    ]
    config = RunConfig(**{"epochs": 2, "dataset": "sample", "threads": 1, **settings})
    directory = record(config, log, number=number)
    np.savez(directory.predictions_path, probabilities=probabilities(wrong), labels=labels())
    return directory


def wrong_at(*places: int, confidence: float = 0.8) -> Wrong:
    """Images that are taken for the next class."""
    return {place: ((int(labels()[place]) + 1) % CLASSES, confidence) for place in places}


def loaded(directory: RunDirectory) -> Run:
    return Run.load(directory)[0]


def examined(first: Run, second: Run | None = None, *seeds: Run) -> Examined:
    """All that can be known of some runs."""
    *_, last = examine(Inquiry(first, second, seeds))
    return last
