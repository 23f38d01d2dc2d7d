"""The order of the rows, which are listed, which are shown, and the way back: plain Python, no screen."""

import pytest

from mnist_tui.analysis.filters import parse
from mnist_tui.runs.run import Status
from mnist_tui.tui.session import Session
from tests.tui.helpers import Shelf

pytestmark = pytest.mark.quick


@pytest.fixture
def ids(shelf: Shelf, session: Session) -> list[str]:
    """Four rows, the third one of two seeds; all are part of the session."""
    made = [
        shelf.add(accuracy=0.90),
        shelf.add(accuracy=0.95, batch_norm=True),
        shelf.add(accuracy=0.91, dropout=0.5, seed=0),
        shelf.add(accuracy=0.93, dropout=0.5, seed=1),
        shelf.add(Status.TRAINING, batch_size=64),
    ]
    session.join(made)
    return made


def sort(session: Session, key: str, *, is_reversed: bool = False) -> list[str]:
    session.arrangement.sort_by(key, is_reversed=is_reversed)
    return session.order


def test_rows_are_sorted_with_the_best_first_and_those_without_a_value_last(
    session: Session, ids: list[str]
) -> None:
    plain, normed, dropped, _, trains = ids
    came = [plain, normed, dropped, trains]
    assert session.order == came
    assert sort(session, "test_accuracy") == [normed, dropped, plain, trains]
    assert sort(session, "test_accuracy", is_reversed=True) == [plain, dropped, normed, trains]
    assert sort(session, "batch_size") == [trains, plain, normed, dropped]  # equal ones as they came
    assert sort(session, "label")[0] == normed
    assert sort(session, "no such column") == came
    assert sort(session, "") == came


def test_charts_and_reports_have_the_order_of_the_table_and_the_baseline_stays(
    session: Session, ids: list[str]
) -> None:
    plain, normed, dropped, other_seed, trains = ids
    sort(session, "test_accuracy")
    assert session.shown == [normed, dropped, plain, trains]
    assert session.shown_runs == [normed, dropped, other_seed, plain, trains]
    assert session.baseline == plain
    assert session.row(plain).marker == "●"


def test_a_result_moves_its_row(shelf: Shelf, session: Session, ids: list[str]) -> None:
    trains = ids[-1]
    sort(session, "test_accuracy")
    shelf.end(trains, accuracy=0.99)
    session.notice({trains})
    assert session.order[0] == trains


def test_rows_that_are_looked_for_are_listed_and_what_is_shown_stays_shown(
    shelf: Shelf, session: Session, ids: list[str]
) -> None:
    plain, normed, dropped, _, trains = ids
    session.arrangement.look_for(parse("acc>91.5"))
    assert session.order == [normed, dropped]
    assert session.row_count == 4
    assert set(session.shown) == {plain, normed, dropped, trains}
    session.arrangement.look_for(parse("seed=1"))
    assert session.order == [dropped]
    session.arrangement.look_for(parse("training"))
    assert session.order == [trains]
    shelf.end(trains)
    session.notice({trains})
    assert session.order == []
    session.arrangement.look_for(parse("plain -completed"))
    assert session.order == []
    session.arrangement.look_for(parse(""))
    assert len(session.order) == 4


def test_one_row_alone_all_and_none_are_shown_and_each_hiding_is_taken_back(
    session: Session, ids: list[str]
) -> None:
    plain, normed, dropped, other_seed, trains = ids
    everything = [plain, normed, dropped, trains]
    assert session.undo() is None
    session.toggle(normed)
    assert session.show_only(dropped) >= {plain, trains}
    assert session.shown == [dropped]
    assert session.shown_runs == [dropped, other_seed]
    session.show_listed(99)
    assert set(session.shown) == set(everything)
    session.show_listed(99)
    assert session.shown == []
    for before in ({*everything}, {plain, dropped, trains}, {*everything}):
        undone = session.undo()
        assert undone
        assert undone.deleted == ()
        assert set(session.shown) == before
    assert session.undo() is None


def test_of_very_many_rows_the_first_are_shown(session: Session, ids: list[str]) -> None:
    session.show_only(ids[0])
    session.show_listed(2)
    assert session.shown == ids[:2]


def test_the_next_sitting_shows_what_was_shown_and_lets_it_look_as_it_did(
    shelf: Shelf, session: Session, ids: list[str]
) -> None:
    plain, normed, dropped, _, trains = ids
    session.toggle(normed)
    assert session.scene == {plain: "0", dropped: "2", trains: "3"}
    again = Session(shelf)
    again.set_scene(session.scene | {"gone": "5", "odd": "x", "odder": "²", "long": "9" * 5000})
    again.notice(set(shelf.runs))
    assert set(again.shown) == {plain, dropped, trains}
    assert [again.row(row_id).marker for row_id in (plain, dropped, trains)] == ["●", "■", "◆"]
    again.toggle(normed)
    assert again.row(normed).marker == "▲"


def test_runs_that_are_about_to_appear_take_no_marker_from_others(shelf: Shelf, session: Session) -> None:
    later = ["20990101-000000000-later-000000", "20990101-000000000-later-000001"]
    session.join([shelf.add(), *later])
    assert list(session.scene.values()) == ["0"]
    new = shelf.add(dropout=0.5)
    session.join([new])
    assert session.row(new).marker == "▲"


def test_a_marker_of_a_row_that_was_deleted_is_free_again(
    shelf: Shelf, session: Session, ids: list[str]
) -> None:
    del shelf.runs[ids[1]]
    session.leave(ids[1])
    new = shelf.add(hidden=(8,))
    session.join([new])
    assert session.row(new).marker == "▲"


def test_runs_that_were_deleted_come_back_shown(shelf: Shelf, session: Session, ids: list[str]) -> None:
    _, _, dropped, other_seed, _ = ids
    gone = {run_id: shelf.runs.pop(run_id) for run_id in (dropped, other_seed)}
    for run_id in gone:
        session.leave(run_id)
    session.deleted(gone)
    assert dropped not in session.shown
    undone = session.undo()
    assert undone
    assert undone.deleted == (dropped, other_seed)
    shelf.runs = dict(sorted((shelf.runs | gone).items()))
    session.notice(set(gone))
    assert dropped in session.shown
    assert session.members(dropped) == (dropped, other_seed)
