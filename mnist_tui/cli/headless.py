"""Training without a dashboard: one run after the other, each in a process of its own."""

import contextlib
import signal
from collections.abc import Iterator, Sequence
from types import FrameType

from mnist_tui.analysis.comparison import distinct_labels
from mnist_tui.cli.console import Reporter
from mnist_tui.errors import RunError
from mnist_tui.jobs.local import Worker, check_resumable, follow, settle
from mnist_tui.runs.layout import RunDirectory, create
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig


class Interrupt:
    """Whether somebody pressed ctrl+c, or sent SIGTERM, while runs trained."""

    def __init__(self) -> None:
        self.requested = False

    @contextlib.contextmanager
    def stops(self, worker: Worker) -> Iterator[None]:
        """While this is open, an interruption makes the worker stop and keep what it has."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.requested = True
            worker.send("stop")

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def train_all(configs: Sequence[RunConfig], reporter: Reporter, interrupt: Interrupt) -> list[Run]:
    """Train some configurations one after the other, so that each has the machine to itself.

    Args:
        configs: What to train.
        reporter: Shows how it goes.
        interrupt: Is told of ctrl+c and SIGTERM: the run under way stops and keeps what it has, the
            others are not started.

    Returns:
        The runs that were started.

    Raises:
        DataError: A data set is not on this machine.
        RunError: The home directory cannot be written.
    """
    runs = []
    with reporter:
        for config, label in zip(configs, distinct_labels(configs), strict=True):
            if interrupt.requested:
                break
            directory = create(settle(config))
            runs.append(_train(directory, label, reporter, interrupt))
    return runs


def go_on(directory: RunDirectory, reporter: Reporter, interrupt: Interrupt) -> Run:
    """Train a run that is there already, from its last checkpoint on; see `train_all`.

    Raises:
        RunError: It is being trained, or came to its end.
    """
    run, _ = Run.load(directory)
    if not run.directory.is_locked():
        run.abandon()
    check_resumable(run)
    with reporter:
        return _train(directory, run.name, reporter, interrupt)


def _train(directory: RunDirectory, label: str, reporter: Reporter, interrupt: Interrupt) -> Run:
    run, tail = Run.load(directory)
    worker = Worker(directory)
    reporter.begin(run, label)
    with interrupt.stops(worker):
        for event in follow(worker, tail):
            run.apply(event)
            reporter.show(run, event)
    if worker.refusal:
        raise RunError(worker.refusal)
    return run
