"""Writing files so that a reader, or a crash, never meets half of one."""

import errno
import os
from pathlib import Path

from mnist_tui.errors import RunError


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file in one step: a reader sees the old content or the new, nothing between.

    Raises:
        RunError: The disk is full, or the directory cannot be written.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise write_error(path, error) from error


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
            f"The disk is full: {path} could not be written. Free some space; what was written is safe."
        )
    if error.errno in _UNUSABLE_PLACE:
        return RunError(
            f"{path} cannot be written ({error.strerror}): "
            "make it writable or set MNIST_TUI_HOME to another directory."
        )
    return RunError(f"{path} cannot be written ({error.strerror}): check the disk and try again.")
