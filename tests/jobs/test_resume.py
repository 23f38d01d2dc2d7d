"""Runs that go on where they were stopped, killed or lost: as if nothing had happened."""

import dataclasses
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from mnist_tui.errors import RunError
from mnist_tui.jobs.control import Control, encode
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.jobs.preparation import check_resumable, settle
from mnist_tui.jobs.worker import train
from mnist_tui.runs import checkpoints
from mnist_tui.runs import layout as directories
from mnist_tui.runs.history import history
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import (
    Changed,
    Epoch,
    Event,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    Step,
)
from tests.conftest import write_idx
from tests.runs.helpers import (
    ended,
    epoch,
    events_of,
    finished,
    has,
    launched,
    make_run,
    started,
    tiny_config,
    trained_here,
    until,
)

TIMES = {"train_seconds", "cpu_seconds", "images_per_second", "stage_seconds", "other_runs"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_idx(tmp_path_factory.mktemp("data") / "tiny", 300, 100)


def config_of(data: Path, **changes: Any) -> RunConfig:
    settings = {"epochs": 5, "batch_norm": True, "dropout": 0.2, "optimizer": "adam", "learning_rate": 0.01}
    return tiny_config(data, **{**settings, **changes})


def course(directory: RunDirectory) -> list[dict[str, Any]]:
    """What counts of a run's log, without times."""
    return [
        {name: value for name, value in dataclasses.asdict(event).items() if name not in TIMES}
        for event in history(events_of(directory))
    ]


def assert_same_end(one: RunDirectory, other: RunDirectory) -> None:
    """The same course, the same weights, the same predictions, bit for bit."""
    assert course(one) == course(other)
    weights = safetensors.numpy.load_file(other.model_path)
    for name, array in safetensors.numpy.load_file(one.model_path).items():
        np.testing.assert_array_equal(array, weights[name])
    assert one.predictions_path.read_bytes() == other.predictions_path.read_bytes()


def cut_log(directory: RunDirectory, *, before: Callable[[Event], bool]) -> list[Event]:
    """As if the process had been killed before it could log an event; what it had logged."""
    events = events_of(directory)
    kept = events[: next(index for index, event in enumerate(events) if before(event))]
    directory.events_path.unlink()
    with EventLog(directory.events_path) as log:
        for event in kept:
            log.append(event)
    return kept


@pytest.mark.parametrize("epochs", [1, 3])
def test_a_stopped_run_goes_on_to_the_same_end(data: Path, epochs: int) -> None:
    whole, parts = trained_here(config_of(data)), trained_here(config_of(data), epochs)
    assert Run.load(parts)[0].status is Status.STOPPED
    assert train(parts, Control())
    assert Run.load(parts)[0].status is Status.COMPLETED
    assert_same_end(parts, whole)


def test_a_run_may_be_stopped_again_and_again(data: Path) -> None:
    whole, parts = trained_here(config_of(data)), trained_here(config_of(data), 1)
    for _ in range(3):
        stopping = Control()
        stopping.epoch_is_over = stopping.request_stop  # type: ignore[method-assign]
        assert train(parts, stopping)
    assert train(parts, Control())
    assert_same_end(parts, whole)
    assert len(Run.load(parts)[0].epochs) == 5


def test_a_killed_run_goes_on_to_the_same_end(data: Path) -> None:
    config = config_of(data, epochs=60)
    whole = trained_here(config)
    with launched(config) as worker:
        until(lambda: has(worker.directory, Epoch, 2))
        os.kill(worker.pid, signal.SIGKILL)
        *_, failed = follow(worker)
    assert isinstance(failed, RunFailed)
    with ended(WorkerProcess(worker.directory)) as second:
        *_, last = follow(second)
    assert isinstance(last, RunFinished)
    assert_same_end(worker.directory, whole)


def test_a_run_stopped_within_its_first_epoch_starts_again(data: Path) -> None:
    directory = directories.create(settle(config_of(data)))
    stopping = Control()
    stopping.request_stop()
    assert train(directory, stopping)
    assert checkpoints.read_last(directory) is None
    assert train(directory, Control())
    kinds = [type(event) for event in events_of(directory)]
    assert kinds.count(RunStarted) == 2
    assert Resumed not in kinds
    assert_same_end(directory, trained_here(config_of(data)))


def test_an_epoch_that_the_log_lacks_is_told_again(data: Path) -> None:
    """The process was killed between the checkpoint and the log."""
    directory = trained_here(config_of(data), 3)
    lost = cut_log(directory, before=lambda event: isinstance(event, Epoch) and event.epoch == 3)
    assert isinstance(lost[-1], Step)
    assert train(directory, Control())
    resumed, told = events_of(directory)[len(lost) :][:2]
    assert resumed == Resumed(lost[-1].step)
    assert isinstance(told, Epoch)
    assert told.epoch == 3
    assert_same_end(directory, trained_here(config_of(data)))


def test_an_epoch_that_the_log_lacks_is_kept_to_fork_from(data: Path) -> None:
    """Its process was killed between writing the checkpoint and giving it its second name."""
    directory = trained_here(config_of(data), 3)
    cut_log(directory, before=lambda event: isinstance(event, Epoch) and event.epoch == 3)
    (directory.checkpoints_path / "epoch-3.npz").unlink()
    assert train(directory, Control())
    assert checkpoints.epochs(directory) == [1, 2, 3, 4, 5]
    assert checkpoints.read_epoch(directory, 3).last.epoch == 3


def test_a_run_killed_just_before_its_result_gets_one(data: Path) -> None:
    directory = trained_here(config_of(data))
    directory.predictions_path.unlink()
    cut_log(directory, before=lambda event: isinstance(event, RunFinished))
    assert train(directory, Control())
    assert_same_end(directory, trained_here(config_of(data)))


def test_the_times_of_both_parts_are_added(data: Path) -> None:
    directory = trained_here(config_of(data), 3)
    first = Run.load(directory)[0]
    train(directory, Control())
    whole = Run.load(directory)[0]
    assert whole.finished
    assert first.finished
    assert whole.finished.train_seconds > first.finished.train_seconds
    assert list(whole.train.seconds) == sorted(whole.train.seconds)


# ----------------------------------------------------------------------------------------------- changes


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


# ---------------------------------------------------------------------------------------------- refusals


def test_other_data_than_before_are_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    data = write_idx(tmp_path / "own", 300, 100)
    directory = trained_here(config_of(data), 2)
    before = directory.model_path.read_bytes()
    write_idx(data, 300, 100, seed=9)
    assert not train(directory, Control())
    last = events_of(directory)[-1]
    assert isinstance(last, RunFailed)
    assert "not what the run was trained on" in last.reason
    assert Run.load(directory)[0].status is Status.STOPPED
    assert directory.model_path.read_bytes() == before

    write_idx(data, 300, 100)
    assert train(directory, Control())
    assert Run.load(directory)[0].status is Status.COMPLETED


@pytest.mark.parametrize("has_checkpoint", [True, False])
def test_the_same_images_split_in_another_way_are_other_data(data: Path, has_checkpoint: bool) -> None:
    directory = trained_here(config_of(data), 2)
    if not has_checkpoint:
        directory.checkpoint_path.unlink()
    first, *others = events_of(directory)
    assert isinstance(first, RunStarted)
    directory.events_path.unlink()
    with EventLog(directory.events_path) as log:
        for event in (dataclasses.replace(first, train_images=250, validation_images=50), *others):
            log.append(event)
    assert not train(directory, Control())
    last = events_of(directory)[-1]
    assert isinstance(last, RunFailed)
    assert last.reason == (
        "The run began with 250, 50 and 100 images to train, validate and test, and would go on with 270, 30 "
        "and 100: set validation_size back to what it was, or train a new run."
    )


@pytest.mark.parametrize("status", ["completed", "early_stopped"])
def test_a_run_that_came_to_its_end_cannot_be_resumed_but_forked(status: str) -> None:
    run, _ = Run.load(make_run([started(), epoch(1), finished(status=status)], epochs=7))
    with pytest.raises(RunError, match="came to its end") as caught:
        check_resumable(run)
    assert f"mnist-tui fork {run.run_id} --epochs 14" in str(caught.value)


def test_what_has_all_epochs_that_there_can_be_is_not_to_be_forked_for_more() -> None:
    directory = make_run([started(), epoch(1), finished(epochs=10_000)], epochs=10_000)
    with pytest.raises(RunError, match=r"more than 10,000 epochs cannot be trained\.") as caught:
        check_resumable(Run.load(directory)[0])
    assert "fork" not in str(caught.value)


def test_a_run_that_diverged_is_forked_instead_of_resumed(data: Path) -> None:
    directory = trained_here(config_of(data), 2)
    with EventLog(directory.events_path) as log:
        log.extend([Resumed(10), RunFailed("The loss became nan.", "diverged")])
    with pytest.raises(RunError, match="diverged, and would again") as caught:
        check_resumable(Run.load(directory)[0])
    assert f"`mnist-tui fork {directory.run_id} --epoch 2 --learning-rate …`" in str(caught.value)
    bare = make_run([started(), RunFailed("The loss became nan.", "diverged")])
    with pytest.raises(RunError, match="train a new run"):
        check_resumable(Run.load(bare)[0])


def test_a_stopped_run_that_cannot_go_on_keeps_its_result(data: Path) -> None:
    directory = trained_here(config_of(data), 2)
    before = Run.load(directory)[0].finished
    manifest = directory.read_manifest()
    directory.write_manifest({**manifest, "dataset": "mnist"})
    directory.checkpoint_path.unlink()
    for epoch_number in checkpoints.epochs(directory):
        checkpoints.kept_path(directory, epoch_number).unlink()
    assert not train(directory, Control())
    run, _ = Run.load(directory)
    assert (run.status, run.finished) == (Status.STOPPED, before)
    assert "Full MNIST is not on this machine" in run.failure


@pytest.mark.parametrize(
    "events",
    [[], [started()], [started(), epoch(1), finished(status="stopped")], [started(), RunFailed("why")]],
    ids=["not started", "interrupted", "stopped", "failed"],
)
def test_a_run_that_ended_before_its_end_can_be_resumed(events: list[Event]) -> None:
    run, _ = Run.load(make_run(events))
    if not run.finished:
        run.abandon()
    assert run.can_resume
    check_resumable(run)


def test_a_run_that_is_being_trained_cannot_be_resumed() -> None:
    directory = make_run([started()])
    with directory.lock(), pytest.raises(RunError, match="is being trained by another process already"):
        check_resumable(Run.load(directory)[0])
