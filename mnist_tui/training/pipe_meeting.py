"""Where parts that are processes meet: by a byte through a pipe."""

import contextlib
import os
import select
from collections.abc import Iterator, Sequence

from mnist_tui.nn.buffers import Array
from mnist_tui.training import wire
from mnist_tui.training.part import Place

MOST_LOOKS = 400
"""Looks at a pipe before the core is given away: with a core for each part, it pays to wait awake."""

FEWEST_LOOKS = 2
"""The same where others want the cores: where looking did not help, it looks less, where it did, more."""

BYTE = b"."


class PipeMeeting:
    """Where a part meets the others: the first one waits for a byte of each, and then sends each a byte.

    Args:
        place: Which part this is.
        slots: Two sets of memory for what is summed, each with some for every part.
        others: For each process that this one talks to, the pipe from it and the pipe to it.
    """

    def __init__(
        self, place: Place, slots: Sequence[Sequence[Array]], others: Sequence[tuple[int, int]]
    ) -> None:
        self._place, self._slots, self._others = place, slots, others
        self._turn = 0
        self._looks = MOST_LOOKS

    def wait(self) -> None:
        """Wait until every part has come here.

        Raises:
            HungUpError: One of them is gone.
        """
        if self._place.rank:
            self._give()
            self._take()
        else:
            self._take()
            self._give()

    def _give(self) -> None:
        for _, pipe in self._others:
            try:
                os.write(pipe, BYTE)
            except BrokenPipeError as error:
                raise wire.HungUpError from error

    def _take(self) -> None:
        for pipe, _ in self._others:
            if not self._next_byte(pipe):
                raise wire.HungUpError

    def _next_byte(self, pipe: int) -> bytes:
        for _ in range(self._looks):
            try:
                byte = os.read(pipe, 1)
            except BlockingIOError:
                continue
            self._looks = min(MOST_LOOKS, self._looks + 16)
            return byte
        self._looks = max(FEWEST_LOOKS, self._looks // 8)
        while True:
            select.select([pipe], [], [])
            with contextlib.suppress(BlockingIOError):
                return os.read(pipe, 1)

    def all_reduce(self, array: Array) -> Array:
        """The sum of every part's array, the same bits for all of them.

        Two sets of slots take turns: a part can be one call ahead of another, never two, so what the slower
        one still reads is not overwritten.
        """
        slots = [slot[: array.nbytes].view(array.dtype) for slot in self._slots[self._turn]]
        self._turn ^= 1
        slots[self._place.rank][...] = array
        self.wait()
        total = slots[0].copy()
        for other in slots[1:]:
            total += other
        return total

    @contextlib.contextmanager
    def in_session(self) -> Iterator[None]:
        """While parts meet: do not sleep at once where a byte has not come yet."""
        pipes = [pipe for pipe, _ in self._others]
        for pipe in pipes:
            os.set_blocking(pipe, False)
        try:
            yield
        finally:
            for pipe in pipes:
                os.set_blocking(pipe, True)
