"""How many runs do what, in the line at the top."""

import pytest

from mnist_tui.runs.run import Status
from mnist_tui.tui.renderables.activity import activity

pytestmark = pytest.mark.quick

MANY = [
    Status.TRAINING,
    Status.STARTING,
    Status.PAUSED,
    Status.WAITING,
    *[Status.COMPLETED] * 3,
    Status.STOPPED,
    Status.FAILED,
    Status.INTERRUPTED,
    Status.NOT_STARTED,
]


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ([], "0 training · 0 finished"),
        ([Status.PAUSED], "1 paused · 0 finished"),
        ([Status.FAILED, Status.EARLY_STOPPED], "0 training · 1 finished · 1 failed"),
        (MANY, "2 training · 1 paused · 1 waiting · 4 finished · 1 failed · 2 broken off"),
    ],
)
def test_every_run_is_counted_once(statuses: list[Status], words: str) -> None:
    assert activity(statuses) == words


def test_where_room_is_short_what_is_over_is_left_out_while_something_is_not() -> None:
    assert activity(MANY, short=True) == "2 training · 1 paused · 1 waiting"
    assert activity([Status.COMPLETED], short=True) == "0 training · 1 finished"
