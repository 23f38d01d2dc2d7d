"""Which runs of a home directory train right now, so that a run can say that it shared the cores.

Each worker leaves a file with its process id, named after its run, beside the run directories. What counts
is the lock of the run: a file that a killed worker left behind is swept up by the next one that looks.
"""

import contextlib
import os
from pathlib import Path

from mnist_tui.runs.layout import RUN_ID, RunDirectory


def _room(directory: RunDirectory) -> Path:
    return directory.path.parent / ".active"


def enter(directory: RunDirectory) -> None:
    """Let other workers know that this run trains."""
    room = _room(directory)
    with contextlib.suppress(OSError):
        room.mkdir(exist_ok=True)
        (room / directory.run_id).write_text(str(os.getpid()), encoding="ascii")


def leave(directory: RunDirectory) -> None:
    """The run is over, or pauses."""
    with contextlib.suppress(OSError):
        (_room(directory) / directory.run_id).unlink(missing_ok=True)


def is_trained_by(directory: RunDirectory, pid: int) -> bool:
    """Whether this process has begun to train a run."""
    try:
        return (_room(directory) / directory.run_id).read_text(encoding="ascii") == str(pid)
    except (OSError, ValueError):
        return False


def others(directory: RunDirectory) -> int:
    """How many other runs train."""
    found = 0
    try:
        names = [entry.name for entry in _room(directory).iterdir()]
    except OSError:
        return 0
    for name in names:
        if name == directory.run_id or not RUN_ID.fullmatch(name):
            continue
        if RunDirectory(directory.path.parent / name).is_locked():
            found += 1
        else:
            leave(RunDirectory(directory.path.parent / name))
    return found
