"""Training without a dashboard: one run after the other, each in a process of its own."""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from types import FrameType
from typing import Any

from mnist_tui import cores
from mnist_tui.cli.reporters import Reporter
from mnist_tui.errors import RunError
from mnist_tui.jobs import deletion, queue
from mnist_tui.jobs.executor import Handle, follow
from mnist_tui.jobs.local import LocalExecutor
from mnist_tui.jobs.owner import Owner
from mnist_tui.jobs.preparation import check_resumable, has_begun, settle
from mnist_tui.runs import groups
from mnist_tui.runs.groups import Group
from mnist_tui.runs.layout import RunDirectory, create
from mnist_tui.runs.run import Run
from mnist_tui.runs.store import RunStore
from mnist_tui.settings.labels import distinct_labels
from mnist_tui.settings.run_config import RunConfig

TURN_SECONDS = 0.2
"""Between two looks whether a core is free."""


AGAIN_SECONDS = 1.0
"""From then on a second ctrl+c is meant; before, it may be the first one, passed on by a wrapper."""


class Interrupt:
    """Whether somebody pressed ctrl+c, or sent SIGTERM, while runs trained.

    Attributes:
        requested: Whether it happened.
        is_urgent: Whether it happened again.
    """

    def __init__(self) -> None:
        self.requested = self.is_urgent = False
        self._since = 0.0

    @contextlib.contextmanager
    def calls(self, stop: Callable[[], None]) -> Iterator[None]:
        """While this is open, an interruption is noted, and calls a function the first time."""

        def note(_number: int, _frame: FrameType | None) -> None:
            if self.requested:
                self.is_urgent |= monotonic() - self._since > AGAIN_SECONDS
            else:
                self.requested, self._since = True, monotonic()
                stop()

        before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def home_runs() -> list[Run]:
    """The runs of the home directory, as far as they can be read."""
    store = RunStore()
    store.refresh()
    return list(store.runs.values())


def _always(_number: int) -> bool:
    return True


def train_all(
    configs: Sequence[RunConfig],
    reporter: Reporter,
    interrupt: Interrupt,
    earlier: Sequence[Run | None] = (),
    planned: int | None = None,
    goes_on: Callable[[int], bool] = _always,
) -> Iterator[tuple[int, Run]]:
    """Train some configurations one after the other, so that they do not share the machine with each other.

    Each takes its turn in the queue of the home directory.

    Args:
        configs: What is wanted.
        reporter: Shows how it goes.
        interrupt: Is told of ctrl+c and SIGTERM: the run under way stops and keeps what it has, the
            others are not started. The second one kills what does not answer.
        earlier: For each configuration the run that it already is, which is taken, or `None`; where there is
            nothing at all, all are trained.
        planned: How many of them are wanted in any case; the others only as far as `goes_on` says.
        goes_on: Asked before each configuration, in order; the first no ends it.

    Yields:
        The number of a configuration and its run: first those planned that are taken, then each that is
        trained, once it is over. Should a later one fail to begin, nobody loses those.

    Raises:
        DataError: A data set is not on this machine.
        RunError: The home directory cannot be written.
    """
    labels = distinct_labels(configs)
    found = dict(enumerate(earlier)) or dict.fromkeys(range(len(configs)))
    wanted = configs[:planned]
    is_new = any(run is None for run in found.values())
    group = groups.make(wanted) if is_new and len(wanted) > 1 else None
    with reporter:
        for number, run in found.items():
            if run and number < len(wanted):
                reporter.take(run, labels[number])
                yield number, run
        for number, run in found.items():
            if not goes_on(number):
                break
            if run is None:
                trained = _train_new(configs[number], group, labels[number], reporter, interrupt)
                if trained:
                    yield number, trained
                if interrupt.requested:
                    break
            elif number >= len(wanted):
                reporter.take(run, labels[number])
                yield number, run


def _train_new(
    config: RunConfig, group: Group | None, label: str, reporter: Reporter, interrupt: Interrupt
) -> Run | None:
    company = min(len(queue.busy()), cores.most_runs() - 1)
    settled = settle(config, company)
    facts: dict[str, Any] = {"group": group.membership(config)} if group else {}
    directory = create(settled, **facts)
    run = _train(directory, label, reporter, interrupt, is_new=True)
    if run is None and not has_begun(directory):  # else somebody has just resumed it
        deletion.delete(directory)
    return run


def go_on(directory: RunDirectory, reporter: Reporter, interrupt: Interrupt) -> Run | None:
    """Train a run that is there already, from its last checkpoint on; see `train_all`.

    Returns:
        The run, or `None` where it was interrupted before its turn came.

    Raises:
        RunError: It is being trained, or came to its end.
    """
    run, _ = Run.load(directory)
    if not run.directory.is_locked():
        run.abandon()
    check_resumable(run)
    with reporter:
        return _train(directory, run.name, reporter, interrupt, is_new=False)


def _train(
    directory: RunDirectory, label: str, reporter: Reporter, interrupt: Interrupt, *, is_new: bool
) -> Run | None:
    run, tail = Run.load(directory)
    reporter.begin(run, label)
    handle = _take_turn(directory, reporter, interrupt, is_new=is_new)
    if handle is None:
        return None
    with interrupt.calls(lambda: handle.send("stop")):
        if interrupt.requested:
            handle.send("stop")
        for event in follow(handle, tail, lambda: interrupt.is_urgent):
            run.apply(event)
            reporter.show(run, event)
    if handle.refusal:
        raise RunError(handle.refusal)
    return run


def _take_turn(
    directory: RunDirectory, reporter: Reporter, interrupt: Interrupt, *, is_new: bool
) -> Handle | None:
    """Wait for a core and start the run; `None` where it was interrupted before.

    Raises:
        RunError: Somebody else took the run out of the queue, or it could not be started.
    """
    owner, executor = Owner(), LocalExecutor()
    has_waited = False
    try:
        queue.add([directory], owner, is_new=is_new)
        with interrupt.calls(lambda: None):
            while not interrupt.requested:
                launch = queue.launch(executor, owner)
                if launch.problem:
                    raise RunError(launch.problem)
                if launch.handles:
                    return launch.handles[0]
                waiting = [entry.run_id for entry in queue.entries()]
                if directory.run_id not in waiting:
                    raise RunError(f"{directory.run_id} {_why_it_left(directory)}")
                if not has_waited:
                    reporter.wait(directory.run_id, waiting.index(directory.run_id) + 1)
                    has_waited = True
                time.sleep(TURN_SECONDS)
        return None
    finally:
        with contextlib.suppress(RunError):
            queue.abandon(owner)
        owner.leave()


def _why_it_left(directory: RunDirectory) -> str:
    """Why a run left the queue without us."""
    if directory.run_id in queue.busy() or directory.is_locked():
        return "is being trained by another process already."
    return "was taken out of the queue in another program."
