"""A run's log in words."""

import pytest

from mnist_tui.reports.story import Story
from mnist_tui.training.events import Changed, Event, Forked, Paused, Resumed, RunFailed
from tests.runs.helpers import epoch, finished, started, step

pytestmark = pytest.mark.quick


def told(*events: Event) -> list[tuple[str, str]]:
    story = Story()
    story.tell(events)
    return [(one.when, one.what) for one in story.happenings]


def test_epochs_in_a_row_are_one_line() -> None:
    assert told(epoch(1), step(5), epoch(2), step(9), epoch(3)) == [
        ("epochs 1 to 3", "validation loss 0.6000 → 0.2000; validation accuracy 75.00 %")
    ]
    assert told(epoch(1)) == [("epoch 1", "validation loss 0.6000; validation accuracy 75.00 %")]


def test_the_lowest_loss_is_named_where_it_is_not_the_last() -> None:
    [(_, what)] = told(epoch(1), epoch(2), epoch(3, validation_loss=0.9))
    assert what.startswith("validation loss 0.6000 → 0.9000, lowest 0.3000 at epoch 2;")


def test_it_does_not_matter_in_which_pieces_a_log_is_told() -> None:
    events: list[Event] = [
        started(),
        step(1),
        epoch(1),
        Paused(4),
        Resumed(4),
        epoch(2),
        epoch(3),
        finished(),
    ]
    piece_by_piece = Story()
    for event in events:
        piece_by_piece.tell([event])
    assert [(one.when, one.what) for one in piece_by_piece.happenings] == told(*events)
    assert len(told(*events)) == 6


def test_what_was_lost_is_counted() -> None:
    assert told(epoch(1), step(7), Resumed(4))[-1] == (
        "after step 4",
        "went on; the 3 steps after it were lost and are trained again",
    )
    assert told(epoch(1), Paused(4), Resumed(4))[-1] == ("after step 4", "went on")


def test_changes_forks_and_ends_are_told() -> None:
    changed = Changed(4, 2, {"learning_rate": 0.1}, {"learning_rate": 0.4})
    forked = Forked(4, 1, "20260101-000000000-x-000000", {"dropout": "0.5"}, {"dropout": "0"})
    words = [what for _, what in told(started(), changed, forked, RunFailed("It broke."))]
    assert words[1:] == [
        "Learn rate 0.4 → 0.1",
        "forked from 20260101-000000000-x-000000: Dropout 0 → 0.5",
        "failed. It broke.",
    ]
