"""Runs that were interrupted, stopped or changed, as their events tell."""

import pytest

from mnist_tui.runs.history import history
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import ACTIVE, RESUMABLE, Run, Status
from mnist_tui.training.events import Changed, Event, Forked, Paused, Resumed, RunFailed
from tests.runs.helpers import epoch, finished, make_run, run_of, started, step

pytestmark = pytest.mark.quick

LOST: list[Event] = [started(), step(4), epoch(1), step(8, 2), epoch(2), step(10, 3)]
"""A run whose last checkpoint may be that of epoch 1 or 2."""


def change(at: int) -> Changed:
    return Changed(at, at // 4 + 1, {"dropout": 0.5}, {"dropout": 0.0})


def test_steps_that_were_lost_are_forgotten_when_the_run_goes_on() -> None:
    run = run_of(*LOST, RunFailed("Killed."), Resumed(8))
    assert run.status is Status.TRAINING
    assert list(run.train.step) == [4, 8]
    assert run.epochs == [epoch(1), epoch(2)]
    assert (run.step, run.epoch, run.failure) == (8, 2, "")
    assert run.train_seconds == pytest.approx(epoch(2).train_seconds)
    assert run.images_per_second == epoch(2).images_per_second


def test_epochs_that_were_lost_are_forgotten_too() -> None:
    run = run_of(*LOST, Resumed(4), step(6, 2))
    assert list(run.train.step) == [4, 6]
    assert list(run.validation.step) == [4]
    assert run.epochs == [epoch(1)]
    assert run.step == 6


def test_a_stopped_run_that_goes_on_has_no_result_any_more() -> None:
    run = run_of(*LOST, finished(status="stopped"), Resumed(8))
    assert run.finished is None
    assert run.is_active
    run.apply(step(12, 3))
    run.apply(finished())
    assert run.status is Status.COMPLETED


def test_a_pause_loses_nothing() -> None:
    run = run_of(*LOST, change(10), Paused(10), Resumed(10))
    assert run.step == 10
    assert run.last_step == step(10, 3)
    assert run.changes == [change(10)]


def test_a_run_that_starts_again_begins_with_nothing() -> None:
    run = run_of(started(), change(1), step(2), RunFailed("Killed."), started())
    assert (run.step, run.epoch, run.progress, run.failure) == (0, 0, 0.0, "")
    assert (len(run.train), run.epochs, run.changes) == (0, [], [])
    assert run.status is Status.TRAINING


def test_changes_are_kept_but_for_those_that_were_lost() -> None:
    run = run_of(*LOST[:3], change(6), step(8, 2), change(9))
    assert run.changes == [change(6), change(9)]
    run.apply(Resumed(8))
    assert run.changes == [change(6)]


def test_a_fork_knows_where_it_left() -> None:
    forked = Forked(4, 1, "20260101-000000000-x-000000", {"dropout": "0.5"}, {"dropout": "0"})
    run = run_of(*LOST[:3], forked, step(6, 2), Resumed(4))
    assert run.forked == forked
    assert run_of(*LOST).forked is None


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], Status.NOT_STARTED),
        ([started()], Status.INTERRUPTED),
        ([started(), step(1), Paused(1)], Status.INTERRUPTED),
        ([started(), RunFailed("why"), Resumed(0)], Status.INTERRUPTED),
        ([RunFailed("why")], Status.FAILED),
        ([started(), finished(status="stopped"), RunFailed("why")], Status.STOPPED),
        ([started(), finished(status="stopped"), Resumed(4), RunFailed("why")], Status.FAILED),
        ([started(), finished(status="stopped"), Resumed(4)], Status.INTERRUPTED),
        ([started(), finished(status="stopped")], Status.STOPPED),
        ([started(), finished()], Status.COMPLETED),
        ([started(), finished(status="early_stopped")], Status.EARLY_STOPPED),
    ],
)
def test_a_run_that_nobody_trains_any_more_says_how_it_stands(events: list[Event], status: Status) -> None:
    run = run_of(*events)
    run.status = Status.WAITING
    run.abandon()
    assert run.status is status
    assert run.can_resume is (status in RESUMABLE)
    assert not run.is_active


def test_no_status_is_both_active_and_resumable() -> None:
    assert not ACTIVE & RESUMABLE


@pytest.mark.parametrize(
    ("events", "most"),
    [
        ([], 0),
        ([started(), epoch(1), epoch(2)], 0),
        ([started(), epoch(1, other_runs=2), epoch(2, other_runs=1)], 2),
        ([started(), epoch(1), finished(other_runs=3)], 3),
    ],
)
def test_the_most_runs_that_trained_beside_it_count(events: list[Event], most: int) -> None:
    assert run_of(*events).other_runs == most


def test_the_whole_log_is_loaded_and_can_be_followed_from_there() -> None:
    directory = make_run([started(), step(4), epoch(1)])
    run, tail = Run.load(directory)
    assert (run.epochs, run.is_summary) == ([epoch(1)], False)
    assert tail.read_all() == []
    with EventLog(directory.events_path) as log:
        log.append(step(6, 2))
    assert tail.read_all() == [step(6, 2)]


STOPPED = finished(status="stopped", epochs=1)


def test_a_stopped_run_that_failed_to_go_on_stands_where_it_stood() -> None:
    run = run_of(*LOST[:3], STOPPED, RunFailed("The data is gone."))
    assert (run.status, run.finished) == (Status.STOPPED, STOPPED)
    assert run.failure == "The data is gone."
    assert run.can_resume
    run.apply(Resumed(4))
    assert (run.status, run.finished, run.failure) == (Status.TRAINING, None, "")


@pytest.mark.parametrize("end", [[RunFailed("Killed.")], []], ids=["failed", "interrupted"])
def test_a_run_that_was_resumed_in_vain_keeps_its_earlier_result(end: list[Event]) -> None:
    run = run_of(*LOST[:3], STOPPED, Resumed(4), step(6, 2))
    assert (run.finished, run.earlier_tests) == (None, 1)
    for event in end:
        run.apply(event)
    run.abandon()
    assert run.status in {Status.FAILED, Status.INTERRUPTED}
    assert (run.finished, run.earlier_tests, run.epoch) == (STOPPED, 0, 1)
    for event in (Resumed(4), step(8, 2), epoch(2), finished()):
        run.apply(event)
    assert (run.status, run.finished, run.earlier_tests) == (Status.COMPLETED, finished(), 1)


def test_a_summary_tells_epochs_and_time_by_the_end() -> None:
    run = run_of(started(), finished(status="stopped", epochs=12, train_seconds=3.5))
    run.abandon()
    assert (run.epoch, run.train_seconds) == (12, 3.5)


def test_a_run_that_diverged_is_not_to_be_resumed() -> None:
    run = run_of(*LOST[:3], RunFailed("The loss became nan.", "diverged"))
    assert run.has_diverged
    assert not run.can_resume
    assert not run_of(*LOST[:3], RunFailed("The disk is full.", "disk full")).has_diverged


def turn(at: int, new: float, old: float) -> Changed:
    return Changed(at, at // 4 + 1, {"dropout": new}, {"dropout": old})


def test_a_setting_that_goes_to_and_fro_while_paused_is_followed_each_time() -> None:
    course = [turn(4, 0.5, 0.0), turn(4, 0.0, 0.5)] * 5 + [turn(4, 0.5, 0.0)]
    run = run_of(*LOST[:3], Paused(4), Resumed(4), *course)
    assert run.changes == course
    assert run.config_after().dropout == 0.5
    assert history([*LOST[:3], Paused(4), Resumed(4), *course])[3:] == course


def test_a_change_that_is_made_again_after_a_loss_counts_once() -> None:
    before = [turn(4, 0.5, 0.0), turn(4, 0.0, 0.5), turn(4, 0.2, 0.0)]
    log = [*LOST[:3], *before, step(6, 2), RunFailed("Killed."), Resumed(4), turn(4, 0.2, 0.0), step(6, 2)]
    run = run_of(*log)
    assert run.changes == before
    assert run.config_after().dropout == 0.2
    assert [event for event in history(log) if isinstance(event, Changed)] == before


def test_a_change_in_a_fork_to_what_its_trunk_had_once_is_a_change() -> None:
    forked = Forked(8, 2, "20260101-000000000-x-000000", {"dropout": "0.1"}, {"dropout": "0.5"})
    log = [*LOST[:3], turn(4, 0.5, 0.0), step(8, 2), epoch(2), forked, turn(8, 0.5, 0.1)]
    run = run_of(*log)
    assert run.changes == [turn(4, 0.5, 0.0), turn(8, 0.5, 0.1)]
    assert history(log)[-1] == turn(8, 0.5, 0.1)
