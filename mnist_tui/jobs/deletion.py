"""Deleting run directories: in one step for everybody who looks, and never under somebody's hands."""

import contextlib
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import Timeout

from mnist_tui.errors import RunError
from mnist_tui.jobs import owner
from mnist_tui.runs.layout import RUN_ID, RunDirectory, is_held

DELETED = ".deleted-"
"""What the name of a directory begins with that is on its way out."""

CANNOT = "cannot be deleted"

STALE_SECONDS = 3600.0
"""A directory that was begun so long ago will not be finished any more."""


def delete(directory: RunDirectory, wait_seconds: float = 0.0) -> None:
    """Delete a run for good, unless it is being trained.

    The directory first gets a name that is no run's, under the run's lock: nobody ever sees half a run, and
    no process can begin to train it meanwhile.

    Args:
        directory: The run's; it may be gone already.
        wait_seconds: How long a process may take to let go of it.

    Raises:
        RunError: A process trains it, or it cannot be deleted.
    """
    path = directory.path
    doomed = path.with_name(f"{DELETED}{path.name}-{secrets.token_hex(3)}")
    set_aside(directory, lambda path: _rename(path, doomed), wait_seconds)
    with told(path), contextlib.suppress(FileNotFoundError):
        shutil.rmtree(doomed)


def _rename(path: Path, target: Path) -> None:
    path.rename(target)


def set_aside(directory: RunDirectory, rename: Callable[[Path], None], wait_seconds: float = 0.0) -> None:
    """Take a run away from where runs are, under its lock, unless it is being trained.

    Args:
        directory: The run's; it may be gone already. Of a link, the link is deleted, and nothing else.
        rename: Gives its directory a name that is no run's.
        wait_seconds: How long a process may take to let go of it.

    Raises:
        RunError: A process trains it, or it cannot be renamed.
    """
    path = directory.path
    if path.is_symlink():  # what it leads to is not ours
        with told(path):
            path.unlink(missing_ok=True)
        return
    if not directory.config_path.exists() and not path.is_dir():
        return  # taking the lock would make the directory anew
    lock = directory.lock()
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        if wait_seconds:
            problem = "is held by a process that does not answer: end that first."
        else:
            problem = "is being trained: stop it first."
        raise RunError(f"{directory.run_id} {problem}") from None
    except OSError as error:
        raise _problem(path, error) from error
    try:
        if sys.platform == "win32":  # a directory with an open file cannot be renamed there
            lock.release()
        with told(path), contextlib.suppress(FileNotFoundError):  # somebody was faster
            rename(path)
    finally:
        lock.release()


@contextlib.contextmanager
def told(path: Path, what: str = CANNOT) -> Iterator[None]:
    """Turn what the system says into a sentence.

    Args:
        path: What something is done to.
        what: That it could not be done.

    Raises:
        RunError: The system refused.
    """
    try:
        yield
    except OSError as error:
        raise _problem(path, error, what) from error


def _problem(path: Path, error: OSError, what: str = CANNOT) -> RunError:
    return RunError(f"{path} {what} ({error.strerror or error}).")


def remove_wrecks(runs_directory: Path) -> None:
    """Delete what was left behind by programs that were killed: runs half made or deleted, owners' files."""
    with contextlib.suppress(OSError):
        for path in runs_directory.iterdir():
            is_begun = path.name.startswith(".") and RUN_ID.fullmatch(path.name[1:])
            if path.name.startswith(DELETED) or (is_begun and _age(path) > STALE_SECONDS):
                shutil.rmtree(path, ignore_errors=True)
        for path in owner.files():
            # A file that is young may belong to a program that is about to lock it.
            if _age(path) > STALE_SECONDS and not is_held(path):
                path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
