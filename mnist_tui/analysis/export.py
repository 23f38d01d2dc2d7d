"""Writing a report without ever writing over something by accident."""

from pathlib import Path

from mnist_tui.errors import MnistTuiError, RunError


class FileTakenError(MnistTuiError):
    """The file is there already, and nobody said that it may be replaced."""

    exit_code = 2


def check_free(path: Path) -> None:
    """Refuse a path where a report could not be written later, before hours of training.

    Raises:
        FileTakenError: The file exists.
        RunError: Its directory does not exist.
    """
    path = path.expanduser().absolute()
    if path.exists():
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
    path = path.expanduser().absolute()
    try:
        with path.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise FileTakenError(
            f"{path} exists already: choose another name, or allow it to be replaced."
        ) from error
    except OSError as error:
        raise RunError(f"{path} cannot be written ({error.strerror}): choose another place.") from error
    return path


def free_name(path: Path) -> Path:
    """The path itself, or the first of `name-2`, `name-3` … that does not exist yet."""
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_stem(f"{path.stem}-{number}")
    return candidate
