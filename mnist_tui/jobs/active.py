"""Which runs of a home directory train right now: they share the cores, and nobody else may have these.

Each worker leaves a file with its process id, named after its run, beside the run directories, and takes it
away while it pauses. What counts is the lock of the run: a file that a killed worker left behind is swept up
by the next one that looks.
"""

import contextlib
import os
import re
import secrets
from pathlib import Path

from filelock import FileLock, Timeout

from mnist_tui.errors import RunError
from mnist_tui.runs.files import read_foreign, write_atomically
from mnist_tui.runs.layout import RUN_ID, RunDirectory, is_held

MOST_BYTES = 32
"""A process id is shorter."""

GUEST = re.compile(r"guest-[0-9a-f]{12}", re.ASCII)
"""The mark of a run of another home that takes a core of this one, as `mnist-tui verify` does: a lock."""


def _room(runs_directory: Path) -> Path:
    return runs_directory / ".active"


def enter(directory: RunDirectory) -> None:
    """Let others know that this process trains a run."""
    room = _room(directory.path.parent)
    with contextlib.suppress(OSError, RunError):
        room.mkdir(exist_ok=True)
        write_atomically(room / directory.run_id, str(os.getpid()).encode())


def leave(directory: RunDirectory) -> None:
    """The run is over, or pauses."""
    with contextlib.suppress(OSError):
        (_room(directory.path.parent) / directory.run_id).unlink(missing_ok=True)


def is_trained_by(directory: RunDirectory, pid: int) -> bool:
    """Whether this process has begun to train a run."""
    room = _room(directory.path.parent)
    try:
        return read_foreign(room / directory.run_id, MOST_BYTES) == str(pid).encode()
    except FileNotFoundError:
        can_be_made = os.access(room if room.exists() else room.parent, os.W_OK)
    except (OSError, ValueError):
        can_be_made = False
    # Where no mark can be made, the lock tells: if another process holds it, this one ends at once.
    return not can_be_made and directory.is_locked()


def training(runs_directory: Path, asking: str = "") -> set[str]:
    """The ids of the runs that train, and the marks of guests.

    Args:
        runs_directory: Holds them.
        asking: A run that does not count itself.
    """
    try:
        names = [entry.name for entry in _room(runs_directory).iterdir()]
    except OSError:
        return set()
    found = set()
    for name in names:
        if GUEST.fullmatch(name) and _still_there(_room(runs_directory) / name):
            found.add(name)
        if name == asking or not RUN_ID.fullmatch(name):
            continue
        directory = RunDirectory(runs_directory / name)
        if directory.is_locked():
            found.add(name)
        else:
            leave(directory)
    return found


def _still_there(mark: Path) -> bool:
    """Whether a guest holds its mark; one that was killed is swept up."""
    if is_held(mark):
        return True
    with contextlib.suppress(OSError):
        mark.unlink(missing_ok=True)
    return False


class Guest:
    """A run of another home that takes a core of this one, from `enter` to `leave`.

    Args:
        runs_directory: Of the home whose core it takes.
    """

    def __init__(self, runs_directory: Path) -> None:
        self._mark = _room(runs_directory) / f"guest-{secrets.token_hex(6)}"
        self._lock = FileLock(self._mark, is_singleton=False, thread_local=False)

    def enter(self) -> None:
        """Let others know; a home that cannot be written has nobody to tell."""
        with contextlib.suppress(OSError, Timeout):
            self._mark.parent.mkdir(exist_ok=True)
            self._lock.acquire(timeout=0)

    def leave(self) -> None:
        """It trains no more."""
        if self._lock.is_locked:
            self._lock.release()
            with contextlib.suppress(OSError):
                self._mark.unlink(missing_ok=True)


def others(directory: RunDirectory) -> int:
    """How many other runs train."""
    return len(training(directory.path.parent, directory.run_id))
