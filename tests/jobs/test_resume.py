"""Runs that go on where they were stopped, killed or lost: as if nothing had happened."""

import dataclasses
import os
import signal
from pathlib import Path

import pytest

from mnist_tui.errors import RunError
from mnist_tui.jobs.control import Control
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.jobs.preparation import check_resumable, settle
from mnist_tui.jobs.worker import train
from mnist_tui.runs import checkpoints
from mnist_tui.runs import layout as directories
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import (
    Epoch,
    Event,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    Step,
)
from tests.conftest import write_idx
from tests.jobs.resuming import assert_same_end, config_of, cut_log
from tests.runs.helpers import (
    ended,
    epoch,
    events_of,
    finished,
    has,
    launched,
    make_run,
    started,
    trained_here,
    until,
)


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
