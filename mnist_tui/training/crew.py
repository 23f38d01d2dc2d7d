"""Who trains the parts of a mini-batch: threads (here), processes (`processes.py`), or the faster of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from mnist_tui.data.dataset import PIXELS, Split
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.network import Network
from mnist_tui.nn.optimizers import Optimizer
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.training.augment import Augmentation
from mnist_tui.training.part import Part, Place


class Crew(Protocol):
    """The parts of a run, wherever they are.

    Attributes:
        size: How many.
        gradient_vectors: Where each part leaves its gradients; the first has the sum over all of them.
    """

    size: int
    gradient_vectors: Sequence[Array]

    def call(self, method: str, *arguments: Any) -> list[Any]:
        """Have every part do something at the same time; what each returns, in order of rank."""

    def ask(self, method: str, *arguments: Any) -> list[Any]:
        """The same for what needs no company and takes no time."""

    def room(self, count: int) -> Split:
        """Memory for so many images and their labels that every part can see."""


class ThreadCrew:
    """Parts that are threads of this process.

    Args:
        network: Trained in place.
        optimizers: One for each thread, each updates its own piece of the parameters.
        dropout_rngs: One for each thread.
        group: The threads.
        augmentation: Changes the training images, or `None`.
        gradient_vectors: Where the threads leave their gradients, if that is given.
    """

    def __init__(
        self,
        network: Network,
        optimizers: Sequence[Optimizer],
        dropout_rngs: Sequence[np.random.Generator],
        group: ThreadGroup[Any],
        augmentation: Augmentation | None,
        gradient_vectors: Sequence[Array] = (),
    ) -> None:
        self.size = group.size
        self._group = group
        self.gradient_vectors = gradient_vectors or [
            np.zeros_like(network.gradient_vector) for _ in range(group.size)
        ]
        self._parts = []
        for rank, (optimizer, rng) in enumerate(zip(optimizers, dropout_rngs, strict=True)):
            meeting = _ThreadMeeting(group, rank)
            vector = self.gradient_vectors[rank]
            replica = network.replica(meeting.all_reduce, rng, leads=rank == 0, gradient_vector=vector)
            place = Place(rank, group.size)
            part = Part(place, replica, optimizer, self.gradient_vectors, meeting, augmentation, rng)
            self._parts.append(part)

    def call(self, method: str, *arguments: Any) -> list[Any]:
        """Have every thread do something; waking them costs as much as a layer."""
        return self._group.run(lambda rank: getattr(self._parts[rank], method)(*arguments))

    def ask(self, method: str, *arguments: Any) -> list[Any]:
        """Ask one after the other, and wake no thread."""
        return [getattr(part, method)(*arguments) for part in self._parts]

    def room(self, count: int) -> Split:
        """Threads see all memory."""
        return Split(np.empty((count, PIXELS), np.uint8), np.empty(count, np.uint8))


@dataclass(frozen=True)
class _ThreadMeeting:
    """Where one thread of a group meets the others."""

    group: ThreadGroup[Any]
    rank: int

    def wait(self) -> None:
        self.group.wait()

    def all_reduce(self, array: Array) -> Array:
        return self.group.all_reduce(self.rank, array)
