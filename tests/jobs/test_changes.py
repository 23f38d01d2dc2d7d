"""Settings that were changed on the way: they hold, and are made again where they were lost."""

import os
from pathlib import Path

import pytest

from mnist_tui.jobs.control import Control, encode
from mnist_tui.jobs.worker import train
from mnist_tui.runs import checkpoints
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Run
from mnist_tui.training.events import (
    Changed,
    Epoch,
    Event,
    RunFinished,
    Step,
)
from tests.jobs.resuming import assert_same_end, config_of, cut_log
from tests.runs.helpers import (
    events_of,
    has,
    trained_here,
)


class ChangeAt(Control):
    """Changes a setting after an epoch, and stops after another one."""

    def __init__(self, epoch: int, stop: int = 0, **settings: float) -> None:
        super().__init__()
        self._at, self._stop, self._settings, self._done = epoch, stop, settings, 0

    def epoch_is_over(self) -> None:
        self._done += 1
        if self._done == self._at:
            self.obey(encode("set", **self._settings))
        if self._done == self._stop:
            self.request_stop()


def test_a_change_is_logged_and_holds(data: Path) -> None:
    directory = directories.create(config_of(data))
    assert train(directory, ChangeAt(2, learning_rate=0.001))
    run, _ = Run.load(directory)
    [changed] = run.changes
    assert (changed.epoch, changed.settings, changed.previous) == (
        3,
        {"learning_rate": 0.001},
        {"learning_rate": 0.01},
    )
    assert [one.learning_rate for one in run.epochs] == [0.01, 0.01, 0.001, 0.001, 0.001]


def test_a_change_before_the_first_step_holds_from_the_start(data: Path) -> None:
    directory = directories.create(config_of(data))
    control = Control()
    control.obey(encode("set", learning_rate=0.001))
    assert train(directory, control)
    run, _ = Run.load(directory)
    assert [one.learning_rate for one in run.epochs] == [0.001] * 5


def test_a_change_still_holds_after_an_interruption(data: Path) -> None:
    whole, parts = directories.create(config_of(data)), directories.create(config_of(data))
    assert train(whole, ChangeAt(1, learning_rate=0.001))
    assert train(parts, ChangeAt(1, stop=3, learning_rate=0.001))
    assert train(parts, Control())
    assert_same_end(parts, whole)


@pytest.mark.parametrize("kept", [1, 2], ids=["the first step after it", "the steps of an epoch"])
def test_a_change_at_the_end_of_an_epoch_is_made_again_when_what_came_after_is_lost(
    data: Path, kept: int
) -> None:
    """As when a run is paused after an epoch, changed, resumed and killed."""
    whole, parts = directories.create(config_of(data)), directories.create(config_of(data))
    assert train(whole, ChangeAt(2, learning_rate=0.001))
    assert train(parts, ChangeAt(2, stop=2 + kept, learning_rate=0.001))
    lose_epochs_after(parts, 2)
    assert train(parts, Control())
    assert_same_end(parts, whole)
    assert [change.settings for change in Run.load(parts)[0].changes] == [{"learning_rate": 0.001}]


def test_a_change_before_the_first_step_is_made_again_when_the_first_epoch_is_lost(data: Path) -> None:
    directory = directories.create(config_of(data))
    control = Control()
    control.obey(encode("set", learning_rate=0.001))
    control.request_stop()
    assert train(directory, control)
    assert has(directory, Changed)
    assert train(directory, Control())
    run, _ = Run.load(directory)
    assert [one.learning_rate for one in run.epochs] == [0.001] * 5
    assert len(run.changes) == 1


def test_a_change_within_an_epoch_is_made_again_at_the_same_step(data: Path) -> None:
    directory = directories.create(config_of(data))
    assert train(directory, ChangeAt(9))
    plain = events_of(directory)
    steps = [event.step for event in plain if isinstance(event, Step)]
    within = next(step for step in steps if step > plain_end(plain, 2))
    parts = trained_here(config_of(data), 2)
    cut_log(parts, before=lambda event: isinstance(event, RunFinished))
    with EventLog(parts.events_path) as log:
        log.append(Changed(within, 3, {"dropout": 0.5}, {"dropout": 0.2}))
    assert train(parts, Control())
    [changed] = Run.load(parts)[0].changes
    assert (changed.step, changed.settings) == (within, {"dropout": 0.5})


def plain_end(events: list[Event], epoch: int) -> int:
    """The step at the end of an epoch."""
    return next(one.step for one in events if isinstance(one, Epoch) and one.epoch == epoch)


def lose_epochs_after(directory: RunDirectory, epoch: int) -> None:
    """As if the process had been killed in the next epoch: its checkpoints are gone, its log is not."""
    directory.checkpoint_path.unlink()
    os.link(directory.checkpoints_path / f"epoch-{epoch}.npz", directory.checkpoint_path)
    for kept in checkpoints.epochs(directory):
        if kept > epoch:
            (directory.checkpoints_path / f"epoch-{kept}.npz").unlink()
    cut_log(directory, before=lambda event: isinstance(event, Epoch) and event.epoch == epoch + 1)
