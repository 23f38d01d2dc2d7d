"""Writing a report without ever writing over something by accident."""

import os
from pathlib import Path

from mnist_tui.errors import MnistTuiError, RunError
from mnist_tui.paths import expand
from mnist_tui.runs.files import putting_in_place


class FileTakenError(MnistTuiError):
    """The file is there already, and nobody said that it may be replaced."""

    exit_code = 2


def check_writable(path: Path, *, overwrite: bool) -> None:
    """Refuse a place where no report can be written, before hours of training.

    Args:
        path: Where the report shall go.
        overwrite: Whether a file that exists may be replaced.

    Raises:
        FileTakenError: The file exists.
        RunError: It is no file, or its directory does not exist or cannot be written.
    """
    path = expand(path)
    _check_free(path, overwrite=overwrite)
    if not os.path.isdir(path.parent):  # noqa: PTH112 - the method raises where a name is too long
        raise RunError(f"{path.parent} is not a directory: make it, or choose another place for the report.")
    probe = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _refusal(path, error) from error


def write_report(path: Path, content: str | bytes, *, overwrite: bool = False) -> Path:
    """Write a report, or a figure beside it.

    Args:
        path: Where; `~` stands for the home directory.
        content: The report.
        overwrite: Replace a file that exists.

    Returns:
        The absolute path that was written.

    Raises:
        FileTakenError: The file exists and `overwrite` is not set.
        RunError: It cannot be written.
    """
    path = expand(path)
    _check_free(path, overwrite=overwrite)
    try:
        if not overwrite:
            path.touch(exist_ok=False)  # so that nobody takes the name meanwhile
        try:
            with putting_in_place(path) as file:
                file.write(content.encode() if isinstance(content, str) else content)
        except BaseException:
            if not overwrite:
                path.unlink(missing_ok=True)
            raise
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError as error:
        raise _refusal(path, error) from error
    return path


def _check_free(path: Path, *, overwrite: bool) -> None:
    if os.path.lexists(path) and not overwrite:
        raise _taken(path)
    # Not the methods of Path, which raise where a name is too long.
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113
        raise RunError(f"{path} cannot be written, because it is no file: choose another name.")


def _taken(path: Path) -> FileTakenError:
    return FileTakenError(f"{path} exists already: choose another name, or add --force to replace it.")


def _refusal(path: Path, error: OSError) -> RunError:
    return RunError(f"{path} cannot be written ({error.strerror}): choose another place.")


def free_name(path: Path) -> Path:
    """The path itself, or the first of `name-2`, `name-3` … that does not exist yet."""
    candidate, number = path, 1
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_stem(f"{path.stem}-{number}")
    return candidate
