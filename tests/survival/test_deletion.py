"""Runs whose directory is deleted: their process ends by itself, and nothing brings the directory back."""

import shutil
from pathlib import Path

import pytest

from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.runs import checkpoints
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import Epoch, Event, Paused
from tests.jobs.driver import Driver
from tests.runs.helpers import (
    ended,
    endless_config,
    has,
    look,
    tiny_config,
    until,
    until_learnt,
    until_status,
)
from tests.survival.helpers import new_run


def remove(path: Path) -> None:
    """Delete a directory in which a process writes."""
    while path.exists():
        shutil.rmtree(path, ignore_errors=True)


@pytest.mark.slow
def test_a_run_whose_directory_is_deleted_ends_alone(laboratory: Driver, many_images: Path) -> None:
    lost, other = laboratory.start([endless_config(many_images, hidden=(64,)), endless_config(many_images)])
    until_learnt(laboratory, lost)
    until_learnt(laboratory, other)
    path = laboratory.runs[lost].directory.path
    remove(path)
    until(lambda: lost not in look(laboratory))
    until(lambda: look(laboratory) and laboratory.own_active == [other])
    assert not path.exists()
    learnt = len(laboratory.runs[other].epochs)
    until_learnt(laboratory, other, learnt + 2)
    laboratory.stop(other)
    until_status(laboratory, other, Status.STOPPED)
    assert not path.exists()
    assert lost not in laboratory.runs


def test_a_paused_run_whose_directory_is_deleted_ends(laboratory: Driver, tiny_data: Path) -> None:
    [run_id] = laboratory.start([endless_config(tiny_data)])
    run = until_learnt(laboratory, run_id)
    laboratory.pause_or_resume(run_id)
    until_status(laboratory, run_id, Status.PAUSED)
    assert has(run.directory, Paused)
    remove(run.directory.path)
    until(lambda: run_id not in look(laboratory))
    until(lambda: look(laboratory) == {} and not laboratory.own_active)
    assert not run.directory.path.exists()


def test_a_run_that_was_deleted_before_its_process_began_stays_deleted(tiny_data: Path) -> None:
    directory = new_run(tiny_data)
    with ended(WorkerProcess(directory)) as worker:
        remove(directory.path)
        until(lambda: not worker.is_running)
    assert not directory.path.exists()


@pytest.mark.slow
def test_train_says_that_its_run_was_deleted(many_images: Path) -> None:
    directory = new_run(many_images, hidden=(64,), epochs=10_000)
    events: list[Event] = []
    with ended(WorkerProcess(directory)) as worker:
        for event in follow(worker):
            events.append(event)
            if isinstance(event, Epoch) and directory.path.exists():
                remove(directory.path)
    assert not directory.path.exists()
    run = Run(directory, tiny_config(many_images))
    for event in events:
        run.apply(event)
    assert run.epochs
    assert not checkpoints.epochs(directory)
