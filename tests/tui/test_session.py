"""The session: plain Python, no screen."""

import pytest

from mnist_tui.runs.rows import short_row_labels
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.diagnosis import DIVERGED
from mnist_tui.training.events import RunFailed
from mnist_tui.tui import session as sessions
from mnist_tui.tui.session import Session
from tests.tui.helpers import Shelf, asked

pytestmark = pytest.mark.quick


def test_the_newest_stands_first_and_nothing_is_shown(shelf: Shelf, session: Session) -> None:
    ids = [shelf.add(hidden=(8 + seed,)) for seed in range(3)]
    news = session.notice(set(ids))
    assert news.changed == set(ids)
    assert (news.joined, news.failed) == ([], [])
    assert session.order == ids[::-1]
    assert session.shown == []
    view = session.view(ids[0])
    assert (view.label, view.marker, view.is_shown) == ("plain", "", False)


def test_what_was_started_here_stands_first_in_the_order_it_was_started(
    shelf: Shelf, session: Session
) -> None:
    old, first, second = shelf.add(hidden=(8,)), shelf.add(hidden=(9,)), shelf.add(hidden=(10,))
    session.join([first])
    session.join([second, first])
    assert session.order == [first, second, old]
    assert session.shown == [first, second]


def test_a_run_that_is_seen_training_takes_part_and_one_that_is_over_does_not(
    shelf: Shelf, session: Session
) -> None:
    over, trains = shelf.add(hidden=(8,)), shelf.add(Status.TRAINING, hidden=(9,))
    news = session.notice({over, trains})
    assert news.joined == [trains]
    assert session.shown == [trains]
    assert session.notice({over, trains}).joined == []


def test_one_that_somebody_hid_stays_hidden_when_it_changes(shelf: Shelf, session: Session) -> None:
    trains = shelf.add(Status.TRAINING)
    session.notice({trains})
    assert session.toggle(trains) == {trains}
    session.notice({trains})
    assert session.shown == []
    assert session.order == [trains]


def test_runs_that_may_come_later_are_joined_and_shown_once_they_are_there(
    shelf: Shelf, session: Session
) -> None:
    session.join(["later"], follow="later")
    assert session.shown == session.order == []
    assert session.take_follow() == ""
    run = shelf.add(Status.TRAINING)
    shelf.runs["later"] = shelf.runs.pop(run)
    news = session.notice({"later"})
    assert news.joined == ["later"]
    assert session.shown == ["later"]
    assert session.take_follow() == "later"
    assert session.take_follow() == ""


def test_labels_tell_those_apart_that_are_shown(shelf: Shelf, session: Session) -> None:
    first, second, hidden = shelf.add(hidden=(16,)), shelf.add(hidden=(8,)), shelf.add(hidden=(4,))
    session.notice(set(shelf.runs))
    assert session.toggle(first) == {first}
    assert session.view(first).label == "plain"
    assert session.toggle(second) == {first, second}
    labels = [session.view(run_id).label for run_id in (first, second, hidden)]
    assert labels == ["plain hidden 16", "plain hidden 8", "plain"]
    assert session.toggle(second) == {first, second}
    assert session.view(first).label == "plain"


def test_labels_are_made_when_what_is_shown_changes_and_not_when_a_run_does(
    shelf: Shelf, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def count(found: list[list[Run]]) -> list[str]:
        asked.append(len(found))
        return short_row_labels(found)

    monkeypatch.setattr(sessions, "short_row_labels", count)
    first, second = shelf.add(Status.TRAINING), shelf.add(Status.TRAINING, hidden=(9,))
    session.notice({first, second})
    for _ in range(5):
        session.notice({first, second})
        session.view(first)
    assert asked == [2]


def test_a_run_keeps_its_marker_and_each_has_its_own(shelf: Shelf, session: Session) -> None:
    first, second = shelf.add(hidden=(8,)), shelf.add(hidden=(9,))
    session.toggle(first)
    session.toggle(second)
    before = [session.view(run_id) for run_id in (first, second)]
    session.toggle(first)
    session.toggle(first)
    after = [session.view(run_id) for run_id in (first, second)]
    assert [(view.marker, view.color) for view in before] == [(view.marker, view.color) for view in after]
    assert before[0].marker != before[1].marker
    assert before[0].color != before[1].color


def test_a_run_that_is_gone_is_nowhere(shelf: Shelf, session: Session) -> None:
    first, second = shelf.add(hidden=(16,)), shelf.add(hidden=(8,))
    session.join([first, second], follow=second)
    del shelf.runs[second]
    assert session.notice({second}).changed == {first, second}
    assert session.shown == session.order == [first]
    assert session.view(first).label == "plain"
    session.leave(second)
    assert session.take_follow() == ""


def test_a_failure_is_news_where_the_run_takes_part(shelf: Shelf, session: Session) -> None:
    own, other = shelf.add(Status.TRAINING, hidden=(8,)), shelf.add(hidden=(9,))
    session.notice({own, other})
    for run_id in (own, other):
        shelf.runs[run_id].apply(RunFailed("killed"))
    assert session.notice({own, other}).failed == [own]


def test_a_run_that_was_seen_training_is_news_once_when_it_is_over(shelf: Shelf, session: Session) -> None:
    trains, earlier = shelf.add(Status.TRAINING, hidden=(8,)), shelf.add(hidden=(9,))
    assert session.notice({trains, earlier}).over == []
    shelf.end(trains)
    assert session.notice({trains, earlier}).over == [trains]
    assert session.notice({trains, earlier}).over == []


def test_what_is_compared_includes_the_seeds_that_diverged(shelf: Shelf, session: Session) -> None:
    done, gone, stopped = (
        shelf.add(Status.COMPLETED, seed=0),
        *(shelf.add(Status.TRAINING, seed=seed) for seed in (1, 2)),
    )
    session.join([done, gone, stopped])
    before = session.question
    shelf.runs[gone].apply(RunFailed("Its loss grew without bounds.", DIVERGED))
    shelf.runs[stopped].apply(RunFailed("The disk is full."))
    session.notice({gone, stopped})
    assert before.rows == ()
    assert asked(session) == [[done, gone]]
    assert session.question.key != before.key


def test_a_row_is_compared_once_all_of_its_seeds_are_over(shelf: Shelf, session: Session) -> None:
    over, first, second = (
        shelf.add(),
        shelf.add(batch_norm=True),
        shelf.add(Status.TRAINING, batch_norm=True, seed=1),
    )
    session.join([over, first, second])
    assert asked(session) == [[over]]
    shelf.end(second)
    session.notice({second})
    assert asked(session) == [[over], [first, second]]
