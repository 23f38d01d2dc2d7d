"""The checkpoints of a run: the last one to resume from, some earlier ones to fork from."""

import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mnist_tui.errors import RunError
from mnist_tui.runs.files import open_foreign, replacing
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.settings.run_config import RunConfig

if TYPE_CHECKING:
    from mnist_tui.training.checkpoint import Checkpoint

BUDGET = 96 << 20
"""Bytes that the earlier epochs of a run may take; beyond it, only every 2nd, 4th, 8th … stays."""

_NAME = re.compile(r"epoch-([0-9]{1,6})\.npz", re.ASCII)


def write(directory: RunDirectory, checkpoint: "Checkpoint") -> None:
    """Make this the checkpoint to resume from, and keep it to fork from.

    Raises:
        RunError: The disk is full, or the directory cannot be written.
    """
    with replacing(directory.checkpoint_path) as file:
        checkpoint.save(file)
    keep(directory, checkpoint.last.epoch)


def keep(directory: RunDirectory, epoch: int) -> None:
    """Keep the checkpoint to resume from, to fork from it too.

    Args:
        directory: The run's.
        epoch: After which it was written.
    """
    # To fork from an earlier epoch is a comfort: no run fails for it.
    with contextlib.suppress(OSError):
        _keep(directory, epoch)


def _keep(directory: RunDirectory, epoch: int) -> None:
    if directory.checkpoints_path.is_symlink():
        return  # what it leads to is not this run's
    directory.checkpoints_path.mkdir(exist_ok=True)
    kept = kept_path(directory, epoch)
    kept.unlink(missing_ok=True)
    try:
        # A second name for the same bytes: the next checkpoint replaces the first name only.
        kept.hardlink_to(directory.checkpoint_path)
    except OSError:
        shutil.copyfile(directory.checkpoint_path, kept)
    most = max(1, BUDGET // max(1, kept.stat().st_size))
    spacing = 1
    while epoch // spacing > most:
        spacing *= 2
    for earlier in epochs(directory):
        if earlier > epoch or (earlier < epoch and earlier % spacing):
            kept_path(directory, earlier).unlink(missing_ok=True)


def make_room(directory: RunDirectory) -> bool:
    """Give up the earlier epochs, on a disk that is full; whether there were any."""
    earlier = epochs(directory)[:-1]
    with contextlib.suppress(OSError):
        for epoch in earlier:
            kept_path(directory, epoch).unlink(missing_ok=True)
    return bool(earlier)


def kept_path(directory: RunDirectory, epoch: int) -> Path:
    """Where an epoch is kept, if it is."""
    return directory.checkpoints_path / f"epoch-{epoch}.npz"


def epochs(directory: RunDirectory) -> list[int]:
    """The epochs that a run can be forked at, ascending."""
    if directory.checkpoints_path.is_symlink():
        return []
    try:
        names = [path.name for path in directory.checkpoints_path.iterdir()]
    except OSError:
        return []
    return sorted(int(match[1]) for name in names if (match := _NAME.fullmatch(name)))


def read_epoch(directory: RunDirectory, epoch: int) -> "Checkpoint":
    """The checkpoint at the end of one epoch.

    Raises:
        RunError: It is missing or damaged, or the run's settings are.
    """
    path = kept_path(directory, epoch)
    checkpoint = _read(path, directory.read_config(), "fork at another epoch")
    if checkpoint.last.epoch != epoch:
        raise RunError(f"{path} is of epoch {checkpoint.last.epoch}: fork at another epoch.")
    return checkpoint


class Last(NamedTuple):
    """Where a run goes on from.

    Attributes:
        checkpoint: The checkpoint, or `None` where no epoch is complete yet.
        note: Why that is not the last one; empty where it is.
    """

    checkpoint: "Checkpoint | None"
    note: str = ""


def find_last(directory: RunDirectory) -> Last:
    """The checkpoint to resume from: the last one, or the newest one kept that is whole.

    Raises:
        RunError: It is damaged, and no whole one is kept; or the run's settings are damaged.
    """
    path = directory.checkpoint_path
    is_there = os.path.lexists(path)
    problem = f"{path} is missing"
    if is_there:
        try:
            return Last(
                _read(path, directory.read_config(), "delete it, and the run starts from its first epoch")
            )
        except RunError as error:
            damage = error
            problem = f"{path} is damaged"
    for epoch in reversed(epochs(directory)):
        with contextlib.suppress(RunError):
            return Last(
                read_epoch(directory, epoch),
                f"{problem}: training goes on after epoch {epoch}, which was kept.",
            )
    if is_there:
        raise damage
    return Last(None)


def read_last(directory: RunDirectory) -> "Checkpoint | None":
    """The checkpoint to resume from, or `None` where no epoch is complete yet; see `find_last`."""
    return find_last(directory).checkpoint


def _read(path: Path, config: RunConfig, remedy: str) -> "Checkpoint":
    from mnist_tui.training.checkpoint import Checkpoint  # with the network: no first paint waits for it

    try:
        with open_foreign(path) as file:
            return Checkpoint.load(file, config)
    except (OSError, ValueError, MemoryError) as error:
        raise RunError(f"{path} cannot be read ({error}): {remedy}.") from error
