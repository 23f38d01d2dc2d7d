"""Short runs on images without any sense, to be measured."""

from typing import Any

import numpy as np

from mnist_tui.data.dataset import CLASSES, PIXELS, Dataset, Split
from mnist_tui.nn.buffers import Array
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch
from mnist_tui.training.trainer import Trainer


def random_split(count: int, rng: np.random.Generator) -> Split:
    images = rng.integers(0, 256, (count, PIXELS), dtype=np.uint8)
    return Split(images, (np.arange(count) % CLASSES).astype(np.uint8))


RNG = np.random.default_rng(0)
DATASET = Dataset("noise", random_split(90, RNG), random_split(20, RNG), random_split(20, RNG), sha256="")


def trainer_of(dataset: Dataset = DATASET, **changes: Any) -> Trainer:
    """Two epochs of 9 steps."""
    base = {"hidden": (16, 8), "batch_size": 10, "epochs": 2, "learning_rate": 0.01, "early_stopping": 0}
    return Trainer(RunConfig(**{**base, "threads": 1, **changes}), dataset)


def epochs_of(trainer: Trainer) -> list[Epoch]:
    return [event for event in trainer.run() if isinstance(event, Epoch)]


def floats(*values: float) -> Array:
    return np.array(values, np.float32)
