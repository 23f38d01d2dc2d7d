"""Where things live on disk. Nothing here touches the disk."""

import os
from pathlib import Path

import platformdirs

from mnist_tui.errors import PathError

APP_NAME = "mnist-tui"


def home() -> Path:
    """The directory of runs and settings: `MNIST_TUI_HOME`, else the platform's user data path.

    Raises:
        PathError: There is neither.
    """
    if configured := os.environ.get("MNIST_TUI_HOME"):
        return expand(configured, "MNIST_TUI_HOME")
    try:
        return platformdirs.user_data_path(APP_NAME).expanduser()
    except RuntimeError as error:  # a user without a home, as in some containers
        raise PathError("There is no home directory here: set MNIST_TUI_HOME to a directory.") from error


def runs_directory() -> Path:
    """The directory that holds one directory a run."""
    return home() / "runs"


def drawings_directory() -> Path:
    """The directory of drawings that were saved."""
    return home() / "drawings"


def preferences_file() -> Path:
    """The file of what was chosen on screen, and is found again in the next sitting."""
    return home() / "preferences.json"


def data_cache() -> Path:
    """Where `mnist-tui data fetch` puts the four MNIST files."""
    try:
        return platformdirs.user_cache_path(APP_NAME).expanduser() / "mnist"
    except RuntimeError:
        return home() / "mnist"


def configured_data_directory() -> Path | None:
    """The directory named by `MNIST_TUI_DATA_DIR`, or `None` where it is not set."""
    configured = os.environ.get("MNIST_TUI_DATA_DIR")
    return expand(configured, "MNIST_TUI_DATA_DIR") if configured else None


def expand(path: str | Path, what: str = "The path") -> Path:
    """The absolute path, `~` and `~user` replaced.

    Args:
        path: As a person wrote it.
        what: What it is, for the error message.

    Raises:
        PathError: There is no such user.
    """
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError as error:
        raise PathError(f"{what} is {path}, but there is no such user: write it out.") from error
