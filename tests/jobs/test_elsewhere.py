"""Runs that go on without whoever started them: found and steered."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mnist_tui.errors import RunError
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.paths import runs_directory
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import Epoch, RunFinished
from tests.jobs.driver import Driver
from tests.runs.helpers import (
    ended,
    endless_config,
    epoch,
    finished,
    has,
    launch,
    look,
    make_run,
    started,
    step,
    tiny_config,
    trained_here,
    until,
    until_learnt,
    until_status,
)

pytestmark = pytest.mark.cores(8)


@pytest.fixture
def other(tiny_data: Path) -> Iterator[WorkerProcess]:
    """A run that somebody else has trained for an epoch at least, and that goes on."""
    with ended(launch(endless_config(tiny_data))) as worker:
        until(lambda: has(worker.directory, Epoch))
        yield worker


def found(laboratory: Driver, worker: WorkerProcess) -> Run:
    """The run of somebody else, as a laboratory sees it."""
    return until_status(laboratory, worker.directory.run_id, Status.TRAINING)


# -------------------------------------------------------------------------------------- runs of others


def test_a_run_of_another_process_is_seen_but_is_not_ours(laboratory: Driver, other: WorkerProcess) -> None:
    run = found(laboratory, other)
    assert run.epochs
    assert laboratory.own_active == []


def test_a_run_of_another_process_is_paused_resumed_and_stopped(
    laboratory: Driver, other: WorkerProcess
) -> None:
    run_id = found(laboratory, other).run_id
    laboratory.pause_or_resume(run_id)
    until_status(laboratory, run_id, Status.PAUSED)
    laboratory.pause_or_resume(run_id)
    until_status(laboratory, run_id, Status.TRAINING)
    laboratory.stop(run_id)
    assert until_status(laboratory, run_id, Status.STOPPED).finished


def test_a_run_of_another_process_trains_one_epoch(laboratory: Driver, other: WorkerProcess) -> None:
    run = found(laboratory, other)
    laboratory.pause_or_resume(run.run_id)
    until_status(laboratory, run.run_id, Status.PAUSED)
    before = len(run.epochs)
    laboratory.one_epoch(run.run_id)
    until_learnt(laboratory, run.run_id, before + 1)
    until_status(laboratory, run.run_id, Status.PAUSED)
    assert len(run.epochs) == before + 1


def test_settings_of_a_run_of_another_process_are_changed(laboratory: Driver, other: WorkerProcess) -> None:
    run = found(laboratory, other)
    laboratory.change(run.run_id, {"learning_rate": 0.01, "dropout": 0.5})
    until(lambda: look(laboratory) and run.changes)
    assert run.changes[0].settings == {"learning_rate": 0.01, "dropout": 0.5}
    assert run.changes[0].previous == {"learning_rate": 0.05, "dropout": 0.0}


def test_a_change_that_makes_no_sense_leaves_a_run_alone(laboratory: Driver, other: WorkerProcess) -> None:
    run = found(laboratory, other)
    laboratory.change(run.run_id, {"epochs": 3})
    laboratory.change(run.run_id, {"dropout": 7})
    laboratory.change(run.run_id, {"dropout": 0.5})
    until(lambda: look(laboratory) and run.changes)
    assert run.changes[0].settings == {"dropout": 0.5}
    assert run.is_active


def test_a_run_of_another_process_is_discarded(laboratory: Driver, other: WorkerProcess) -> None:
    run_id = found(laboratory, other).run_id
    laboratory.discard(run_id)
    assert list_runs() == []
    assert look(laboratory) == {}
    until(lambda: not other.is_running)


def test_what_is_held_by_a_process_that_does_not_answer_is_not_deleted(
    laboratory: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnist_tui.jobs.laboratory.LET_GO_SECONDS", 0.2)
    directory = make_run([started(), step(1)])
    with directory.lock():
        look(laboratory)
        with pytest.raises(RunError, match="does not answer: end that first"):
            laboratory.discard(directory.run_id)
    assert directory.path.exists()


def test_a_run_that_somebody_has_just_resumed_is_not_deleted_under_them(
    laboratory: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold it, but their log does not say so yet."""
    monkeypatch.setattr("mnist_tui.jobs.laboratory.LET_GO_SECONDS", 0.2)
    directory = make_run([started(), epoch(1), finished(status="stopped")])
    look(laboratory)
    with directory.lock():
        with pytest.raises(RunError):
            laboratory.discard(directory.run_id)
        assert directory.path.exists()


def test_a_run_that_is_over_cannot_be_steered(laboratory: Driver) -> None:
    directory = make_run([started(), epoch(1), finished()])
    look(laboratory)
    for steer in (laboratory.stop, laboratory.pause_or_resume, laboratory.one_epoch):
        with pytest.raises(RunError, match="is over already"):
            steer(directory.run_id)
    assert not directory.control_path.exists()


def test_a_control_file_that_cannot_be_written_is_a_sentence(laboratory: Driver) -> None:
    directory = make_run([started(), step(1)])
    directory.control_path.mkdir()
    with directory.lock():
        look(laboratory)
        with pytest.raises(RunError, match=r"control\.jsonl cannot be written"):
            laboratory.stop(directory.run_id)


def test_commands_to_an_earlier_process_do_not_reach_the_next(laboratory: Driver, tiny_data: Path) -> None:
    directory = trained_here(endless_config(tiny_data), 1)
    directory.control_path.write_bytes(b'{"command": "stop"}\n')
    look(laboratory)
    laboratory.resume(directory.run_id)
    assert until_learnt(laboratory, directory.run_id, 3).is_active


# ------------------------------------------------------------------------------------------ letting go


@pytest.fixture
def detached(tiny_data: Path) -> Iterator[RunDirectory]:
    """A run that trains on though its laboratory is gone."""
    first = Driver()
    [run_id] = first.start([endless_config(tiny_data)])
    run = until_learnt(first, run_id)
    worker = first.handle(run_id)
    first.detach_all()
    first.end()
    with ended(worker):
        assert first.own_active == []
        yield run.directory


def test_a_run_that_was_let_go_trains_on(laboratory: Driver, detached: RunDirectory) -> None:
    run = until_learnt(laboratory, detached.run_id)
    until_learnt(laboratory, detached.run_id, len(run.epochs) + 2)
    assert run.is_active
    assert laboratory.own_active == []


@pytest.mark.parametrize(
    ("steer", "done"),
    [
        (Driver.pause_or_resume, lambda run: run.status is Status.PAUSED),
        (lambda laboratory, run_id: laboratory.change(run_id, {"dropout": 0.5}), lambda run: run.changes),
        (Driver.stop, lambda run: run.status is Status.STOPPED and run.finished),
    ],
    ids=["pause", "change", "stop"],
)
def test_a_run_that_was_let_go_is_steered_by_the_next_laboratory(
    laboratory: Driver,
    detached: RunDirectory,
    steer: Callable[[Driver, str], None],
    done: Callable[[Run], object],
) -> None:
    run = until_status(laboratory, detached.run_id, Status.TRAINING)
    steer(laboratory, detached.run_id)
    until(lambda: look(laboratory) and done(run))


def test_a_run_that_was_let_go_is_discarded_by_the_next_laboratory(
    laboratory: Driver, detached: RunDirectory
) -> None:
    until_status(laboratory, detached.run_id, Status.TRAINING)
    laboratory.discard(detached.run_id)
    assert list_runs() == []


@pytest.mark.cores(1)
def test_those_that_wait_train_when_a_core_is_free_though_nobody_is_there(
    tiny_data: Path, laboratory: Driver
) -> None:
    first = Driver()
    busy, waits = first.start([endless_config(tiny_data), tiny_config(tiny_data, epochs=2)])
    until_learnt(first, busy)
    with ended(first.handle(busy)):
        first.detach_all()
        first.end()
        look(laboratory)
        assert laboratory.waiting == [waits]
        assert laboratory.own_active == []
    until(lambda: has(RunDirectory(runs_directory() / waits), RunFinished))
