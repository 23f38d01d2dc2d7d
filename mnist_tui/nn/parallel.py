"""One mini-batch on several cores, and still the same mathematics.

The mini-batch is split over threads; each thread runs the whole network on its part with one BLAS
thread (NumPy lets go of Python's lock in every long operation). The three places where the parts must
meet are the three places where the mathematics speaks of the whole mini-batch: the statistics of batch
normalisation, the sum of the gradients, and the loss. This is data-parallel training with synchronised
batch norm, inside one process. Against a multithreaded BLAS it also spreads ReLU, the weight update and
all else over the cores, and it does not stall when other processes want the same cores.
"""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, Self, TypeVar

import numpy as np

from mnist_tui.nn.buffers import Array

Result = TypeVar("Result")


class ThreadGroup(Generic[Result]):
    """A fixed number of threads that run the same function, each on its own part.

    Args:
        size: How many threads, the calling one included; 1 or more.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._barrier = threading.Barrier(size)
        self._pool = ThreadPoolExecutor(max_workers=max(1, size - 1), thread_name_prefix="part")
        self._slots: tuple[list[Array | None], ...] = ([None] * size, [None] * size)
        self._turn = [0] * size

    def run(self, function: Callable[[int], Result]) -> list[Result]:
        """Call `function(rank)` for every rank from 0 to size - 1, rank 0 in this thread.

        Returns:
            The results in order of rank.

        Raises:
            Exception: The first that any rank raised; the others are set free.
        """
        others = [self._pool.submit(self._guarded, function, rank) for rank in range(1, self.size)]
        first: Future[Result] = Future()
        try:
            first.set_result(self._guarded(function, 0))
        except BaseException as error:
            first.set_exception(error)
        futures = [first, *others]
        failures = [failure for future in futures if (failure := future.exception())]
        # A rank that was only waiting for the one that failed reports the broken barrier, not the cause.
        for failure in sorted(failures, key=lambda one: isinstance(one, threading.BrokenBarrierError)):
            raise failure
        return [future.result() for future in futures]

    def _guarded(self, function: Callable[[int], Result], rank: int) -> Result:
        try:
            return function(rank)
        except BaseException:
            self._barrier.abort()
            raise

    def wait(self) -> None:
        """Wait until every rank has come here."""
        if self.size > 1:
            self._barrier.wait()

    def all_reduce(self, rank: int, array: Array) -> Array:
        """The sum of every rank's array, the same bits for all ranks.

        Two sets of slots take turns: a rank can be one call ahead of another, never two, so what the
        slower one still reads is not overwritten.
        """
        if self.size == 1:
            return array
        slots = self._slots[self._turn[rank]]
        self._turn[rank] ^= 1
        slots[rank] = array
        self._barrier.wait()
        total = slots[0]
        for other in slots[1:]:
            total = total + other  # type: ignore[operator]
        return np.asarray(total)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._barrier.abort()
        self._pool.shutdown(wait=True)


def parts(count: int, size: int) -> list[slice]:
    """Split `count` rows into `size` neighbouring slices of nearly the same length."""
    edges = [count * rank // size for rank in range(size + 1)]
    return [slice(start, stop) for start, stop in itertools.pairwise(edges)]
