"""The random streams of a run, each of which is drawn from for one thing alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


class Streams:
    """Initial weights, batch order, dropout and augmentation, from one seed.

    Two configurations with the same seed start from the same weights and see the same batches, whatever else
    differs.

    Attributes:
        weights: Draws the initial weights.
        batches: Puts the training images into the order of each epoch.
        augmentation: Draws what happens to each image.
        dropout: Draws the masks, one stream for each thread.

    Args:
        seed: Of the run.
        threads: Of the run.
    """

    def __init__(self, seed: int, threads: int) -> None:
        weights, batches, dropout, augmentation = np.random.SeedSequence(seed).spawn(4)
        self.weights = np.random.default_rng(weights)
        self.batches = np.random.default_rng(batches)
        self.augmentation = np.random.default_rng(augmentation)
        self.dropout = [np.random.default_rng(child) for child in dropout.spawn(threads)]

    def _named(self) -> dict[str, np.random.Generator]:
        ranks = {f"dropout{rank}": stream for rank, stream in enumerate(self.dropout)}
        return {"batches": self.batches, "augmentation": self.augmentation, **ranks}

    def states(self, dropout: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Name to state of all streams that a run draws from once it has begun.

        Args:
            dropout: Those of the masks, which the processes that draw them know.
        """
        for stream, state in zip(self.dropout, dropout, strict=True):
            stream.bit_generator.state = state
        return {name: stream.bit_generator.state for name, stream in self._named().items()}

    def restore(self, states: Mapping[str, Any]) -> None:
        """Put back what `states` returned; with more threads than then, the new ones' streams are fresh.

        Raises:
            ValueError: A state is not one of the generator's; TypeError, KeyError, AttributeError and
                OverflowError likewise, as NumPy finds it.
        """
        for name, stream in self._named().items():
            if name in states:
                stream.bit_generator.state = states[name]
