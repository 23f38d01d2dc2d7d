"""Writing files so that a reader, or a crash, never meets half of one."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mnist_tui.errors import RunError


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file in one step: a reader sees the old content or the new, nothing between.

    Raises:
        RunError: The disk is full, or the directory cannot be written.
    """
    with replacing(path) as file:
        file.write(content)


DISK_FULL = "disk full"
"""The summary of a `RunError` for a disk that is full."""


def remove_leftovers(directory: Path) -> None:
    """Delete what a process that was killed while it wrote has left behind."""
    with contextlib.suppress(OSError):
        for path in directory.glob("*.tmp"):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """The same for content that is written piece by piece: it is in place when the context closes.

    Raises:
        RunError: The disk is full, or the directory cannot be written.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        try:
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise write_error(path, error) from error


@contextlib.contextmanager
def open_foreign(path: Path) -> Iterator[BinaryIO]:
    """Open a file that somebody else may have put there: a link is not followed, a pipe not waited for.

    Raises:
        OSError: It cannot be opened, or is a link (where the system can tell).
        ValueError: It is no file.
    """
    flags = (
        os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("it is no file")
        yield file


def read_foreign(path: Path, most: int) -> bytes:
    """The content of such a file.

    Args:
        path: Which.
        most: Bytes; a larger file is refused before it is read.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no file, or too large.
    """
    with open_foreign(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise ValueError(f"{size:,} bytes are too many")
        return file.read(most)


_UNUSABLE_PLACE = {
    errno.EACCES,
    errno.EROFS,
    errno.EPERM,
    errno.ENOTDIR,
    errno.ENOENT,
    errno.ENAMETOOLONG,
    errno.ELOOP,
}


def write_error(path: Path, error: OSError) -> RunError:
    """The sentence for a failed write."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return RunError(
            f"The disk is full: {path} could not be written. Free some space; what was written is safe.",
            DISK_FULL,
        )
    if error.errno in _UNUSABLE_PLACE:
        return RunError(
            f"{path} cannot be written ({error.strerror}): "
            "make it writable or set MNIST_TUI_HOME to another directory.",
            "not writable",
        )
    return RunError(
        f"{path} cannot be written ({error.strerror}): check the disk and try again.", "not writable"
    )
