"""Killing the process that trains a run at moments of all kinds, and what has to be true after that."""

import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mnist_tui.jobs.local import LocalExecutor
from mnist_tui.jobs.preparation import has_ended, log_size
from mnist_tui.runs import checkpoints
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.training.events import Epoch, Step
from tests.patience import PATIENCE
from tests.runs.helpers import events_of, until
from tests.survival.helpers import checkpoint_epoch, counted_epochs, kill, measured, unreadable_lines

Measured = list[tuple[float, ...]]

DEEP = {"hidden": (64, 32), "batch_norm": True, "dropout": 0.2, "optimizer": "adam", "learning_rate": 0.001}
"""A network with state of every kind."""


@dataclass(frozen=True)
class Moment:
    """When to kill.

    Attributes:
        begin: Makes the question whether it has come, for a run and from now on.
        spread: Seconds; the kill comes up to so much later.
    """

    begin: Callable[[RunDirectory, random.Random], Callable[[], bool]]
    spread: float

    def wait(
        self, directory: RunDirectory, rng: random.Random, is_over: Callable[[], bool] = lambda: False
    ) -> None:
        """Return when it has come, or when the process is over; looks nearly all the time."""
        has_come = self.begin(directory, rng)
        deadline = time.monotonic() + PATIENCE
        while not has_come() and not is_over():
            assert time.monotonic() < deadline
            time.sleep(0.0002)
        time.sleep(rng.uniform(0, self.spread))


def _at_once(_directory: RunDirectory, _rng: random.Random) -> Callable[[], bool]:
    return lambda: True


def _some_bytes_later(directory: RunDirectory, rng: random.Random) -> Callable[[], bool]:
    wanted = log_size(directory) + rng.randrange(1, 9000)
    return lambda: log_size(directory) >= wanted


def _checkpoint_in_the_making(directory: RunDirectory, _rng: random.Random) -> Callable[[], bool]:
    there = _names(directory.path)

    def has_come() -> bool:
        nonlocal there
        names = _names(directory.path)
        new, there = names - there, names & there
        return any(name.startswith("checkpoint.npz.") for name in new)

    return has_come


def _names(path: Path) -> set[str]:
    return set(os.listdir(path))  # noqa: PTH208 - names alone, and fast


def _last_step_of_an_epoch(directory: RunDirectory, _rng: random.Random) -> Callable[[], bool]:
    before = log_size(directory)

    def has_come() -> bool:
        if log_size(directory) == before:
            return False
        events = events_of(directory)
        per_epoch = next((one.steps_per_epoch for one in events if hasattr(one, "steps_per_epoch")), 0)
        return bool(events) and isinstance(events[-1], Step) and events[-1].step % per_epoch == 0

    return has_come


def _last_epoch(directory: RunDirectory, _rng: random.Random) -> Callable[[], bool]:
    epochs = directory.read_config().epochs
    return lambda: any(isinstance(one, Epoch) and one.epoch == epochs for one in events_of(directory))


MOMENTS: Mapping[str, Moment] = {
    "start": Moment(_at_once, 1.2),
    "training": Moment(_some_bytes_later, 0.02),
    "checkpoint": Moment(_checkpoint_in_the_making, 0.01),
    "evaluation": Moment(_last_step_of_an_epoch, 0.02),
    "end": Moment(_last_epoch, 0.02),
}


def go_on_and_kill(directory: RunDirectory, moment: Moment, rng: random.Random) -> bool:
    """Go on with a run, and kill its process; whether that still lived then."""
    worker = LocalExecutor().start(directory)
    try:
        moment.wait(directory, rng, lambda: not worker.is_running)
        lived = worker.is_running
        if lived:
            kill(worker.pid)
            until(lambda: not worker.is_running)
        if rng.random() < 0.5 or not lived:  # whoever started it may be dead, too
            failed = worker.bury()
            assert lived or not failed, failed
    finally:
        worker.kill()
    assert lived or has_ended(directory)
    return lived


def assert_nothing_lost(
    directory: RunDirectory, kills: int, told: Sequence[tuple[float, ...]] = ()
) -> Measured:
    """A killed run's log can be read, and whatever epoch it told of is there to go on from, and to fork from.

    Args:
        directory: The run's.
        kills: How often it was killed.
        told: What its epochs measured, as far as its log told after an earlier kill.

    Returns:
        The same for now.
    """
    assert len(unreadable_lines(directory)) <= kills
    epochs = counted_epochs(directory)
    now = list(map(measured, epochs))
    assert now[: len(told)] == list(told)
    assert [one.epoch for one in epochs] == list(range(1, len(epochs) + 1))
    assert checkpoint_epoch(directory) >= len(epochs)
    if epochs and (len(epochs) + 1) * directory.checkpoint_path.stat().st_size < checkpoints.BUDGET:
        assert set(checkpoints.epochs(directory)) >= {one.epoch for one in epochs}
    return now
