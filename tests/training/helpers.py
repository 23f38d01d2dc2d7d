"""Small whole runs, and what is asked of their events."""

from typing import Any

import numpy as np

from mnist_tui.data.dataset import Dataset, Split
from mnist_tui.nn import Network
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Event, to_dict
from mnist_tui.training.trainer import Trainer

TIMINGS = {"train_seconds", "cpu_seconds", "images_per_second", "stage_seconds"}


EVERYTHING: dict[str, Any] = {
    "batch_norm": True,
    "dropout": 0.3,
    "l2_lambda": 0.1,
    "optimizer": "adam",
    "learning_rate": 0.01,
    "schedule": "one-cycle",
    "augment": "elastic",
}


def config_of(**changes: Any) -> RunConfig:
    """A small run: 9 steps an epoch on the tiny data."""
    base = {"hidden": (16, 8), "batch_size": 30, "epochs": 3, "learning_rate": 0.1, "early_stopping": 0}
    return RunConfig(**{**base, "threads": 1, **changes})


def train(dataset: Dataset, **changes: Any) -> tuple[Trainer, list[Event]]:
    trainer = Trainer(config_of(**changes), dataset)
    return trainer, list(trainer.run())


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def timeless(events: list[Event]) -> list[dict[str, Any]]:
    """The events without what depends on the machine's mood."""
    return [
        {name: value for name, value in to_dict(event).items() if name not in TIMINGS} for event in events
    ]


def mean_loss_and_accuracy(network: Network, split: Split) -> tuple[float, float]:
    """Cross-entropy and accuracy worked out from probabilities, without the engine."""
    probabilities = network.predict_probabilities(split.images / 255).astype(np.float64)
    picked = probabilities[np.arange(len(split)), split.labels]
    return float(-np.log(picked).mean()), float((probabilities.argmax(axis=1) == split.labels).mean())
