"""The bin: runs that were deleted rest there, whole, until somebody empties it.

It is a directory `.bin` among those of the runs. A run goes in and comes out by one renaming, so a power cut
finds it here or there, never in halves and never in both.
"""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mnist_tui.errors import RunError
from mnist_tui.jobs.deletion import DELETED, set_aside, told
from mnist_tui.paths import runs_directory
from mnist_tui.runs.files import sync_directory
from mnist_tui.runs.layout import RUN_ID, RunDirectory
from mnist_tui.runs.naming import one_of
from mnist_tui.text import number_of

BIN = ".bin"


@dataclass(frozen=True)
class Contents:
    """What is in the bin.

    Attributes:
        run_ids: Of the runs, oldest first.
        bytes: What they take on the disk.
    """

    run_ids: tuple[str, ...] = ()
    bytes: int = 0

    def __str__(self) -> str:
        """For example `3 runs, 41 MB`."""
        runs = number_of(len(self.run_ids), "run")
        return f"{runs}, {self.bytes / 1e6:,.0f} MB" if self.bytes >= 1e6 else f"{runs}, under 1 MB"


def throw_away(directory: RunDirectory, wait_seconds: float = 0.0) -> None:
    """Put a run into the bin, unless it is being trained.

    Args:
        directory: The run's; it may be gone already.
        wait_seconds: How long a process may take to let go of it.

    Raises:
        RunError: A process trains it, or it cannot be moved.
    """
    bin_path = directory.path.with_name(BIN)
    _check_own(bin_path)
    target = bin_path / directory.run_id
    if target.exists() or target.is_symlink():
        raise RunError(f"{directory.run_id} is in the bin already: `mnist-tui runs empty-bin` empties it.")

    def into_bin(path: Path) -> None:
        bin_path.mkdir(exist_ok=True)
        path.rename(target)
        sync_directory(bin_path)
        sync_directory(path.parent)

    set_aside(directory, into_bin, wait_seconds)


def restore(run_id: str) -> str:
    """Take a run out of the bin.

    Args:
        run_id: Which of those in the bin; see `runs.naming.find`.

    Returns:
        The whole id.

    Raises:
        UnknownRunError: There is none, or more than one, that fits.
        RunError: It cannot be moved.
    """
    run_id = one_of(run_id, _binned(), "`mnist-tui runs bin` lists what is in the bin.").run_id
    source, target = runs_directory() / BIN / run_id, runs_directory() / run_id
    if target.exists() or target.is_symlink():
        raise RunError(f"{run_id} is there already: what is in the bin stays there.")
    with told(source, "cannot be taken out of the bin"):
        source.rename(target)
        sync_directory(target.parent)
        sync_directory(source.parent)
    return run_id


def contents() -> Contents:
    """What is in the bin; reads the directories of all its runs."""
    paths = _binned()
    return Contents(tuple(path.name for path in paths), sum(_sizes(paths).values()))


def empty() -> Contents:
    """Delete for good what is in the bin; what it was.

    Raises:
        RunError: Something cannot be deleted; the rest is.
    """
    found = contents()
    problems = []
    for path in _binned():
        doomed = runs_directory() / f"{DELETED}{path.name}-{secrets.token_hex(3)}"
        try:
            with told(path), contextlib.suppress(FileNotFoundError):  # somebody was faster
                path.rename(doomed)
                shutil.rmtree(doomed)
        except RunError as error:
            problems.append(error)
    if problems:
        raise problems[0]
    return found


def _binned() -> list[Path]:
    """The directories in the bin, oldest first; links are none of ours."""
    bin_path = runs_directory() / BIN
    _check_own(bin_path)
    try:
        found = [path for path in bin_path.iterdir() if RUN_ID.fullmatch(path.name) and not path.is_symlink()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise RunError(f"{bin_path} cannot be read ({error.strerror}): make it readable.") from error
    return sorted(found)


def _check_own(bin_path: Path) -> None:
    if bin_path.is_symlink():
        raise RunError(f"{bin_path} is a link, which is not followed: put the bin itself there.")


def _sizes(paths: list[Path]) -> dict[tuple[int, int], int]:
    """Bytes of each file below some directories, once where it has several names."""
    return {(one.st_dev, one.st_ino): one.st_size for path in paths for one in _files(path)}


def _files(path: Path) -> Iterator[os.stat_result]:
    with contextlib.suppress(OSError), os.scandir(path) as found:
        for one in found:
            if one.is_dir(follow_symlinks=False):
                yield from _files(Path(one.path))
            else:
                with contextlib.suppress(OSError):
                    yield Path(one.path).lstat()
