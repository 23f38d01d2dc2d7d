"""Where the time of a training step goes."""

import time

from mnist_tui.nn.buffers import Array

STAGES = ("data", "forward", "batch_norm", "backward", "update")
"""Gathering and augmenting images; layers and loss; batch norm both ways; gradients; the optimizer."""


class Stopwatch:
    """Adds up the seconds one thread spends in each stage, waiting for other threads included.

    Attributes:
        seconds: Stage to seconds.
    """

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self._lap_began = 0.0

    def start(self) -> None:
        """Begin a training step."""
        self._lap_began = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Count the time since the last lap, or since the start, to a stage."""
        now = time.perf_counter()
        self.seconds[stage] += now - self._lap_began
        self._lap_began = now

    def after_forward(self, layer: str, _outputs: Array) -> None:
        """A `LayerHook` for the forward pass."""
        self.lap("batch_norm" if layer.startswith("batch_norm") else "forward")

    def after_backward(self, layer: str, _gradient: Array) -> None:
        """A `LayerHook` for the backward pass."""
        self.lap("batch_norm" if layer.startswith("batch_norm") else "backward")
