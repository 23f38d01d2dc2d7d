"""Processes or threads: whichever trains faster here and now.

Processes do without Python's lock and win on cores of their own; beside a crowd that wants the same cores,
each meeting waits until all of them are given one, and threads win. Both do the same to the same memory, bit
for bit, so what decides is the time that each was seen to take. Processes that are lost while threads train
are not missed: threads go on.
"""

import time
from collections import deque
from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np

from mnist_tui.errors import RunError
from mnist_tui.nn.buffers import Array
from mnist_tui.training.crew import Crew

FIRST_TRIAL, NEXT_TRIAL = 8, 100
"""Stretches of steps until the other crew is tried, for the first time and from then on."""

TRIAL = 4
"""Stretches that a trial takes; the first does not count, for the caches are cold."""


class FasterCrew:
    """Of two crews for the same network, the one that was faster when both were last tried.

    Args:
        threads: Begin, while processes still get ready.
        processes: Tried soon, and now and then; theirs is the memory that both see.
    """

    def __init__(self, threads: Crew, processes: Crew) -> None:
        self.size = processes.size
        self.gradient_vectors: Sequence[Array] = processes.gradient_vectors
        self.room = processes.room
        self._now, self._other = threads, processes
        self._seconds: deque[float] = deque(maxlen=TRIAL - 1)
        self._to_beat: float | None = None
        self._left: float = FIRST_TRIAL

    def call(self, method: str, *arguments: Any) -> list[Any]:
        """Have every part do something at the same time; what each returns, in order of rank."""
        if method != "train_steps":
            return self._now.call(method, *arguments)
        began = time.perf_counter()
        done = self._now.call(method, *arguments)
        _, batches, *_ = arguments
        self._seconds.append((time.perf_counter() - began) / len(batches))
        self._left -= 1
        if not self._left:
            self._decide(float(np.median(self._seconds)))
        return done

    def _decide(self, seconds: float) -> None:
        """After so many seconds a step: try the other crew, or, where this was a trial, stay or go back."""
        is_trial = self._to_beat is not None
        to_beat, self._to_beat = self._to_beat, None if is_trial else seconds
        self._left = NEXT_TRIAL if is_trial else TRIAL
        if to_beat is None or seconds >= to_beat:
            self._change()

    def _change(self) -> None:
        remembered = self._now.ask("hand_over")
        self._seconds.clear()
        try:
            self._other.ask("take_over", remembered)
        except RunError:  # it is lost: nobody asks again
            self._left = inf
            return
        self._now, self._other = self._other, self._now

    def ask(self, method: str, *arguments: Any) -> list[Any]:
        """The same for what needs no company and takes no time."""
        return self._now.ask(method, *arguments)
