"""Training steps and evaluation on all threads, or processes, of a run.

Everything about speed that is not mathematics is behind this: each part of a mini-batch (`part.py`) is
trained by a thread or a process of its own (`crew.py`), and pixels that are dark in all its images are left
out (`lit_pixels.py`).
"""

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import Dataset, Split
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.network import Network
from mnist_tui.nn.optimizers import Optimizer
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.training.augment import Augmentation
from mnist_tui.training.crew import Crew, ThreadCrew
from mnist_tui.training.lit_pixels import Order, order_by_light, reorder
from mnist_tui.training.stopwatch import STAGES

FIRST_WEIGHT = "linear1.weight"
"""A row for each pixel."""


@dataclass(frozen=True)
class Evaluation:
    """How a network does on a split, in evaluation mode.

    Attributes:
        loss: Mean cross-entropy, without the L2 penalty.
        accuracy: Share classified correctly, 0 to 1.
        probabilities: Shape (n, 10), float32.
        dead_units: For each ReLU layer, the share of its units that are 0 for every image.
    """

    loss: float
    accuracy: float
    probabilities: npt.NDArray[np.float32]
    dead_units: dict[str, float]


class Engine:
    """A network and those who train it.

    Attributes:
        network: Trained in place.
        learning_rate: Of the last training step.
        cpu_seconds: Processor time of all training steps, over all parts.

    Args:
        network: Lives in memory that all parts see.
        crew: The parts.
        augmentation: Changes the training images, or `None`.
        augmentation_rng: Draws for it.
    """

    def __init__(
        self,
        network: Network,
        crew: Crew,
        augmentation: Augmentation | None = None,
        augmentation_rng: np.random.Generator | None = None,
    ) -> None:
        self.network = network
        self.learning_rate = 0.0
        self.cpu_seconds = 0.0
        self._crew = crew
        self._augmentation = augmentation
        self._augmentation_rng = augmentation_rng or np.random.default_rng()
        self._order: Order | None = None

    @classmethod
    def on_threads(
        cls,
        network: Network,
        optimizers: Sequence[Optimizer],
        dropout_rngs: Sequence[np.random.Generator],
        group: ThreadGroup[Any],
        augmentation: Augmentation | None = None,
        augmentation_rng: np.random.Generator | None = None,
    ) -> Self:
        """An engine whose parts are threads; see `ThreadCrew`."""
        crew = ThreadCrew(network, optimizers, dropout_rngs, group, augmentation)
        return cls(network, crew, augmentation, augmentation_rng)

    def take_in(self, dataset: Dataset) -> Dataset:
        """A copy of all images where every part sees them: what they were read into can be let go.

        The training images have their pixels in the order of how often they are lit, for `lit_first`;
        augmentation lights other pixels, so then they stay where they are.
        """
        if self._augmentation is None:
            self._order = order_by_light(dataset.train.images)
        return dataclasses.replace(
            dataset,
            train=self._copy(dataset.train, self._order),
            validation=self._copy(dataset.validation),
            test=self._copy(dataset.test),
        )

    def _copy(self, split: Split, order: Order | None = None) -> Split:
        copy = self._crew.room(len(split))
        copy.labels[...] = split.labels
        if order is None:
            copy.images[...] = split.images
        else:
            reorder(split.images, order, copy.images)
        return copy

    @contextlib.contextmanager
    def lit_first(self) -> Iterator[None]:
        """For as long as an epoch trains on the images that were taken in.

        The rows of the first layer's weights move with the pixels, and what the optimizers remember of them;
        at the end all are back in their places.
        """
        if self._order is None:
            yield
            return
        self._move_pixels(self._order)
        try:
            yield
        finally:
            self._move_pixels(np.argsort(self._order))

    def _move_pixels(self, order: Order) -> None:
        """Put all that belongs to the pixels, row by row, into another order."""
        state, steps = self.optimizer_state()
        for vector in (self.network.parameter_vector, *state.values()):
            rows = self.network.views(vector)[FIRST_WEIGHT]
            rows[...] = rows[order]
        self.restore_optimizers(state, steps)

    @property
    def gradients(self) -> dict[str, Array]:
        """Name to gradient of the last mini-batch, L2 included; its rows as `lit_first` has put them."""
        return self.network.views(self._crew.gradient_vectors[0])

    @property
    def stage_seconds(self) -> dict[str, float]:
        """Seconds of all training steps by stage, the mean over the parts."""
        spent = self._crew.ask("stage_seconds")
        return {stage: sum(one[stage] for one in spent) / len(spent) for stage in STAGES}

    def optimizer_state(self) -> tuple[dict[str, Array], int]:
        """What the optimizers remember, each array of the parameter vector's length, and their steps."""
        states, steps = zip(*self._crew.ask("optimizer_state"), strict=True)
        return {name: np.concatenate([state[name] for state in states]) for name in states[0]}, steps[0]

    def restore_optimizers(self, state: Mapping[str, Array], steps: int) -> None:
        """Put back what `optimizer_state` returned; an optimizer of another kind starts anew."""
        self._crew.ask("restore_optimizer", dict(state), steps)

    def dropout_states(self) -> list[dict[str, Any]]:
        """Where the stream of dropout masks of each part stands."""
        return self._crew.ask("dropout_state")

    def set_dropout(self, probability: float) -> None:
        """Drop hidden activations with another probability from the next step on."""
        self._crew.ask("set_dropout", probability)

    def train_steps(
        self, split: Split, batches: Sequence[npt.NDArray[np.integer]], rates: Sequence[float]
    ) -> list[tuple[float, int]]:
        """Some mini-batches, one after the other: forward, backward, update.

        Telling the other parts costs as much as a layer, so they are told once for all of them.

        Args:
            split: The training images.
            batches: Which images make up each mini-batch, shape (m,).
            rates: Learning rate of each.

        Returns:
            For each mini-batch the sum of the cross-entropy, and how many were classified correctly.
        """
        draws = [self._draw(len(rows)) for rows in batches]
        done = self._crew.call(
            "train_steps", split, list(batches), draws, list(rates), self.network.l2_lambda
        )
        self.learning_rate = rates[-1]
        by_rank, cpu_seconds = zip(*done, strict=True)
        self.cpu_seconds += sum(cpu_seconds)
        return [
            (sum(loss for loss, _ in step), sum(correct for _, correct in step))
            for step in zip(*by_rank, strict=True)
        ]

    def _draw(self, count: int) -> Array | None:
        """What augmentation does to each image of a mini-batch."""
        return self._augmentation.draw(count, self._augmentation_rng) if self._augmentation else None

    def evaluate(self, split: Split) -> Evaluation:
        """Loss, accuracy and dead units in evaluation mode."""
        losses, corrects, probabilities, peaks = zip(*self._crew.call("evaluate", split), strict=True)
        seen = [peak for peak in peaks if peak]  # a part may have had no images
        dead_units = {
            name: float(np.mean(np.max([peak[name] for peak in seen], axis=0) <= 0)) for name in seen[0]
        }
        return Evaluation(
            sum(losses) / len(split), sum(corrects) / len(split), np.concatenate(probabilities), dead_units
        )
