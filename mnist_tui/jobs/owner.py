"""Who put runs into the queue: a program that lives as long as the lock of its file is held."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from mnist_tui import paths
from mnist_tui.errors import RunError
from mnist_tui.runs.files import write_error
from mnist_tui.runs.layout import is_held

LOCK_SECONDS = 10.0
"""Nobody holds the queue for longer than it takes to start a few processes."""


class Owner:
    """One program's place in the queue; it lives as long as the program, or until `leave`.

    Attributes:
        token: What entries call it.
    """

    def __init__(self) -> None:
        self.token = secrets.token_hex(6)
        self._lock = FileLock(_owner_path(self.token), is_singleton=False, thread_local=False)

    def enter(self) -> None:
        """Let others know that it lives.

        Raises:
            RunError: The home directory cannot be written.
        """
        if self._lock.is_locked:
            return
        path = _owner_path(self.token)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=LOCK_SECONDS)
        except (OSError, Timeout) as error:
            raise not_writable(path, error) from error

    def leave(self) -> None:
        """It needs no core any more; what it leaves in the queue belongs to nobody."""
        if self._lock.is_locked:
            self._lock.release()
            with contextlib.suppress(OSError):
                _owner_path(self.token).unlink(missing_ok=True)


def room() -> Path:
    """Where queue and owners have their files."""
    return paths.runs_directory() / ".queue"


def files() -> Iterator[Path]:
    """The files of all owners, also of those that are gone."""
    return room().glob("owner-*.lock")


def _owner_path(token: str) -> Path:
    return room() / f"owner-{token}.lock"


def not_writable(path: Path, error: OSError | Timeout) -> RunError:
    """The sentence for a file of the queue that cannot be written or locked."""
    if isinstance(error, Timeout):
        return RunError(f"{path} is held by a program that does not answer: end that first.")
    return write_error(path, error)


def lives(token: str) -> bool:
    """Whether the owner of this token lives; nobody has an empty one."""
    return bool(token) and is_held(_owner_path(token))
