"""Training steps and evaluation on all threads of a run.

Everything about speed that is not mathematics is here: pixels stay uint8 and become floats for one
mini-batch only, each thread gathers and trains its own part of the mini-batch, and each thread updates
its own piece of the parameter vector. Pixels that are dark in the whole mini-batch are left out.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import CLASSES, PIXELS, Pixels, Split
from mnist_tui.nn.buffers import Array, Buffers
from mnist_tui.nn.layers import ReLU
from mnist_tui.nn.losses import add_l2_gradient
from mnist_tui.nn.network import Network
from mnist_tui.nn.optimizers import Optimizer
from mnist_tui.nn.parallel import ThreadGroup, parts
from mnist_tui.nn.subnormals import flush_to_zero
from mnist_tui.training.augment import Augmentation
from mnist_tui.training.lit_pixels import lit_columns, order_by_light, reordered
from mnist_tui.training.stopwatch import STAGES, Stopwatch

EVALUATION_ROWS = 1000
"""Images a thread evaluates at once: large enough for full speed, small enough for the cache."""

FLUSH_EVERY = 16
"""Steps after which vanishing numbers are set to 0: seldom enough to cost nothing."""

FIRST_WEIGHT = "linear1.weight"
"""A row for each pixel."""

QUIET_OVERFLOW = np.errstate(over="ignore", invalid="ignore")
"""A diverging run overflows before its loss is NaN; that is reported once, as an event.

NumPy keeps this setting by thread, so it belongs around what the threads run.
"""


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


@dataclass(frozen=True)
class _Sorted:
    """Training images with their pixels in the order of how often they are lit.

    Attributes:
        of: The images as they came.
        split: The same with their pixels in that order.
        order: Where each pixel came from, shape (784,).
    """

    of: Split
    split: Split
    order: npt.NDArray[np.intp]


class Engine:
    """A network, its optimizers and the threads they run on.

    Attributes:
        learning_rate: Of the last training step.

    Args:
        network: Trained in place.
        optimizers: One for each thread, each updates its own piece of the parameters.
        dropout_rngs: One for each thread.
        group: The threads.
        augmentation: Changes the training images, or `None`.
        augmentation_rng: Draws for it.
    """

    def __init__(
        self,
        network: Network,
        optimizers: Sequence[Optimizer],
        dropout_rngs: Sequence[np.random.Generator],
        group: ThreadGroup[Any],
        augmentation: Augmentation | None = None,
        augmentation_rng: np.random.Generator | None = None,
    ) -> None:
        self.network = network
        self.learning_rate = 0.0
        self._group = group
        self._optimizers = optimizers
        self._augmentation = augmentation
        self._augmentation_rng = augmentation_rng or np.random.default_rng()
        self._replicas = [
            network.replica(partial(group.all_reduce, rank), dropout_rngs[rank], leads=rank == 0)
            for rank in range(group.size)
        ]
        self._pieces = parts(len(network.parameter_vector), group.size)
        self._buffers = [Buffers() for _ in range(group.size)]
        self._watches = [Stopwatch() for _ in range(group.size)]
        self._sorted: _Sorted | None = None

    @contextlib.contextmanager
    def lit_first(self, split: Split) -> Iterator[Split]:
        """For as long as an epoch trains: pixels in the order of how often they are lit.

        The rows of the first layer's weights move with them, and what the optimizers remember of them; at
        the end all are back in their places. Augmentation lights other pixels, so nothing moves then.

        Args:
            split: The training images.

        Yields:
            The same with their pixels in that order, to be trained on inside.
        """
        if self._augmentation:
            yield split
            return
        if self._sorted is None or self._sorted.of is not split:
            order = order_by_light(split.images)
            self._sorted = _Sorted(split, Split(reordered(split.images, order), split.labels), order)
        self._move_pixels(self._sorted.order)
        try:
            yield self._sorted.split
        finally:
            self._move_pixels(np.argsort(self._sorted.order))

    def _move_pixels(self, order: npt.NDArray[np.intp]) -> None:
        """Put all that belongs to the pixels, row by row, into another order."""
        state, steps = self.optimizer_state()
        for vector in (self.network.parameter_vector, *state.values()):
            rows = self.network.views(vector)[FIRST_WEIGHT]
            rows[...] = rows[order]
        self.restore_optimizers(state, steps)

    @property
    def gradients(self) -> dict[str, Array]:
        """Name to gradient of the last mini-batch, L2 included; its rows as `lit_first` has put them."""
        return self._replicas[0].gradients

    @property
    def stage_seconds(self) -> dict[str, float]:
        """Seconds of all training steps by stage, the mean over the threads."""
        return {
            stage: sum(watch.seconds[stage] for watch in self._watches) / len(self._watches)
            for stage in STAGES
        }

    def optimizer_state(self) -> tuple[dict[str, Array], int]:
        """What the optimizers remember, each array of the parameter vector's length, and their steps."""
        first = self._optimizers[0]
        state = {
            name: np.concatenate([optimizer.state[name] for optimizer in self._optimizers])
            for name in first.state
        }
        return state, first.steps

    def restore_optimizers(self, state: Mapping[str, Array], steps: int) -> None:
        """Put back what `optimizer_state` returned; an optimizer of another kind starts anew."""
        for optimizer, piece in zip(self._optimizers, self._pieces, strict=True):
            if all(name in state for name in optimizer.state_names):
                optimizer.state = {name: state[name][piece].copy() for name in optimizer.state_names}
                optimizer.steps = steps

    def set_dropout(self, probability: float) -> None:
        """Drop hidden activations with another probability from the next step on."""
        for replica in self._replicas:
            replica.set_dropout(probability)

    def train_steps(
        self, split: Split, batches: Sequence[npt.NDArray[np.integer]], rates: Sequence[float]
    ) -> list[tuple[float, int]]:
        """Some mini-batches, one after the other: forward, backward, update.

        Waking the other threads costs as much as a layer, so they are woken once for all of them.

        Args:
            split: The training images.
            batches: Which images make up each mini-batch, shape (m,).
            rates: Learning rate of each.

        Returns:
            For each mini-batch the sum of the cross-entropy, and how many were classified correctly.
        """
        for watch in self._watches:
            watch.start()
        draws = [self._draw(len(rows)) for rows in batches]

        @QUIET_OVERFLOW
        def work(rank: int) -> list[tuple[float, int]]:
            results = []
            watch, replica = self._watches[rank], self._replicas[rank]
            for rows, drawn, lr in zip(batches, draws, rates, strict=True):
                part = parts(len(rows), self._group.size)[rank]
                inputs = self._gather(rank, split.images, rows[part], None if drawn is None else drawn[part])
                watch.lap("data")
                results.append(
                    replica.cross_entropy_and_gradients(
                        inputs, split.labels[rows[part]], len(rows), watch.after_forward, watch.after_backward
                    )
                )
                self._group.wait()  # until all gradients are complete
                self._update(rank, len(rows), lr)
                self._group.wait()  # until all parameters are
                watch.lap("update")
            return results

        by_rank = self._group.run(work)
        self.learning_rate = rates[-1]
        return [
            (sum(loss for loss, _ in step), sum(correct for _, correct in step))
            for step in zip(*by_rank, strict=True)
        ]

    def _draw(self, count: int) -> Array | None:
        """What augmentation does to each image of a mini-batch."""
        return self._augmentation.draw(count, self._augmentation_rng) if self._augmentation else None

    def _gather(self, rank: int, images: Pixels, rows: npt.NDArray[np.integer], draws: Array | None) -> Array:
        """Float pixels from 0 to 1 of some images, augmented by what was drawn for them.

        Returns:
            Shape (len(rows), up to 784): pixels at the end that are dark in all these images are left out.
        """
        pixels = self._buffers[rank].get("pixels", (len(rows), PIXELS), np.uint8)
        # mode="clip" spares NumPy a checked copy; the rows are a permutation, never out of range.
        np.take(images, rows, axis=0, out=pixels, mode="clip")
        if self._augmentation is None or draws is None:
            return self._scale(rank, pixels[:, : lit_columns(pixels)])
        inputs = self._inputs(rank, len(pixels))
        self._augmentation.apply(pixels, draws, inputs, self._buffers[rank])
        return inputs

    def _scale(self, rank: int, pixels: Pixels) -> Array:
        inputs = self._inputs(rank, len(pixels))[:, : pixels.shape[1]]
        np.multiply(pixels, inputs.dtype.type(1 / 255), out=inputs)
        return inputs

    def _inputs(self, rank: int, count: int) -> Array:
        return self._buffers[rank].get("inputs", (count, PIXELS), self.network.dtype)

    def _update(self, rank: int, batch_size: int, lr: float) -> None:
        """Sum the gradients of all parts and step, for this thread's piece of the parameters."""
        piece = self._pieces[rank]
        gradient = self._replicas[0].gradient_vector[piece]
        for replica in self._replicas[1:]:
            gradient += replica.gradient_vector[piece]
        parameters = self.network.parameter_vector[piece]
        weights = parameters[: max(0, self.network.weight_count - piece.start)]
        scratch = self._buffers[rank].get("l2", weights.shape, weights.dtype)
        add_l2_gradient(gradient[: len(weights)], weights, self.network.l2_lambda, batch_size, scratch)
        optimizer = self._optimizers[rank]
        optimizer.lr = lr
        optimizer.step(parameters, gradient)
        if optimizer.steps % FLUSH_EVERY == 0:  # its own count: a resumed run has to do it at the same steps
            scratch = self._buffers[rank].get("flush", parameters.shape, parameters.dtype)
            for array in (parameters, *optimizer.state.values()):
                flush_to_zero(array, scratch)

    def evaluate(self, split: Split) -> Evaluation:
        """Loss, accuracy and dead units in evaluation mode."""
        probabilities = np.empty((len(split), CLASSES), np.float32)
        row_parts = parts(len(split), self._group.size)
        peaks: list[dict[str, Array]] = [{} for _ in range(self._group.size)]

        @QUIET_OVERFLOW
        def work(rank: int) -> tuple[float, int]:
            part = row_parts[rank]
            loss, correct = 0.0, 0

            def observe(name: str, activations: Array) -> None:
                if isinstance(self.network.layers[name], ReLU):
                    peak = activations.max(axis=0)
                    peaks[rank][name] = np.maximum(peak, peaks[rank].get(name, peak))

            for start in range(part.start, part.stop, EVALUATION_ROWS):
                rows = slice(start, min(start + EVALUATION_ROWS, part.stop))
                labels = split.labels[rows]
                logits = self._replicas[rank].forward(self._scale(rank, split.images[rows]), hook=observe)
                correct += int(np.count_nonzero(logits.argmax(axis=1) == labels))
                loss += self._replicas[rank].loss.forward(logits, labels)
                probabilities[rows] = self._replicas[rank].loss.probabilities
            return loss, correct

        losses, corrects = zip(*self._group.run(work), strict=True)
        seen = [peak for peak in peaks if peak]  # a thread may have had no images
        dead_units = {
            name: float(np.mean(np.max([peak[name] for peak in seen], axis=0) <= 0)) for name in seen[0]
        }
        return Evaluation(sum(losses) / len(split), sum(corrects) / len(split), probabilities, dead_units)
