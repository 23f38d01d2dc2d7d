"""Rows of the session: their lines, how they are called, and what becomes of them when their runs do."""

from collections.abc import Sequence
from typing import Any

import pytest

from mnist_tui.runs import row_index, rows
from mnist_tui.runs.rows import RowKey, row_key, short_row_labels
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed
from mnist_tui.tui import session as sessions
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.session import Session, run_entry
from tests.tui.helpers import Shelf

pytestmark = pytest.mark.quick

CHANGED = Changed(20, 3, {"dropout": 0.1}, {"dropout": 0.0})


def seeds(shelf: Shelf, count: int = 3, **settings: Any) -> list[str]:
    """The ids of the runs of a new row."""
    return [shelf.add(seed=seed, **settings) for seed in range(count)]


def looks(session: Session, *row_ids: str) -> list[tuple[str, str]]:
    """Marker and colour of rows."""
    return [(row.marker, row.color) for row in map(session.row, row_ids)]


# Lines


def test_a_row_folds_out_to_its_runs_and_back(shelf: Shelf, session: Session) -> None:
    ids, other = seeds(shelf), shelf.add(batch_norm=True)
    session.join([ids[0], other])
    assert session.entries == session.order == [ids[0], other]
    assert session.fold(ids[0]) == set(ids)
    assert session.entries == [ids[0], *map(run_entry, ids), other]
    assert session.row(ids[0]).is_open
    assert session.fold(ids[0]) == set(ids)
    assert session.entries == [ids[0], other]


def test_a_line_stands_for_all_runs_of_a_row_or_for_one(shelf: Shelf, session: Session) -> None:
    ids = seeds(shelf)
    session.fold(ids[0])
    assert [session.runs_of(entry) for entry in session.entries] == [tuple(ids), *((one,) for one in ids)]
    row, *views = map(session.entry, session.entries)
    assert isinstance(row, RowView)
    assert [view.run.run_id for view in row.views] == ids
    assert [view.run.run_id for view in views if isinstance(view, RunView)] == ids
    assert session.runs_of("gone") == session.runs_of("") == session.members("gone") == ()


def test_there_is_nothing_to_list_of_a_single_run_also_when_others_join_it(
    shelf: Shelf, session: Session
) -> None:
    first = shelf.add()
    assert session.fold(first) == {first}
    second = shelf.add(seed=1)
    session.notice({second})
    assert session.members(first) == (first, second)
    assert session.entries == [first]


def test_rows_stand_where_their_first_run_of_the_session_does_then_the_newest(
    shelf: Shelf, session: Session
) -> None:
    old, plain, other = seeds(shelf, hidden=(8,)), seeds(shelf), seeds(shelf, batch_norm=True)
    session.join([plain[1], *plain])
    assert session.order == [plain[0], other[0], old[0]]
    assert session.run_order == [*plain, *other, *old]
    assert session.shown == [plain[0]]
    assert session.shown_runs == plain


# Names and looks


def test_a_row_of_several_seeds_is_not_called_by_the_first_of_them(shelf: Shelf, session: Session) -> None:
    first = shelf.add(seed=3)
    altered = shelf.add(seed=5)
    shelf.runs[altered].apply(CHANGED)
    session.join([first, altered])
    assert [session.row(row_id).label for row_id in session.order] == ["plain seed 3", "plain seed 5"]
    second = shelf.add(seed=4)
    assert session.notice({second}).changed >= {first, second}
    assert [session.row(row_id).label for row_id in session.order] == ["plain", "plain (2)"]
    assert [session.view(run_id).label for run_id in (first, second)] == ["plain, seed 3", "plain, seed 4"]


def test_runs_of_a_row_are_told_apart_by_their_seeds_and_look_alike(shelf: Shelf, session: Session) -> None:
    ids = seeds(shelf, 2, name="mine")
    session.join(ids)
    assert session.row(ids[0]).label == "mine"
    views = [session.view(run_id) for run_id in ids]
    assert [view.label for view in views] == ["mine, seed 0", "mine, seed 1"]
    assert {(view.marker, view.color) for view in views} == set(looks(session, ids[0]))
    session.toggle(ids[0])
    assert [session.view(run_id).label for run_id in ids] == ["mine", "mine"]
    assert (session.row(ids[0]).label, session.row(ids[0]).marker) == ("mine", "")


def test_a_row_that_is_hidden_is_shown_again_with_all_of_its_runs(shelf: Shelf, session: Session) -> None:
    ids = seeds(shelf, 2)
    session.join(ids)
    assert session.toggle(ids[0]) == set(ids)
    assert (session.shown, session.shown_runs) == ([], [])
    assert session.toggle(ids[0]) == set(ids)
    assert session.shown_runs == ids
    session.toggle(ids[0])
    third = shelf.add(Status.TRAINING, seed=2)
    assert session.notice({third}).joined == [third]
    assert session.shown_runs == [*ids, third]


# What becomes of them


def test_a_deleted_seed_is_missed_by_its_row(shelf: Shelf, session: Session) -> None:
    ids = seeds(shelf)
    session.join(ids)
    assert session.row(ids[0]).status_words == "3 seeds done"
    del shelf.runs[ids[2]]
    assert session.order  # a screen looked before it was told
    assert session.leave(ids[2]) == set(ids)
    assert session.row(ids[0]).status_words == "2 seeds done"
    del shelf.runs[ids[1]]
    assert session.notice({ids[1]}).changed == set(ids[:2])


def test_a_row_outlives_its_first_run_open_as_the_baseline_and_with_its_looks(
    shelf: Shelf, session: Session
) -> None:
    other, ids = shelf.add(batch_norm=True), seeds(shelf)
    session.join([other, *ids])
    session.fold(ids[0])
    session.compare_with(ids[0])
    before = looks(session, ids[0], other)
    del shelf.runs[ids[0]]
    assert session.leave(ids[0]) >= set(ids)
    assert session.order == [other, ids[1]]
    assert session.entries == [other, ids[1], *map(run_entry, ids[1:])]
    assert looks(session, ids[1], other) == before
    assert session.baseline == ids[1]
    assert session.row(ids[1]).is_baseline


def test_a_row_of_which_an_older_run_is_found_stays_as_it_is(shelf: Shelf, session: Session) -> None:
    ids = seeds(shelf)
    oldest = shelf.runs.pop(ids[0])
    other = shelf.add(batch_norm=True)
    session.join([*ids[1:], other])
    session.fold(ids[1])
    session.compare_with(ids[1])
    before = looks(session, ids[1], other)
    shelf.runs = {ids[0]: oldest, **shelf.runs}
    assert session.notice({ids[0]}).changed == set(ids)
    assert session.entries == [ids[0], *map(run_entry, ids), other]
    assert looks(session, ids[0], other) == before
    assert session.baseline == ids[0]


def test_a_row_outlives_a_first_run_that_leaves_it(shelf: Shelf, session: Session) -> None:
    ids = seeds(shelf)
    session.join(ids)
    session.fold(ids[0])
    [before] = looks(session, ids[0])
    shelf.runs[ids[0]].apply(CHANGED)
    assert session.notice({ids[0]}).changed == set(ids)
    assert session.entries == [ids[0], ids[1], *map(run_entry, ids[1:])]
    alone, others = looks(session, ids[0], ids[1])
    assert others == before
    assert alone != before


def test_a_seed_that_is_trained_again_joins_the_others(shelf: Shelf, session: Session) -> None:
    stopped, second = shelf.add(Status.STOPPED), shelf.add(seed=1)
    session.join([stopped, second])
    [before] = looks(session, stopped)
    again = shelf.add(Status.TRAINING)
    session.notice({again})
    assert session.order == [stopped, second]
    assert session.members(second) == (second, again)
    assert session.row(second).status_words == "1 of 2 seeds · 1 training"
    assert looks(session, second) == [before]


# Many


def test_with_hundreds_of_rows_each_look_asks_for_what_changed_alone(
    shelf: Shelf, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = shelf.runs[shelf.add(seed=0)]
    shelf.runs = {}
    for number in range(300):
        for seed in range(5):
            config = RunConfig(batch_size=1 + number, seed=seed)
            its = Run(type(run.directory)(run.directory.path.with_name(f"{number:03}-{seed}")), config)
            its.started, its.finished, its.status = run.started, run.finished, run.status
            shelf.runs[its.run_id] = its
    keyed: list[str] = []
    grouped: list[int] = []
    named: list[int] = []
    seen: list[str] = []

    def key(run: Run) -> RowKey:
        keyed.append(run.run_id)
        return row_key(run)

    def put_together(runs: Sequence[Run], keys: Sequence[RowKey]) -> list[list[int]]:
        grouped.append(1)
        return rows.put_together(runs, keys)

    def label(found: list[list[Run]]) -> list[str]:
        named.append(len(found))
        return short_row_labels(found)

    monkeypatch.setattr(row_index, "row_key", key)
    monkeypatch.setattr(row_index, "put_together", put_together)
    monkeypatch.setattr(sessions, "short_row_labels", label)
    session.notice(set(shelf.runs))
    session.join(run_id for number, run_id in enumerate(shelf.runs) if number < 50)
    session.fold(session.order[0])
    assert (len(keyed), len(grouped), named) == (1500, 1, [10])
    view = Session.view

    def counted(self: Session, run_id: str) -> RunView:
        seen.append(run_id)
        return view(self, run_id)

    monkeypatch.setattr(Session, "view", counted)
    last = list(shelf.runs)[-1]
    session.notice({last})
    assert seen == [last]
    assert len(session.entries) == 305
    assert seen == [last]
    for row_id in session.order:
        session.row(row_id)
    assert len(seen) == 1501
    assert (len(keyed), len(grouped), named) == (1501, 1, [10])
