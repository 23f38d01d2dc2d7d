"""Memory that the processes of a run have in common."""

import mmap
import os
import tempfile
from typing import Self

import numpy as np
import numpy.typing as npt

from mnist_tui.nn.buffers import Array

LINE = 64
"""Bytes of a line of the processor's cache: arrays of different processes do not share one."""


class SharedFile:
    """A file without a name for memory to share, so that it is gone with its last process, however that ends.

    It is in memory where the system has such files (`memfd_create`), else where temporary ones are.

    Attributes:
        descriptor: Of the file; a process inherits it.

    Raises:
        OSError: It cannot be made.
    """

    def __init__(self) -> None:
        if hasattr(os, "memfd_create"):
            self._file = os.fdopen(os.memfd_create("mnist-tui"), "r+b", buffering=0)
        else:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`
        self.descriptor = self._file.fileno()

    def close(self) -> None:
        """Let go of it; the memory stays for as long as somebody uses it."""
        self._file.close()


class SharedMemory:
    """Arrays in memory that other processes can see, one after the other.

    Args:
        descriptor: Of a file, as long as `size`.
        size: Bytes.

    Raises:
        OSError: There is not that much memory.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        self._map = mmap.mmap(descriptor, size)
        self._used = 0

    @classmethod
    def make(cls, file: SharedFile, size: int) -> Self:
        """New memory, all 0.

        Raises:
            OSError: There is not that much.
        """
        os.truncate(file.descriptor, size)
        return cls(file.descriptor, size)

    @classmethod
    def of_another(cls, descriptor: int, size: int) -> Self:
        """The memory that another process has made in its `SharedFile`."""
        return cls(descriptor, size)

    def array(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
        """The next array: whoever asks for the same ones in the same order gets the same memory."""
        kind = np.dtype(dtype)
        count = int(np.prod(shape))
        array = np.frombuffer(self._map, kind, count, self._used).reshape(shape)
        self._used += room(shape, kind)
        return array


def room(shape: tuple[int, ...], dtype: npt.DTypeLike) -> int:
    """Bytes that `SharedMemory.array` uses."""
    return -(-int(np.prod(shape)) * np.dtype(dtype).itemsize // LINE) * LINE
