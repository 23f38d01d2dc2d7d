"""Folding events into a run."""

import json
from collections.abc import Iterable

import pytest

from mnist_tui.runs.run import ACTIVE, Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Event, Paused, Resumed, RunFailed, parse, to_dict
from tests.runs.helpers import epoch, finished, make_run, run_of, started, step

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], Status.STARTING),
        ([started()], Status.TRAINING),
        ([started(), step(1)], Status.TRAINING),
        ([started(), step(1), Paused(1)], Status.PAUSED),
        ([started(), step(1), Paused(1), Resumed(1)], Status.TRAINING),
        ([started(), epoch(1)], Status.TRAINING),
        ([started(), epoch(1), finished()], Status.COMPLETED),
        ([started(), epoch(1), finished(status="early_stopped")], Status.EARLY_STOPPED),
        ([started(), epoch(1), finished(status="stopped")], Status.STOPPED),
        ([started(), epoch(1), finished(status="of a newer version")], Status.COMPLETED),
        ([started(), RunFailed("why")], Status.FAILED),
        ([RunFailed("why")], Status.FAILED),
    ],
)
def test_the_last_event_tells_the_status(events: Iterable[Event], status: Status) -> None:
    run = run_of(*events)
    assert run.status is status
    assert run.is_active == (status in ACTIVE)


def test_a_new_run_has_nothing_to_show() -> None:
    run = run_of()
    assert (run.step, run.epoch, run.progress, run.train_seconds) == (0, 0, 0.0, 0.0)
    assert run.seconds_left is None
    assert run.images_per_second is None
    assert len(run.train) == len(run.validation) == 0


def test_steps_and_epochs_become_curves() -> None:
    run = run_of(started(steps_per_epoch=4), step(2), step(4), epoch(1), step(6, 2))
    assert list(run.train.epoch) == [0.5, 1.0, 1.5]
    assert list(run.train.step) == [2, 4, 6]
    assert list(run.train["loss"]) == [1 / 2, 1 / 4, 1 / 6]
    assert list(run.train.seconds) == pytest.approx([0.2, 0.4, 0.6])
    assert list(run.train["accuracy"]) == [0.5, 0.5, 0.5]
    assert list(run.validation.epoch) == [1.0]
    assert list(run.validation["loss"]) == [0.6]
    assert list(run.validation["accuracy"]) == [0.75]
    assert run.epochs == [epoch(1)]
    assert (run.step, run.epoch) == (6, 2)


def test_progress_and_time_left_go_by_steps() -> None:
    run = run_of(started(steps_per_epoch=4), step(10, 3, train_seconds=5.0))
    assert run.progress == pytest.approx(0.25)
    assert run.seconds_left == pytest.approx(15.0)
    assert run.images_per_second == 2500.0


def test_progress_never_passes_the_end() -> None:
    assert run_of(started(steps_per_epoch=4), step(80, 20)).progress == 1.0


def test_a_finished_run_shows_its_result() -> None:
    run = run_of(started(), step(4), epoch(1), step(8, 2), finished(train_seconds=9.0, epochs=1))
    assert run.seconds_left is None
    assert run.train_seconds == 9.0
    assert run.images_per_second == 2400.0
    assert run.epoch == 1, "an epoch that was stopped half-way does not count"


def test_a_failed_run_keeps_what_it_measured() -> None:
    run = run_of(started(), step(4), epoch(1), step(6, 2), RunFailed("The disk is full."))
    assert run.failure == "The disk is full."
    assert run.epochs == [epoch(1)]
    assert run.train_seconds == pytest.approx(0.6)
    assert run.seconds_left is None


def test_steps_without_a_start_do_not_divide_by_nothing() -> None:
    run = run_of(step(3), epoch(1))
    assert list(run.train.epoch) == [0.0]
    assert run.progress == 0.0
    assert run_of(started(steps_per_epoch=0), step(3)).progress <= 1.0


@pytest.mark.parametrize("text", ["\x1b[31mred\x1b[0m", "two\nlines", "bell\x07", "\x9b2J", "a\u202eb"])
def test_escape_sequences_in_a_failure_cannot_steer_a_terminal(text: str) -> None:
    event = parse(json.dumps(to_dict(RunFailed(f"It broke: {text}."))))
    assert event
    failure = run_of(event).failure
    assert failure.isprintable()
    assert failure.startswith("It broke: ")


def test_a_run_is_read_from_its_directory() -> None:
    directory = make_run([started(), epoch(1)], epochs=3, l2_lambda=0.5)
    run = Run.read(directory)
    assert run.config == RunConfig(epochs=3, l2_lambda=0.5)
    assert run.run_id == directory.run_id
    assert run.name == "l2 0.5"
    assert run.manifest["versions"]
    assert run.status is Status.STARTING
