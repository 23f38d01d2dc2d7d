"""Rows that are kept up to date: the same as if they were made anew each time."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.runs import row_index
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.row_index import RowIndex
from mnist_tui.runs.rows import CUT_SHORT, row_key, rows
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed, Event, Forked, Resumed, RunFailed
from tests.runs.helpers import finished, started

pytestmark = pytest.mark.quick

BASE = RunConfig(dataset="sample", learning_rate=0.5, threads=2)
GROUPS = ("20260101-000000000-aaaaaa", "20260101-000000000-bbbbbb")
OTHER_DATA = "cd" * 32
CHANGED = Changed(3, 1, {"dropout": 0.1}, {"dropout": 0.0})


class Home:
    """Runs without a disk, oldest first, as a store has them."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self._made = 0

    def add(self, seed: int = 0, *, group: Any = None, row: int = 0, **settings: Any) -> str:
        """A run that has not started."""
        self._made += 1
        run_id = f"20260101-000000000-x-{self._made:06}"
        run = Run(RunDirectory(Path(run_id)), BASE.replace(seed=seed, **settings))
        if group:
            run.manifest["group"] = {"id": group, "row": row}
        self.runs[run_id] = run
        return run_id

    def done(self, seed: int = 0, **settings: Any) -> str:
        """A run that came to its end."""
        run_id = self.add(seed, **settings)
        for event in (started(), finished()):
            self.runs[run_id].apply(event)
        return run_id


@pytest.fixture
def home() -> Home:
    return Home()


def members(home: Home) -> list[tuple[str, ...]]:
    """The rows of an index that meets these runs for the first time."""
    index = RowIndex()
    index.update(home.runs)
    return list(index.members.values())


def test_a_row_has_the_id_of_its_oldest_run_and_a_run_one_seed_of_it(home: Home) -> None:
    first, other, second = home.done(seed=3), home.done(batch_norm=True), home.done(seed=1)
    index = RowIndex()
    assert index.update(home.runs) == {first, other, second}
    assert index.members == {first: (first, second), other: (other,)}
    assert [index.row_of(run_id) for run_id in (first, second, other, "x")] == [first, first, other, ""]
    assert len(index) == 3


def test_other_data_is_another_row_and_a_run_that_has_not_started_has_that_of_the_oldest(home: Home) -> None:
    first, other = home.done(), home.add(1)
    home.runs[other].apply(started(dataset_sha256=OTHER_DATA))
    waiting = home.add(2)
    assert members(home) == [(first, waiting), (other,)]


def test_which_data_a_run_waits_for_does_not_depend_on_who_was_seen_first(home: Home) -> None:
    first, other = home.done(), home.done(1)
    home.runs[other].apply(started(dataset_sha256=OTHER_DATA))
    waiting = home.add(2)
    index = RowIndex()
    index.update({other: home.runs[other]})
    index.update(home.runs)
    assert index.row_of(waiting) == first


@pytest.mark.parametrize("event", [CHANGED, Forked(4, 1, GROUPS[0], {}, {})], ids=["changed", "forked"])
def test_a_run_that_its_settings_do_not_tell_leaves_its_row(home: Home, event: Changed | Forked) -> None:
    first, second = home.done(), home.done(1)
    index = RowIndex()
    index.update(home.runs)
    home.runs[second].apply(event)
    assert index.update(home.runs, {second}) == {first, second}
    assert index.members == {first: (first,), second: (second,)}


def test_a_seed_that_was_stopped_or_failed_stays_in_its_row(home: Home) -> None:
    ids = [home.done(), *(home.add(seed) for seed in (1, 2, 3))]
    ends: list[Event | None] = [finished(status="stopped"), RunFailed("why"), None]
    for run_id, end in zip(ids[1:], ends, strict=True):
        home.runs[run_id].apply(started())
        if end:
            home.runs[run_id].apply(end)
    home.runs[ids[3]].abandon()
    assert {home.runs[run_id].status for run_id in ids[1:]} == CUT_SHORT
    assert members(home) == [tuple(ids)]


def test_the_same_seed_once_more_opens_another_row(home: Home) -> None:
    ids = [home.done(seed) for seed in (0, 1, 0, 1, 0)]
    assert members(home) == [(ids[0], ids[1]), (ids[2], ids[3]), (ids[4],)]


def test_a_row_that_loses_a_run_takes_none_from_the_one_that_was_trained_afresh(home: Home) -> None:
    first = [home.done(seed, group=GROUPS[0]) for seed in (0, 1, 2)]
    afresh = [home.done(seed, group=GROUPS[1]) for seed in (0, 1, 2)]
    more = home.done(3)
    assert members(home) == [(*first, more), tuple(afresh)]
    for gone in (0, 2):
        del home.runs[first[gone]]
        assert tuple(afresh) in members(home)
        assert members(home)[0] == tuple(one for one in (*first, more) if one in home.runs)
    again = home.done(0)  # and what is missing finds its place
    assert members(home) == [(first[1], more, again), tuple(afresh)]


def test_what_another_version_trained_together_is_not_torn_apart_to_fill_an_earlier_row(home: Home) -> None:
    earlier = [home.done(seed, group=GROUPS[0]) for seed in (0, 1)]
    later = [home.done(seed, group=GROUPS[1]) for seed in (0, 1, 2, 3)]
    assert members(home) == [tuple(earlier), tuple(later)]


def test_a_seed_that_is_trained_again_takes_the_place_of_one_that_was_stopped(home: Home) -> None:
    stopped, second = home.done(), home.done(1)
    home.runs[stopped].apply(Resumed(0))
    home.runs[stopped].apply(finished(status="stopped"))
    index = RowIndex()
    index.update(home.runs)
    assert index.members == {stopped: (stopped, second)}
    again = home.add()
    assert index.update(home.runs) == {stopped, second, again}
    assert index.members == {stopped: (stopped,), second: (second, again)}


def test_threads_tell_rows_apart_where_one_group_compares_them(home: Home) -> None:
    one = home.done(0, group=GROUPS[0], row=0, threads=1)
    two = home.done(0, group=GROUPS[0], row=1, threads=2)
    more = [home.done(1, group=GROUPS[1], row=number, threads=1) for number in (0, 0)]
    assert members(home) == [(one, more[0]), (two,), (more[1],)]
    del home.runs[two]
    others = home.done(2, threads=2)
    assert members(home) == [(one, more[0], others), (more[1],)]


def test_who_goes_or_comes_is_told_with_those_that_stay_in_the_row(home: Home) -> None:
    first, second, third, other = home.done(), home.done(1), home.done(2), home.done(batch_norm=True)
    index = RowIndex()
    index.update(home.runs)
    del home.runs[second]
    assert index.update(home.runs) == {first, second, third}
    fourth = home.done(3)
    assert index.update(home.runs) == {first, third, fourth}
    del home.runs[first]
    assert index.update(home.runs) == {first, third, fourth}
    assert index.members == {third: (third, fourth), other: (other,)}


def test_runs_that_only_train_on_are_looked_at_one_by_one(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [home.done(seed, batch_size=1 + number) for number in range(20) for seed in range(5)]
    asked: list[str] = []

    def counted(run: Run) -> Any:
        asked.append(run.run_id)
        return row_key(run)

    monkeypatch.setattr(row_index, "row_key", counted)
    index = RowIndex()
    index.update(home.runs)
    assert sorted(asked) == ids
    asked.clear()
    members = index.members
    assert index.update(home.runs, {ids[7]}) == set()
    assert index.update(home.runs) == set()
    assert asked == [ids[7]]
    assert index.members is members


ACTIONS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(
        dict,
        do=st.just("add"),
        seed=st.integers(0, 2),
        threads=st.sampled_from([1, 2]),
        group=st.sampled_from([None, *GROUPS]),
        row=st.integers(0, 1),
        batch_norm=st.booleans(),
    ),
    st.builds(
        dict,
        do=st.sampled_from(["remove", "start", "start elsewhere", "change", "stop", "finish"]),
        which=st.integers(0, 30),
    ),
)


def act(home: Home, do: str, which: int = 0, **settings: Any) -> str:
    """Do something to one of the runs; its id."""
    if do == "add":
        return home.add(**settings)
    if not home.runs:
        return ""
    run_id = list(home.runs)[which % len(home.runs)]
    run = home.runs[run_id]
    match do:
        case "remove":
            del home.runs[run_id]
        case "start":
            run.apply(started())
        case "start elsewhere":
            run.apply(started(dataset_sha256=OTHER_DATA))
        case "change":
            run.apply(CHANGED)
        case "stop":
            run.apply(finished(status="stopped"))
        case "finish":
            run.apply(finished())
    return run_id


@given(st.lists(ACTIONS, max_size=40), st.lists(st.booleans(), min_size=40, max_size=40))
def test_rows_that_grow_are_those_that_are_made_anew(
    actions: list[dict[str, Any]], looks: list[bool]
) -> None:
    home, index = Home(), RowIndex()
    unseen: set[str] = set()
    for action, look in zip(actions, looks, strict=False):
        unseen.add(act(home, **action))
        if not look:
            continue
        before = {
            run_id: index.members[index.row_of(run_id)] for row in index.members.values() for run_id in row
        }
        told = index.update(home.runs, unseen)
        unseen.clear()
        assert list(index.members.values()) == members(home)
        after = {run_id: row for row in index.members.values() for run_id in row}
        assert told == {run for run in before.keys() | after.keys() if before.get(run) != after.get(run)}
    if not any(run.status in CUT_SHORT for run in home.runs.values()):
        found = [tuple(run.run_id for run in row.runs) for row in rows(home.runs.values())]
        assert members(home) == found
