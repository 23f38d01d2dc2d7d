"""Runs that a laboratory resumes, or forks."""

import os
import signal
from pathlib import Path

import pytest

from mnist_tui.errors import ConfigError, RunError
from mnist_tui.runs.layout import list_runs
from mnist_tui.runs.run import Status
from mnist_tui.training.events import Resumed
from tests.jobs.driver import Driver
from tests.runs.helpers import (
    endless_config,
    epoch,
    events_of,
    finished,
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


def test_a_stopped_run_is_resumed_and_comes_to_its_end(laboratory: Driver, tiny_data: Path) -> None:
    directory = trained_here(tiny_config(tiny_data, epochs=4), 2)
    assert look(laboratory)[directory.run_id].status is Status.STOPPED
    laboratory.resume(directory.run_id)
    run = until_status(laboratory, directory.run_id, Status.COMPLETED)
    assert [one.epoch for one in run.epochs] == [1, 2, 3, 4]
    assert sum(isinstance(event, Resumed) for event in events_of(directory)) == 1


def test_a_killed_run_is_resumed(laboratory: Driver, tiny_data: Path) -> None:
    [run_id] = laboratory.start([endless_config(tiny_data)])
    run = until_learnt(laboratory, run_id)
    os.kill(laboratory.handle(run_id).pid, signal.SIGKILL)
    until_status(laboratory, run_id, Status.FAILED)
    before = len(run.epochs)
    laboratory.resume(run_id)
    until_learnt(laboratory, run_id, before + 2)
    assert run.status is Status.TRAINING
    assert run.failure == ""
    assert laboratory.own_active == [run_id]


def test_a_run_that_nobody_ever_started_is_resumed(laboratory: Driver, tiny_data: Path) -> None:
    directory = make_run(**vars(tiny_config(tiny_data, epochs=2)))
    an_hour_ago = directory.path.stat().st_mtime - 3600
    os.utime(directory.path, (an_hour_ago, an_hour_ago))
    assert look(laboratory)[directory.run_id].status is Status.NOT_STARTED
    laboratory.resume(directory.run_id)
    until_status(laboratory, directory.run_id, Status.COMPLETED)


def test_what_trains_or_came_to_its_end_is_not_resumed(laboratory: Driver, tiny_data: Path) -> None:
    [run_id] = laboratory.start([endless_config(tiny_data)])
    until_learnt(laboratory, run_id)
    with pytest.raises(RunError, match="on its way already"):
        laboratory.resume(run_id)
    done = make_run([started(), epoch(1), finished()])
    elsewhere = make_run([started(), epoch(1)])
    with elsewhere.lock():
        look(laboratory)
        with pytest.raises(RunError, match="came to its end"):
            laboratory.resume(done.run_id)
        with pytest.raises(RunError, match="is being trained by another process already"):
            laboratory.resume(elsewhere.run_id)
    assert laboratory.waiting == []


@pytest.mark.cores(1)
def test_resumed_runs_count_at_once_as_those_that_train(laboratory: Driver, tiny_data: Path) -> None:
    """Also before they have said so."""
    config = endless_config(tiny_data)
    ids = [trained_here(config, 1).run_id for _ in range(3)]
    look(laboratory)
    for run_id in ids:
        laboratory.resume(run_id)
    assert laboratory.own_active == ids[:1]
    assert laboratory.waiting == ids[1:]


def test_a_run_that_somebody_resumed_first_is_left_to_them(laboratory: Driver, tiny_data: Path) -> None:
    """Our process comes too late and is refused."""
    directory = trained_here(endless_config(tiny_data), 1)
    look(laboratory)
    laboratory.resume(directory.run_id)
    with directory.lock():
        before = events_of(directory)
        problems = until(lambda: look(laboratory) and laboratory.take_problems())
        assert problems == [f"{directory.run_id} is being trained by another process already."]
        look(laboratory)
        assert laboratory.own_active == laboratory.take_problems() == []
        assert events_of(directory) == before


def test_a_run_is_forked_while_it_trains(laboratory: Driver, tiny_data: Path) -> None:
    [parent] = laboratory.start([endless_config(tiny_data)])
    until_learnt(laboratory, parent)
    child = laboratory.fork(parent, 1, {"learning_rate": 0.01, "epochs": 3})
    run = until_status(laboratory, child, Status.COMPLETED)
    assert run.forked
    assert run.forked.parent == parent
    assert run.epochs[0] == laboratory.runs[parent].epochs[0]
    assert laboratory.runs[parent].is_active


def test_what_cannot_be_forked_starts_nothing(laboratory: Driver, tiny_data: Path) -> None:
    parent = trained_here(tiny_config(tiny_data, epochs=2)).run_id
    look(laboratory)
    with pytest.raises(ConfigError):
        laboratory.fork(parent, 1, {"hidden": (3,)})
    with pytest.raises(RunError, match="is not kept"):
        laboratory.fork(parent, 7, {"epochs": 20})
    assert laboratory.own_active == laboratory.waiting == []
    assert [path.name for path in list_runs()] == [parent]


def test_a_summary_is_read_as_a_whole_on_demand(laboratory: Driver) -> None:
    course = [one for number in range(1, 101) for one in (step(4 * number, number), epoch(number))]
    directory = make_run([started(), *course, finished()])
    assert look(laboratory)[directory.run_id].is_summary
    laboratory.read(directory.run_id)
    assert len(laboratory.runs[directory.run_id].epochs) == 100
