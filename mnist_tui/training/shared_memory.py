"""Memory that the processes of a run have in common."""

import contextlib
import mmap
import os
import tempfile
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from mnist_tui.nn.buffers import Array

LINE = 64
"""Bytes of a line of the processor's cache: arrays of different processes do not share one."""


class SharedFile:
    """A file for memory to share: without a name where the system has such (`memfd_create`).

    Such a file is gone with its last process, however that ends; another is among the temporary files.

    Attributes:
        descriptor: Of the file; a process inherits it where there is no path.
        path: Where it is; empty where it has no name.

    Raises:
        OSError: It cannot be made.
    """

    def __init__(self) -> None:
        if hasattr(os, "memfd_create"):
            self.descriptor, self.path = os.memfd_create("mnist-tui"), ""
        else:
            self.descriptor, self.path = tempfile.mkstemp(prefix="mnist-tui-")

    def close(self) -> None:
        """Delete it; the memory stays for as long as somebody uses it."""
        with contextlib.suppress(OSError):
            os.close(self.descriptor)
        if self.path:
            Path(self.path).unlink(missing_ok=True)


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
    def of_another(cls, descriptor: int, path: str, size: int) -> Self:
        """The memory that another process has made in its `SharedFile`."""
        return cls(os.open(path, os.O_RDWR) if path else descriptor, size)

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
