"""What counts of a log that was interrupted, changed and forked."""

import pytest

from mnist_tui.runs.history import history
from mnist_tui.training.events import Changed, Event, Forked, Paused, Resumed, RunFailed
from tests.runs.helpers import epoch, finished, started, step

pytestmark = pytest.mark.quick

FORKED = Forked(4, 1, "20260101-000000000-x-000000", {"dropout": "0.5"}, {"dropout": "0"})


def change(at: int) -> Changed:
    return Changed(at, at // 4 + 1, {"dropout": 0.5}, {"dropout": 0.0})


@pytest.mark.parametrize(
    ("events", "course"),
    [
        ([], []),
        ([started(), step(2), step(4), epoch(1)], [started(), step(2), step(4), epoch(1)]),
        ([started(), step(2), Paused(2), Resumed(2), step(4)], [started(), step(2), step(4)]),
        ([started(), step(4), epoch(1), finished()], [started(), step(4), epoch(1)]),
        ([started(), step(4), RunFailed("why")], [started(), step(4)]),
        (
            [started(), step(4), epoch(1), step(6, 2), RunFailed("why"), Resumed(4), step(6, 2), step(8, 2)],
            [started(), step(4), epoch(1), step(6, 2), step(8, 2)],
        ),
        (
            [started(), step(4), epoch(1), step(8, 2), epoch(2), finished(), Resumed(4), step(6, 2)],
            [started(), step(4), epoch(1), step(6, 2)],
        ),
        ([started(), step(2), started(), step(4)], [started(), step(4)]),
        ([started(), epoch(1), FORKED, step(6, 2)], [started(), epoch(1), FORKED, step(6, 2)]),
        (
            [started(), step(4), epoch(1), FORKED, step(6, 2), Resumed(4), step(6, 2)],
            [started(), step(4), epoch(1), FORKED, step(6, 2)],
        ),
        (
            [started(), change(2), step(4), epoch(1), change(6), step(6, 2), Resumed(4), step(6, 2)],
            [started(), change(2), step(4), epoch(1), step(6, 2)],
        ),
    ],
    ids=[
        "nothing",
        "all of it",
        "a pause",
        "its end",
        "its failure",
        "lost steps",
        "a stop and lost epochs",
        "from the start again",
        "a fork",
        "a fork that was interrupted",
        "lost changes",
    ],
)
def test_the_course_is_that_of_a_run_that_was_never_interrupted(
    events: list[Event], course: list[Event]
) -> None:
    assert history(events) == course


def test_a_run_interrupted_twice_counts_once() -> None:
    log: list[Event] = [started(), step(4), epoch(1)]
    for _ in range(2):
        log += [step(8, 2), epoch(2), step(10, 3), RunFailed("why"), Resumed(4)]
    log += [step(8, 2), epoch(2), finished()]
    assert history(log) == [started(), step(4), epoch(1), step(8, 2), epoch(2)]
