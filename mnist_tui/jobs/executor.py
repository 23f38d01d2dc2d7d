"""What trains a run, seen from outside: start it, steer it, be told when it ended.

The laboratory, the queue and the headless commands know these two protocols only. `jobs.local` implements
them with processes on this machine, `jobs.scripted` with a script that writes events, for tests.
"""

import time
from collections.abc import Callable, Iterator
from typing import Protocol

from mnist_tui.jobs.active import is_trained_by
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import LogTail
from mnist_tui.training.events import Event, RunFailed

POLL_SECONDS = 0.05


class Handle(Protocol):
    """What trains one run.

    Attributes:
        directory: The run's.
        is_buried: Whether `bury` was called.
        refusal: Once buried: why it did not train, where somebody else trains the run; else empty.
    """

    directory: RunDirectory
    is_buried: bool
    refusal: str

    @property
    def pid(self) -> int:
        """The process id."""

    @property
    def is_running(self) -> bool:
        """Whether it still trains, tests or gets ready."""

    def send(self, command: str, **settings: float) -> None:
        """Send a command of `jobs.control`; one that is over hears nothing."""

    def detach(self) -> None:
        """Let go of it, but have it train on."""

    def kill(self) -> None:
        """End it at once, without a chance to keep anything."""

    def leave(self, seconds: float) -> None:
        """Let go of it, which makes it stop and keep what it has, and wait a while for that."""

    def bury(self) -> RunFailed | None:
        """Once it is over: if its log has no end, give it one that says what happened.

        Returns:
            The event that was missing, also where the disk is too full to take it.
        """


class Executor(Protocol):
    """Something that can train runs."""

    def start(self, directory: RunDirectory) -> Handle:
        """Begin to train the run in a directory, or go on with it.

        Raises:
            RunError: It could not be started.
        """


def follow(
    handle: Handle, tail: LogTail | None = None, is_urgent: Callable[[], bool] = lambda: False
) -> Iterator[Event]:
    """The events of a run as they come, to its end.

    Args:
        handle: What trains it.
        tail: Its log, read up to where it should begin; without it, from the start.
        is_urgent: Asked now and then; once it is true, what trains is killed.
    """
    tail = tail or LogTail(handle.directory.events_path)
    has_begun = False
    while handle.is_running:
        if is_urgent():
            handle.kill()
        # Until then, the log may be growing because somebody else trains the run.
        if has_begun or (has_begun := is_trained_by(handle.directory, handle.pid)):
            yield from tail.read_all()
        time.sleep(POLL_SECONDS)
    written = handle.bury()
    if handle.refusal:
        return
    unread = tail.read_all()
    yield from unread
    if written and written not in unread:
        yield written
