"""Where things live on disk. Nothing here touches the disk."""

import os
from pathlib import Path

import platformdirs

APP_NAME = "mnist-tui"


def home() -> Path:
    """The directory of runs and settings: `MNIST_TUI_HOME`, else the platform's user data path."""
    if configured := os.environ.get("MNIST_TUI_HOME"):
        return Path(configured).expanduser()
    return platformdirs.user_data_path(APP_NAME)


def runs_directory() -> Path:
    """The directory that holds one directory a run."""
    return home() / "runs"


def data_cache() -> Path:
    """Where `mnist-tui data fetch` puts the four MNIST files."""
    return platformdirs.user_cache_path(APP_NAME) / "mnist"


def configured_data_directory() -> Path | None:
    """The directory named by `MNIST_TUI_DATA_DIR`, or `None` where it is not set."""
    configured = os.environ.get("MNIST_TUI_DATA_DIR")
    return Path(configured).expanduser() if configured else None
