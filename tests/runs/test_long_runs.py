"""The store and runs that are many or long: what is read at once, what when somebody looks."""

import itertools

import pytest

from mnist_tui.runs.run import Status
from mnist_tui.runs.store import RunStore
from tests.runs.helpers import epoch, finished, grow, long_log, make_run, started, step


def test_a_scan_without_time_leaves_what_is_new_to_the_next() -> None:
    directory = make_run([started(), finished()])
    store = RunStore()
    assert store.scan(0) == []
    assert store.refresh() == {directory.run_id}


def test_a_scan_that_is_short_of_time_reads_the_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock moves on by a second with each look at it, which is twice a run."""
    ids = [make_run([started(), finished()]).run_id for _ in range(5)]
    store = RunStore()
    found = []
    for _ in range(3):
        monkeypatch.setattr("mnist_tui.runs.store.time.monotonic", itertools.count().__next__)
        found.append(sorted(store.apply(store.scan(5))))
    assert found == [sorted(ids)[3:], sorted(ids)[1:3], sorted(ids)[:1]]
    assert list(store.runs) == sorted(ids)


def test_runs_that_are_known_are_kept_up_to_date_however_short_the_time() -> None:
    directory = make_run([started()])
    store = RunStore()
    with directory.lock():
        store.refresh()
        grow(directory, step(4), epoch(1))
        assert store.apply(store.scan(0)) == {directory.run_id}
    assert store.runs[directory.run_id].epochs == [epoch(1)]


def test_of_a_long_run_that_is_over_a_summary_is_read() -> None:
    result = finished(epochs=100)
    directory = make_run(long_log(result))
    store = RunStore()
    store.refresh()
    run = store.runs[directory.run_id]
    assert run.is_summary
    assert (run.status, run.finished, run.started) == (Status.COMPLETED, result, started())
    assert run.epoch == 100
    assert len(run.epochs) < 100


def test_a_long_run_that_trains_is_read_as_a_whole() -> None:
    directory = make_run(long_log())
    store = RunStore()
    with directory.lock():
        store.refresh()
    run = store.runs[directory.run_id]
    assert not run.is_summary
    assert len(run.epochs) == 100


def test_a_summary_becomes_the_whole_run_when_somebody_wants_to_see_it() -> None:
    directory = make_run(long_log(finished()))
    store = RunStore()
    store.refresh()
    assert store.apply(store.read(directory.run_id)) == {directory.run_id}
    run = store.runs[directory.run_id]
    assert not run.is_summary
    assert (len(run.epochs), len(run.train)) == (100, 100)
    assert run.status is Status.COMPLETED
    assert store.read(directory.run_id) == []
    assert store.refresh() == set()


def test_what_is_whole_or_not_there_is_not_read_again() -> None:
    directory = make_run([started(), finished()])
    store = RunStore()
    store.refresh()
    assert store.read(directory.run_id) == []
    assert store.read("20260101-000000000-x-000000") == []


def test_a_summary_whose_run_is_damaged_meanwhile_stays_a_summary() -> None:
    directory = make_run(long_log(finished()))
    store = RunStore()
    store.refresh()
    directory.config_path.write_text("{")
    assert store.read(directory.run_id) == []
    assert store.runs[directory.run_id].is_summary
