"""Writing a report without ever writing over something by accident."""

import os
from pathlib import Path

from mnist_tui.errors import MnistTuiError, RunError
from mnist_tui.paths import expand
from mnist_tui.runs.files import write_atomically


class FileTakenError(MnistTuiError):
    """The file is there already, and nobody said that it may be replaced."""

    exit_code = 2


def check_writable(path: Path, *, overwrite: bool) -> None:
    """Refuse a path that is taken or in no directory, before hours of training.

    Args:
        path: Where the report shall go.
        overwrite: Whether a file that exists may be replaced.

    Raises:
        FileTakenError: The file exists.
        RunError: Its directory does not exist.
    """
    path = expand(path)
    if path.exists() and not overwrite:
        raise FileTakenError(f"{path} exists already: choose another name, or add --force to replace it.")
    if not path.parent.is_dir():
        raise RunError(f"{path.parent} is not a directory: make it, or choose another place for the report.")


def write_report(path: Path, text: str, *, overwrite: bool = False) -> Path:
    """Write a report.

    Args:
        path: Where; `~` stands for the home directory.
        text: The report.
        overwrite: Replace a file that exists.

    Returns:
        The absolute path that was written.

    Raises:
        FileTakenError: The file exists and `overwrite` is not set.
        RunError: It cannot be written.
    """
    path = expand(path)
    try:
        if not overwrite:
            path.touch(exist_ok=False)
        write_atomically(path, text.encode())
    except FileExistsError as error:
        raise FileTakenError(
            f"{path} exists already: choose another name, or add --force to replace it."
        ) from error
    except OSError as error:
        raise RunError(f"{path} cannot be written ({error.strerror}): choose another place.") from error
    return path


def free_name(path: Path) -> Path:
    """The path itself, or the first of `name-2`, `name-3` … that does not exist yet."""
    candidate, number = path, 1
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_stem(f"{path.stem}-{number}")
    return candidate
