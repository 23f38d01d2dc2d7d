"""A look inside a network at the end of an epoch: what its numbers are like, layer by layer.

The same images are sent through it each time, the first ones of the validation images. Nothing that
training depends on is touched: the probe works on a replica with memory of its own, which draws nothing at
random and moves no running statistic.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import Split
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.layers import Linear, ReLU, no_reduce
from mnist_tui.nn.network import Network
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.build import array_shapes
from mnist_tui.training.histograms import BINS, count, pieces
from mnist_tui.training.part import QUIET_OVERFLOW

MOST_IMAGES, FEW_IMAGES = 200, 50
"""Validation images that are sent through the network, the first ones; all where there are fewer.

Few where an epoch has few training images: a probe costs less than half then, and more epochs can be paid.
"""

SUMMARY = ("mean", "deviation", "lowest", "highest", "norm")
"""Of each quantity: mean, standard deviation, extremes, √Σx²."""

Record: TypeAlias = npt.NDArray[np.void]
"""One probe, of the type `record_type`, without a dimension."""


def quantities(config: RunConfig, images: int) -> dict[str, int]:
    """What is looked at, from pixels to classes, and how many numbers each has.

    `linear1.outputs` and so on are what a layer makes of the images in evaluation mode (before a ReLU: the
    pre-activations); `linear1.weight` its weights; `linear1.weight.gradient` the gradient of the cost with
    respect to these; `batch_norm1.gamma`, `.beta`, `.running_mean` and `.running_var` a number a unit.

    Args:
        config: Of the run.
        images: How many are sent through.
    """
    found: dict[str, int] = {}
    shapes = array_shapes(config)
    for number, units in enumerate(config.hidden, start=1):
        linear, norm, relu = f"linear{number}", f"batch_norm{number}", f"relu{number}"
        found |= _linear(linear, shapes[f"{linear}.weight"], images)
        if config.batch_norm:
            found[f"{norm}.outputs"] = images * units
            found |= {name: units for name in shapes if name.startswith(f"{norm}.")}
        found[f"{relu}.outputs"] = images * units
    last = f"linear{len(config.hidden) + 1}"
    return found | _linear(last, shapes[f"{last}.weight"], images)


def _linear(layer: str, shape: tuple[int, ...], images: int) -> dict[str, int]:
    weights = shape[0] * shape[1]
    return {
        f"{layer}.weight": weights,
        f"{layer}.weight.gradient": weights,
        f"{layer}.outputs": images * shape[1],
    }


def record_type(config: RunConfig) -> np.dtype[np.void]:
    """What one probe is as bytes: little-endian, without gaps.

    `epoch` (0 is before training) and `step`; `dead_units`, for each ReLU layer the share of its units that
    are 0 for all images; for each quantity, in the order of `quantities`, a `summary` and the `counts` of
    `histograms.count`.
    """
    rows = len(quantities(config, 1))
    return np.dtype(
        [
            ("epoch", "<u4"),
            ("step", "<u8"),
            ("dead_units", "<f4", (len(config.hidden),)),
            ("summary", "<f8", (rows, len(SUMMARY))),
            ("counts", "<u4", (rows, BINS)),
        ]
    )


class Prober:
    """Looks into a network that is being trained.

    Args:
        config: Of the run.
        network: Looked into as it is at the moment of each probe.
        validation: Its first images are sent through.
        images: So many of them.
    """

    def __init__(
        self, config: RunConfig, network: Network, validation: Split, images: int = MOST_IMAGES
    ) -> None:
        self._network = network
        self._replica = network.replica(no_reduce, np.random.default_rng(0), leads=False)
        self._replica.set_dropout(0)
        self._images = (validation.images[:images] * np.float32(1 / 255)).astype(network.dtype)
        self._labels = validation.labels[:images]
        self._rows = {name: row for row, name in enumerate(quantities(config, len(self._images)))}
        self._type = record_type(config)

    @QUIET_OVERFLOW
    def probe(self, epoch: int, step: int) -> Record:
        """What the network is like now.

        The outputs are those of evaluation mode. The gradient is that of `Network.loss_and_gradients` over
        the images as one mini-batch, in training mode with dropout off: the cost with L2 in it, and batch
        normalisation by the statistics of these images.

        Args:
            epoch: Epochs that are complete.
            step: Mini-batches trained so far.
        """
        record: Record = np.zeros((), self._type)
        record["epoch"], record["step"] = epoch, step
        for name, numbers in self._look(record):
            row = self._rows[name]
            record["summary"][row] = _summary(numbers)
            record["counts"][row] = count(numbers)
        return record

    def _look(self, record: Record) -> Iterator[tuple[str, Array]]:
        """All quantities by name."""
        replica = self._replica
        activations = self._images
        relus = 0
        for name, layer in replica.layers.items():
            activations = layer.forward(activations, training=False)
            if f"{name}.outputs" in self._rows:
                yield f"{name}.outputs", activations
            if isinstance(layer, ReLU):
                record["dead_units"][relus] = np.mean(activations.max(axis=0) <= 0)
                relus += 1
        for name, array in (*replica.parameters.items(), *replica.state.items()):
            if name in self._rows:
                yield name, array
        replica.l2_lambda = self._network.l2_lambda  # may have been changed while the run trains
        replica.loss_and_gradients(self._images, self._labels)
        for name, layer in replica.layers.items():
            if isinstance(layer, Linear):
                yield f"{name}.weight.gradient", layer.gradients["weight"]


def _summary(numbers: Array) -> tuple[float, ...]:
    """See `SUMMARY`."""
    total = squares = 0.0
    for piece in pieces(numbers):
        exact = piece.astype(np.float64)
        total += float(exact.sum())
        squares += float(exact @ exact)
    mean = total / numbers.size
    deviation = float(np.sqrt(np.maximum(squares / numbers.size - mean * mean, 0)))
    return mean, deviation, float(numbers.min()), float(numbers.max()), float(np.sqrt(squares))
