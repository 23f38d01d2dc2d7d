"""Writing files so that nobody ever meets half of one; opening files that others may have put there."""

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import BinaryIO

from mnist_tui.errors import RunError

if sys.platform != "win32":
    import fcntl

REPLACE_SECONDS = 1.0 if sys.platform == "win32" else 0.0
"""How long to try to replace a file: Windows refuses while somebody reads it, for a moment mostly."""

RETRY_SECONDS = 0.02

_CAREFULLY = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""A link is not followed, a pipe not waited for."""


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
    for path in directory.glob("*.tmp"):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """The same for content that is written piece by piece: it is in place when the context closes.

    Raises:
        RunError: The disk is full, or the directory cannot be written.
    """
    try:
        with putting_in_place(path) as file:
            yield file
    except OSError as error:
        raise write_error(path, error) from error


@contextlib.contextmanager
def putting_in_place(path: Path) -> Iterator[BinaryIO]:
    """The same for a file that is not a run's, of which `write_error` would say the wrong things.

    Raises:
        OSError: It cannot be written.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    try:
        # Whatever stands there is new, so that no link of a stranger's is written through.
        with temporary.open("xb") as file:
            yield file
            file.flush()
            sync(file)
        _replace(temporary, path)
        sync_directory(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _replace(temporary: Path, path: Path) -> None:
    deadline = time.monotonic() + REPLACE_SECONDS
    while True:
        try:
            temporary.replace(path)
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def sync(file: BinaryIO) -> None:
    """Return once what was written is on the disk, and not only on its way.

    Raises:
        OSError: The disk could not take it.
    """
    full_sync = getattr(fcntl, "F_FULLFSYNC", None) if sys.platform != "win32" else None
    if full_sync is not None:
        with contextlib.suppress(OSError):  # a disk that knows no such command
            fcntl.fcntl(file.fileno(), full_sync)
            return
    os.fsync(file.fileno())


def sync_directory(directory: Path) -> None:
    """Have a new name in a directory outlive a power cut, where the system can promise that."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def open_foreign(path: Path) -> Iterator[BinaryIO]:
    """Open a file that somebody else may have put there: a link is not followed, a pipe not waited for.

    Raises:
        OSError: It cannot be opened, or is a link (where the system can tell).
        ValueError: It is no file.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | _CAREFULLY), "rb") as file:
        if not _is_file(file):
            raise ValueError(NO_FILE)
        yield file


def append_foreign(path: Path) -> BinaryIO:
    """Open such a file to append to it, and to read it, without a buffer; made where it is missing.

    Raises:
        OSError: It cannot be opened, is a link (where the system can tell), or is no file.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _CAREFULLY, 0o666)
    file = os.fdopen(descriptor, "a+b", buffering=0)
    if _is_file(file):
        return file
    file.close()
    raise OSError(errno.ENXIO, NO_FILE)


def stamp(path: Path) -> Hashable:
    """Something that is no longer the same once a file was changed; `None` where there is none."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def size_of(path: Path) -> int:
    """Bytes in such a file; 0 where there is none, or something else."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


NO_FILE = "it is no file"


def _is_file(file: BinaryIO) -> bool:
    return stat.S_ISREG(os.fstat(file.fileno()).st_mode)


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
}

_IN_THE_WAY = {
    errno.ELOOP: "is a link, which is not followed",
    errno.EISDIR: "is a directory",
    errno.ENXIO: "is no file",
}
"""What stands in the place of a file."""


def write_error(path: Path, error: OSError) -> RunError:
    """The sentence for a failed write."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return RunError(
            f"The disk is full: {path} could not be written. Free some space; what was written is safe.",
            DISK_FULL,
        )
    if error.errno in _IN_THE_WAY:
        return RunError(
            f"{path} cannot be written, because it {_IN_THE_WAY[error.errno]}: delete it.", "not writable"
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
