"""Training without a dashboard: one run after the other, each in a process of its own."""

import contextlib
import signal
from collections.abc import Iterator, Sequence
from types import FrameType

from mnist_tui.analysis.comparison import distinct_labels
from mnist_tui.config import RunConfig
from mnist_tui.console import Reporter
from mnist_tui.runs.launcher import Worker, follow, launch
from mnist_tui.runs.run import Run


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
            worker = launch(config)
            run = Run.read(worker.directory)
            runs.append(run)
            reporter.begin(run, label)
            with interrupt.stops(worker):
                for event in follow(worker):
                    run.apply(event)
                    reporter.show(run, event)
    return runs
