"""Replays: a run as it was at any moment, however its log came about."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_tui.errors import RunError
from mnist_tui.runs.curves import METRICS
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.replay import Replay
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed, Event, Forked, Paused, Resumed, RunFailed
from tests.runs.helpers import epoch, finished, make_run, started, step

pytestmark = pytest.mark.quick

PARENT = "20260101-000000000-x-000000"
COURSE: list[Event] = [
    started(),
    step(2),
    step(4),
    epoch(1),
    step(6, 2),
    Changed(6, 2, {"dropout": 0.5}, {"dropout": 0.0}),
    step(8, 2),
    epoch(2),
    step(10, 3),
    step(12, 3),
    epoch(3),
]
"""Three epochs of 0.4 seconds; what happened at 0.6 and later comes after a change."""


def lines(run: Run) -> list[object]:
    """All points of all metrics."""
    return [
        (
            key,
            line.part,
            line.kind,
            [list(values) for values in (line.epoch, line.step, line.seconds, line.y)],
        )
        for key, metric in METRICS.items()
        for line in metric.series(run)
    ]


def picture(run: Run) -> tuple[object, ...]:
    """All that a screen shows of a run."""
    return (
        run.status,
        run.started,
        run.last_step,
        lines(run),
        list(run.epochs),
        list(run.changes),
        run.forked,
        run.finished,
        run.failure,
        run.failure_summary,
    )


def folded(directory: RunDirectory, events: list[Event]) -> Run:
    run = Run.read(directory)
    for event in events:
        run.apply(event)
    return run


@pytest.mark.parametrize(
    ("seconds", "count"),
    [(0.0, 1), (0.19, 1), (0.2, 2), (0.4, 4), (0.59, 4), (0.61, 6), (0.8, 8), (1.1, 9), (1.19, 9)],
)
def test_a_moment_shows_what_was_in_the_log_then(seconds: float, count: int) -> None:
    directory = make_run([*COURSE, finished()])
    assert picture(Replay(directory).at(seconds)) == picture(folded(directory, COURSE[:count]))


def test_the_end_has_the_result() -> None:
    directory = make_run([*COURSE, finished()])
    replay = Replay(directory)
    assert replay.at(replay.seconds).status is Status.COMPLETED
    assert picture(replay.at(99)) == picture(folded(directory, [*COURSE, finished()]))


def test_epochs_and_length_are_told_in_training_time() -> None:
    replay = Replay(make_run([*COURSE, finished()]))
    assert replay.epoch_seconds == pytest.approx([0.4, 0.8, 1.2])
    assert replay.seconds == pytest.approx(1.2)


def test_going_back_forgets_what_came_later() -> None:
    directory = make_run([*COURSE, finished()])
    replay = Replay(directory)
    replay.at(99)
    assert picture(replay.at(0.5)) == picture(folded(directory, COURSE[:4]))
    assert picture(replay.at(0.0)) == picture(folded(directory, COURSE[:1]))


HISTORIES = {
    "a pause": [*COURSE[:5], Paused(6), Resumed(6), *COURSE[5:], finished()],
    "lost steps": [
        *COURSE[:8],
        step(10, 3, train_loss=9.0),
        RunFailed("killed"),
        Resumed(8),
        *COURSE[8:],
        finished(),
    ],
    "a lost epoch": [
        *COURSE[:4],
        step(8, 2, train_loss=9.0),
        epoch(2, validation_loss=9.0),
        step(10, 3, train_seconds=7.0),
        Resumed(4),
        *COURSE[4:],
        finished(),
    ],
    "a stop": [*COURSE[:8], finished(status="stopped", epochs=2), Resumed(8), *COURSE[8:], finished()],
    "a change that was lost": [
        *COURSE[:4],
        Changed(5, 2, {"l2_lambda": 0.1}, {"l2_lambda": 0.0}),
        step(6, 2),
        RunFailed("killed"),
        Resumed(4),
        *COURSE[4:],
        finished(),
    ],
    "a start from the beginning": [started(), step(2, train_loss=9.0), *COURSE, finished()],
}


@pytest.mark.parametrize("log", HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("seconds", [0.0, 0.4, 0.6, 0.9, 1.2])
def test_an_interrupted_run_replays_like_one_that_never_was(log: list[Event], seconds: float) -> None:
    directory, smooth = make_run(log), make_run([*COURSE, finished()])
    replay, reference = Replay(directory), Replay(smooth)
    assert (replay.epoch_seconds, replay.seconds) == (reference.epoch_seconds, reference.seconds)
    assert picture(replay.at(seconds)) == picture(reference.at(seconds))


def test_a_fork_replays_from_the_start_of_its_parent() -> None:
    fork = Forked(4, 1, PARENT, {"dropout": "0.5"}, {"dropout": "0"})
    replay = Replay(make_run([*COURSE[:4], fork, *COURSE[4:], finished()]))
    assert replay.at(0.3).forked is None
    assert replay.at(0.4).forked == fork
    assert len(replay.at(0.4).epochs) == 1


def test_a_failure_comes_at_the_very_end() -> None:
    replay = Replay(make_run([*COURSE[:9], RunFailed("The loss became nan.", "loss nan")]))
    assert replay.at(0.9).status is Status.TRAINING
    run = replay.at(replay.seconds)
    assert (run.status, run.failure) == (Status.FAILED, "The loss became nan.")
    assert replay.seconds == pytest.approx(1.0)


def test_a_failure_that_was_overcome_is_not_shown() -> None:
    replay = Replay(make_run([*COURSE[:8], RunFailed("killed"), Resumed(8), *COURSE[8:], finished()]))
    assert not any(replay.at(time / 10).failure for time in range(13))


@pytest.mark.parametrize(
    "log", [[], [started()], [RunFailed("no data")]], ids=["nothing", "a start", "a failure"]
)
def test_a_log_without_a_step_lasts_no_time(log: list[Event]) -> None:
    replay = Replay(make_run(log))
    assert (replay.seconds, replay.epoch_seconds) == (0.0, [])
    assert len(replay.at(1.0).train) == 0


def test_a_clock_that_went_backwards_does_not_turn_the_replay_back() -> None:
    replay = Replay(make_run([started(), step(2), step(4, train_seconds=0.1), epoch(1), step(6, 2)]))
    assert replay.epoch_seconds == pytest.approx([0.4])
    assert replay.at(0.2).step == 4
    assert replay.at(0.61).step == 6


def test_a_torn_line_and_lines_of_newer_versions_are_passed_over() -> None:
    directory = make_run(COURSE)
    with directory.events_path.open("a") as log:
        log.write(json.dumps({"event": "teleported", "v": 9}) + '\n{"event": "step", "st')
    expected = folded(directory, COURSE)
    expected.abandon()
    assert picture(Replay(directory).at(99)) == picture(expected)


def test_a_run_without_settings_cannot_be_replayed() -> None:
    directory = make_run(COURSE)
    directory.config_path.unlink()
    with pytest.raises(RunError, match="cannot be shown"):
        Replay(directory)


def test_a_replay_needs_no_data() -> None:
    replay = Replay(make_run([*COURSE, finished()], dataset="/nowhere/at/all"))
    assert replay.at(99).config == RunConfig(dataset="/nowhere/at/all")


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(-0.5, 2.0), max_size=12))
def test_a_moment_looks_the_same_whatever_was_looked_at_before(moments: list[float]) -> None:
    directory = make_run([*COURSE, finished()])
    replay = Replay(directory)
    for moment in moments:
        assert picture(replay.at(moment)) == picture(Replay(directory).at(moment))
