"""A home for what is trained and not kept: nothing of it shows up among a person's runs."""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator

from mnist_tui import paths
from mnist_tui.errors import RunError
from mnist_tui.jobs import queue
from mnist_tui.jobs.active import Guest

TURN_SECONDS = 0.2
"""Between two looks whether a core is free."""


@contextlib.contextmanager
def borrowed_home() -> Iterator[None]:
    """Have this process and those that it starts keep their runs in a directory that is deleted at the end.

    Raises:
        OSError: There is no place for it.
    """
    before = os.environ.get("MNIST_TUI_HOME")
    with tempfile.TemporaryDirectory(prefix="mnist-tui-", ignore_cleanup_errors=True) as directory:
        os.environ["MNIST_TUI_HOME"] = directory
        try:
            yield
        finally:
            if before is None:
                del os.environ["MNIST_TUI_HOME"]
            else:
                os.environ["MNIST_TUI_HOME"] = before


@contextlib.contextmanager
def core_of_home(wait: Callable[[], object], is_over: Callable[[], bool]) -> Iterator[None]:
    """Take a core of the home, as its own runs do, so that these know that they share the machine.

    Args:
        wait: Called once where no core is free.
        is_over: Whether nobody wants it any more.
    """
    guest = Guest(paths.runs_directory())
    has_waited = False
    try:
        while not is_over() and not _admit(guest):
            if not has_waited:
                wait()
                has_waited = True
            time.sleep(TURN_SECONDS)
        yield
    finally:
        guest.leave()


def _admit(guest: Guest) -> bool:
    try:
        return queue.admit(guest)
    except RunError:  # a home that nobody can write has no runs that would share
        return True
