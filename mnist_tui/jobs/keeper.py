"""Sees to runs that were left waiting: `python -m mnist_tui.jobs.keeper`.

It gives free cores to the runs in the queue that belong to nobody, and ends when none is left. One at a time
looks after a home; a dashboard that leaves runs behind starts it, and so does a worker at its end.
"""

import contextlib
import signal
import subprocess
import time

from filelock import FileLock, Timeout

from mnist_tui import paths
from mnist_tui.errors import MnistTuiError
from mnist_tui.interpreter import module_command
from mnist_tui.jobs import queue
from mnist_tui.jobs.local import LocalExecutor
from mnist_tui.jobs.owner import Owner

POLL_SECONDS = 0.5

_started: list[subprocess.Popen[bytes]] = []
"""Kept, because Python warns of a process that is dropped while it runs, and this one is to outlive us."""


def ensure() -> None:
    """Start a keeper where something waits that belongs to nobody; a second one ends at once."""
    if not queue.is_left_to_others():
        return
    with contextlib.suppress(OSError):  # then the next dashboard sees to what waits
        _started.append(
            subprocess.Popen(
                module_command("mnist_tui.jobs.keeper"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )


def main() -> None:
    """Give cores away until nothing is left that belongs to nobody."""
    with contextlib.suppress(AttributeError):  # Windows has no SIGHUP
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    lock = FileLock(paths.runs_directory() / ".queue" / "keeper.lock", is_singleton=False)
    try:
        with lock.acquire(timeout=0):
            _keep()
    except (Timeout, MnistTuiError, OSError):
        return  # another one keeps, or the home is gone


def _keep() -> None:
    executor, nobody = LocalExecutor(), Owner()
    while queue.is_left_to_others():
        queue.launch(executor, nobody)
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main()
