"""What one thread, or one process, does of every mini-batch.

Pixels stay uint8 and become floats for one mini-batch only; each part gathers and trains its own images, and
updates its own piece of the parameters. Parts meet where the mathematics speaks of the whole mini-batch.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import CLASSES, PIXELS, Pixels, Split
from mnist_tui.nn.buffers import Array, Buffers
from mnist_tui.nn.layers import ReLU
from mnist_tui.nn.losses import add_l2_gradient
from mnist_tui.nn.network import Network
from mnist_tui.nn.optimizers import Optimizer
from mnist_tui.nn.parallel import parts
from mnist_tui.nn.subnormals import flush_to_zero
from mnist_tui.training.augment import Augmentation
from mnist_tui.training.lit_pixels import lit_columns
from mnist_tui.training.stopwatch import Stopwatch

EVALUATION_ROWS = 1000
"""Images a part evaluates at once: large enough for full speed, small enough for the cache."""

FLUSH_EVERY = 16
"""Steps after which vanishing numbers are set to 0: seldom enough to cost nothing."""

QUIET_OVERFLOW = np.errstate(over="ignore", invalid="ignore")
"""A diverging run overflows before its loss is NaN; that is reported once, as an event.

NumPy keeps this setting by thread, so it belongs around what the threads run.
"""


class Meeting(Protocol):
    """Where a part meets the others."""

    def wait(self) -> None:
        """Wait until every part has come here."""

    def all_reduce(self, array: Array) -> Array:
        """The sum of every part's array, the same bits for all of them."""


@dataclass(frozen=True)
class Place:
    """Which part of all this is.

    Attributes:
        rank: From 0.
        size: How many there are.
    """

    rank: int
    size: int

    def of(self, count: int) -> slice:
        """Its share of so many rows."""
        return parts(count, self.size)[self.rank]


class Part:
    """A replica of the network, and all that it takes to train it.

    Args:
        place: Which part this is.
        network: The replica, on parameters that all parts share.
        optimizer: Updates this part's piece of the parameters.
        gradient_vectors: Where each part leaves its gradients.
        meeting: Where it meets the others.
        augmentation: Changes the training images, or `None`.
        dropout_rng: What the replica draws its masks from.

    Attributes:
        watch: Where its time went.
    """

    def __init__(
        self,
        place: Place,
        network: Network,
        optimizer: Optimizer,
        gradient_vectors: Sequence[Array],
        meeting: Meeting,
        augmentation: Augmentation | None,
        dropout_rng: np.random.Generator,
    ) -> None:
        self._place = place
        self.network = network
        self._optimizer = optimizer
        self._meeting = meeting
        self._augmentation = augmentation
        self._dropout_rng = dropout_rng
        self._piece = place.of(len(network.parameter_vector))
        self._gradients = [vector[self._piece] for vector in gradient_vectors]
        self._buffers = Buffers()
        self.watch = Stopwatch()

    @QUIET_OVERFLOW
    def train_steps(
        self,
        split: Split,
        batches: Sequence[npt.NDArray[np.integer]],
        draws: Sequence[Array | None],
        rates: Sequence[float],
        l2_lambda: float,
    ) -> tuple[list[tuple[float, int]], float]:
        """This part of some mini-batches, one after the other: forward, backward, update.

        Args:
            split: The training images.
            batches: Which images make up each mini-batch, shape (m,).
            draws: What augmentation does to each image of each.
            rates: Learning rate of each.
            l2_lambda: λ.

        Returns:
            For each mini-batch the sum of the cross-entropy over this part and how many of its images were
            classified correctly; the processor time of all of it in seconds.
        """
        results = []
        self.watch.start()
        began = time.thread_time()
        for rows, drawn, lr in zip(batches, draws, rates, strict=True):
            part = self._place.of(len(rows))
            inputs = self._gather(split.images, rows[part], None if drawn is None else drawn[part])
            self.watch.lap("data")
            results.append(
                self.network.cross_entropy_and_gradients(
                    inputs,
                    split.labels[rows[part]],
                    len(rows),
                    self.watch.after_forward,
                    self.watch.after_backward,
                )
            )
            self._meeting.wait()  # until all gradients are complete
            self._update(len(rows), lr, l2_lambda)
            self._meeting.wait()  # until all parameters are
            self.watch.lap("update")
        return results, time.thread_time() - began

    def _gather(self, images: Pixels, rows: npt.NDArray[np.integer], draws: Array | None) -> Array:
        """Float pixels from 0 to 1 of some images, augmented by what was drawn for them.

        Returns:
            Shape (len(rows), up to 784): pixels at the end that are dark in all these images are left out.
        """
        pixels = self._buffers.get("pixels", (len(rows), PIXELS), np.uint8)
        # mode="clip" spares NumPy a checked copy; the rows are a permutation, never out of range.
        np.take(images, rows, axis=0, out=pixels, mode="clip")
        if self._augmentation is None or draws is None:
            return self._scale(pixels[:, : lit_columns(pixels)])
        inputs = self._inputs(len(pixels))
        self._augmentation.apply(pixels, draws, inputs, self._buffers)
        return inputs

    def _scale(self, pixels: Pixels) -> Array:
        inputs = self._inputs(len(pixels))[:, : pixels.shape[1]]
        np.multiply(pixels, inputs.dtype.type(1 / 255), out=inputs)
        return inputs

    def _inputs(self, count: int) -> Array:
        return self._buffers.get("inputs", (count, PIXELS), self.network.dtype)

    def _update(self, batch_size: int, lr: float, l2_lambda: float) -> None:
        """Sum the gradients of all parts and step, for this part's piece of the parameters."""
        gradient, *others = self._gradients
        for other in others:
            gradient += other
        parameters = self.network.parameter_vector[self._piece]
        weights = parameters[: max(0, self.network.weight_count - self._piece.start)]
        scratch = self._buffers.get("l2", weights.shape, weights.dtype)
        add_l2_gradient(gradient[: len(weights)], weights, l2_lambda, batch_size, scratch)
        optimizer = self._optimizer
        optimizer.lr = lr
        optimizer.step(parameters, gradient)
        if optimizer.steps % FLUSH_EVERY == 0:  # its own count: a resumed run has to do it at the same steps
            scratch = self._buffers.get("flush", parameters.shape, parameters.dtype)
            for array in (parameters, *optimizer.state.values()):
                flush_to_zero(array, scratch)

    @QUIET_OVERFLOW
    def evaluate(self, split: Split) -> tuple[float, int, Array, dict[str, Array]]:
        """This part of a split, in evaluation mode.

        Returns:
            The sum of the cross-entropy, how many are classified correctly, the probabilities of its images,
            shape (n, 10), and for each ReLU layer the largest activation of each unit.
        """
        part = self._place.of(len(split))
        probabilities = np.empty((part.stop - part.start, CLASSES), np.float32)
        peaks: dict[str, Array] = {}
        loss, correct = 0.0, 0

        def observe(name: str, activations: Array) -> None:
            if isinstance(self.network.layers[name], ReLU):
                peak = activations.max(axis=0)
                peaks[name] = np.maximum(peak, peaks.get(name, peak))

        for start in range(part.start, part.stop, EVALUATION_ROWS):
            rows = slice(start, min(start + EVALUATION_ROWS, part.stop))
            labels = split.labels[rows]
            logits = self.network.forward(self._scale(split.images[rows]), hook=observe)
            correct += int(np.count_nonzero(logits.argmax(axis=1) == labels))
            loss += self.network.loss.forward(logits, labels)
            probabilities[rows.start - part.start : rows.stop - part.start] = self.network.loss.probabilities
        return loss, correct, probabilities, peaks

    def set_dropout(self, probability: float) -> None:
        """Drop hidden activations with another probability from the next step on."""
        self.network.set_dropout(probability)

    def stage_seconds(self) -> dict[str, float]:
        """Seconds of all training steps by stage."""
        return dict(self.watch.seconds)

    def optimizer_state(self) -> tuple[dict[str, Array], int]:
        """What the optimizer remembers of its piece, and its steps."""
        return self._optimizer.state, self._optimizer.steps

    def restore_optimizer(self, state: dict[str, Array], steps: int) -> None:
        """Take this part's piece of what all optimizers remembered; one of another kind starts anew."""
        names = self._optimizer.state_names
        if all(name in state for name in names):
            self._optimizer.state = {name: state[name][self._piece].copy() for name in names}
            self._optimizer.steps = steps

    def dropout_state(self) -> dict[str, Any]:
        """Where the stream of the dropout masks stands."""
        return dict(self._dropout_rng.bit_generator.state)

    def hand_over(self) -> dict[str, Any]:
        """All that this part remembers, for another one that goes on in its place."""
        return {
            "optimizer": self._optimizer.state,
            "steps": self._optimizer.steps,
            "dropout": self.network.dropout,
            "masks": self.dropout_state(),
            "seconds": self.stage_seconds(),
        }

    def take_over(self, remembered: Sequence[dict[str, Any]]) -> None:
        """Go on in the place of a part of the same rank, one of those that handed this over."""
        mine = remembered[self._place.rank]
        self._optimizer.state = {name: array.copy() for name, array in mine["optimizer"].items()}
        self._optimizer.steps = mine["steps"]
        self.set_dropout(mine["dropout"])
        self._dropout_rng.bit_generator.state = mine["masks"]
        self.watch.seconds = dict(mine["seconds"])
