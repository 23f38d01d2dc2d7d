"""The store: all runs of a home directory, kept up to date from their logs."""

import os
import shutil
from pathlib import Path

import pytest

from mnist_tui.errors import RunError
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.store import RunStore
from mnist_tui.training.events import Event, Paused, RunFailed
from tests.runs.helpers import epoch, finished, grow, make_run, make_unreadable_run, started, step

pytestmark = pytest.mark.quick


def make_old(directory: RunDirectory) -> None:
    """As if the run had been made an hour ago."""
    (directory.path / "worker.lock").touch()
    an_hour_ago = directory.path.stat().st_mtime - 3600
    os.utime(directory.path, (an_hour_ago, an_hour_ago))


def test_an_empty_home_has_no_runs() -> None:
    store = RunStore()
    assert store.refresh() == set()
    assert store.runs == {}


def test_runs_are_discovered_with_all_that_their_logs_tell() -> None:
    done = make_run([started(), step(4), epoch(1), finished()], epochs=1)
    failed = make_run([RunFailed("why")])
    store = RunStore()
    assert store.refresh() == {done.run_id, failed.run_id}
    assert store.runs[done.run_id].status is Status.COMPLETED
    assert store.runs[done.run_id].finished == finished()
    assert store.runs[failed.run_id].failure == "why"


def test_a_look_changes_nothing_before_it_is_applied() -> None:
    bad = make_unreadable_run().run_id
    store = RunStore()

    updates = store.scan()

    assert store.unreadable == []
    store.apply(updates)
    assert store.unreadable == [bad]


def test_what_is_there_but_cannot_be_read_is_known_as_long_as_it_is_there() -> None:
    good, bad = make_run([started()]), make_unreadable_run()
    store = RunStore()
    assert store.refresh() == {good.run_id}
    assert store.unreadable == [bad.run_id]
    store.check_readable(good.run_id)
    with pytest.raises(RunError, match="lion"):
        store.check_readable(bad.run_id)
    shutil.rmtree(bad.path)
    store.refresh()
    assert store.unreadable == []


def test_runs_of_other_processes_appear_and_grow() -> None:
    store = RunStore()
    directory = make_run([started()])
    with directory.lock():
        assert store.refresh() == {directory.run_id}
        run = store.runs[directory.run_id]
        assert run.status is Status.TRAINING
        assert store.refresh() == set()

        grow(directory, step(4), epoch(1))
        assert store.refresh() == {directory.run_id}
        assert store.runs[directory.run_id] is run
        assert (len(run.train), len(run.epochs)) == (1, 1)

        grow(directory, Paused(4))
        store.refresh()
        assert run.status is Status.PAUSED

        grow(directory, finished())
        store.refresh()
    assert run.status is Status.COMPLETED
    assert store.refresh() == set()
    assert (len(run.train), len(run.epochs)) == (1, 1)


@pytest.mark.parametrize("events", [[started()], [started(), step(1), Paused(1)], [started(), epoch(1)]])
def test_a_run_that_nobody_trains_and_that_has_no_end_is_interrupted(events: list[Event]) -> None:
    directory = make_run(events)
    store = RunStore()
    store.refresh()
    run = store.runs[directory.run_id]
    assert run.status is Status.INTERRUPTED
    assert not run.is_active


def test_a_run_whose_process_dies_becomes_interrupted_and_keeps_its_epochs() -> None:
    directory = make_run([started(), epoch(1)])
    store = RunStore()
    with directory.lock():
        store.refresh()
        assert store.runs[directory.run_id].is_active
    assert store.refresh() == {directory.run_id}
    assert store.runs[directory.run_id].status is Status.INTERRUPTED
    assert store.runs[directory.run_id].epochs == [epoch(1)]


def test_a_young_run_without_events_is_starting_and_an_old_one_not_started() -> None:
    directory = make_run()
    store = RunStore()
    store.refresh()
    assert store.runs[directory.run_id].status is Status.STARTING
    make_old(directory)
    store.refresh()
    assert store.runs[directory.run_id].status is Status.NOT_STARTED


def test_directories_that_are_no_runs_are_passed_over(home: Path) -> None:
    good = make_run([started(), finished()])
    for name in ("20260101-000000000-empty-000000", "20260101-000000000-damaged-000001", "notes"):
        (home / "runs" / name).mkdir()
    (home / "runs" / "20260101-000000000-damaged-000001" / "config.json").write_text("{")
    (home / "runs" / "20260101-000000000-file-000002").touch()
    store = RunStore()
    store.refresh()
    assert set(store.runs) == {good.run_id}
    assert store.refresh() == set()


def test_a_directory_whose_config_json_comes_a_moment_later_is_discovered() -> None:
    directory = make_run([started(), finished()])
    content = directory.config_path.read_bytes()
    directory.config_path.unlink()
    store = RunStore()
    assert store.refresh() == set()
    directory.config_path.write_bytes(content)
    assert store.refresh() == {directory.run_id}


def test_an_old_unusable_directory_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    directory = make_run()
    directory.config_path.write_text("{")
    make_old(directory)
    looks: list[str] = []
    read = Run.read

    def recording(found: RunDirectory) -> Run:
        looks.append(found.run_id)
        return read(found)

    monkeypatch.setattr(Run, "read", recording)
    store = RunStore()
    for _ in range(3):
        assert store.refresh() == set()
    assert looks == [directory.run_id]


def test_a_log_full_of_garbage_does_no_harm() -> None:
    good, bad = make_run([started(), finished()]), make_run()
    bad.events_path.write_bytes(b"\x00\xff\n" * 1000 + b'{"event": "epoch"}\n')
    store = RunStore()
    store.refresh()
    assert store.runs[good.run_id].status is Status.COMPLETED
    assert bad.run_id in store.runs


def test_a_forgotten_run_does_not_come_back() -> None:
    directory, other = make_run([started(), finished()]), make_run([started(), finished()])
    store = RunStore()
    store.refresh()
    shutil.rmtree(directory.path)
    store.forget(directory.run_id)
    assert set(store.runs) == {other.run_id}
    assert store.refresh() == set()


def test_a_run_that_was_away_for_a_moment_comes_back(home: Path) -> None:
    directory = make_run([started(), finished()])
    store = RunStore()
    store.refresh()
    directory.path.rename(home / "elsewhere")
    assert store.refresh() == {directory.run_id}
    assert store.runs == {}
    (home / "elsewhere").rename(directory.path)
    assert store.refresh() == {directory.run_id}
    assert store.runs[directory.run_id].status is Status.COMPLETED


def test_a_disk_that_is_away_for_a_moment_has_lost_no_run(home: Path) -> None:
    directory = make_run([started(), finished()])
    store = RunStore()
    store.refresh()
    (home / "runs").rename(home / "away")
    assert store.refresh() == set()
    assert set(store.runs) == {directory.run_id}


def test_a_run_read_as_a_whole_during_a_scan_counts_nothing_twice() -> None:
    directory = make_run([started(), step(1), *[epoch(number) for number in range(1, 200)], finished()])
    store = RunStore()
    store.refresh()
    assert store.runs[directory.run_id].is_summary
    with EventLog(directory.events_path) as log:
        log.append(epoch(200))
    seen_by_a_scan = store.scan()
    store.apply(store.read(directory.run_id))
    store.apply(seen_by_a_scan)
    store.refresh()
    assert [one.epoch for one in store.runs[directory.run_id].epochs] == list(range(1, 201))


def test_a_run_forgotten_between_scan_and_apply_does_not_come_back() -> None:
    directory = make_run([started(), finished()])
    store = RunStore()
    updates = store.scan()
    store.forget(directory.run_id)
    assert store.apply(updates) == set()
    assert store.runs == {}


def test_a_run_forgotten_in_the_middle_of_a_scan_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """`scan` runs in a thread of its own; `forget` may come at any moment."""
    directory, other = make_run([started(), step(1)]), make_run([started(), step(1)])
    store = RunStore()

    def forget_meanwhile(asked: RunDirectory) -> bool:
        if asked.run_id == directory.run_id:
            store.forget(asked.run_id)
        return True

    with monkeypatch.context() as patch:
        patch.setattr(RunDirectory, "is_locked", lambda _: True)
        store.refresh()
        patch.setattr(RunDirectory, "is_locked", forget_meanwhile)
        store.refresh()
    assert set(store.runs) == {other.run_id}


def test_runs_keep_the_order_in_which_they_were_made(home: Path) -> None:
    made = [make_run([started(), finished()]) for _ in range(3)]
    for number, directory in enumerate(reversed(made)):
        directory.path.rename(home / "runs" / f"2026010{number}-000000000-plain-00000{number}")
    store = RunStore()
    store.refresh()
    assert list(store.runs) == sorted(store.runs)
