"""Several runs at once: started, steered, discarded, mourned."""

import os
import signal
from pathlib import Path

import pytest

from mnist_tui.errors import DataError, RunError
from mnist_tui.runs.layout import list_runs
from mnist_tui.runs.run import Status
from mnist_tui.runs.store import Update
from tests.jobs.driver import Driver
from tests.runs.helpers import (
    endless_config,
    events_of,
    look,
    tiny_config,
    until,
    until_learnt,
    until_status,
)


def kill(laboratory: Driver, run_id: str) -> None:
    """End a process as the system does when memory runs out, and wait until it is gone."""
    os.kill(laboratory.handle(run_id).pid, signal.SIGKILL)
    until(lambda: run_id not in laboratory.own_active)


@pytest.mark.cores(4)
def test_several_runs_train_side_by_side_and_share_the_cores(laboratory: Driver, tiny_data: Path) -> None:
    configs = [tiny_config(tiny_data, epochs=2, seed=seed, threads=None) for seed in (1, 2)]
    ids = laboratory.start(configs)
    assert laboratory.own_active == ids
    for run_id, seed in zip(ids, (1, 2), strict=True):
        run = until_status(laboratory, run_id, Status.COMPLETED)
        assert run.config.seed == seed
        assert run.config.threads == 4
        assert run.started
        assert run.started.threads == 4
        assert len(run.epochs) == 2
    assert list(laboratory.runs) == ids
    until(lambda: not laboratory.own_active)


@pytest.mark.cores(1)
def test_no_more_runs_train_than_there_are_cores_and_each_in_its_turn(
    laboratory: Driver, tiny_data: Path
) -> None:
    ids = laboratory.start([tiny_config(tiny_data, epochs=2, seed=seed) for seed in range(3)])
    assert (laboratory.own_active, laboratory.waiting) == (ids[:1], ids[1:])
    for run_id in ids:
        until_status(laboratory, run_id, Status.COMPLETED)
    ends = [laboratory.runs[run_id].directory.predictions_path.stat().st_mtime_ns for run_id in ids]
    assert ends == sorted(ends)
    assert {one.other_runs for run_id in ids for one in laboratory.runs[run_id].epochs} == {0}


def test_threads_that_were_asked_for_are_kept(laboratory: Driver, tiny_data: Path) -> None:
    ids = laboratory.start([tiny_config(tiny_data, epochs=1, threads=3) for _ in range(2)])
    for run_id in ids:
        assert until_status(laboratory, run_id, Status.COMPLETED).config.threads == 3


def test_pause_resume_and_stop(laboratory: Driver, tiny_data: Path) -> None:
    [run_id] = laboratory.start([endless_config(tiny_data)])
    until_learnt(laboratory, run_id, 10)
    laboratory.pause_or_resume(run_id)
    until_status(laboratory, run_id, Status.PAUSED)
    laboratory.pause_or_resume(run_id)
    until_status(laboratory, run_id, Status.TRAINING)
    laboratory.stop(run_id)
    run = until_status(laboratory, run_id, Status.STOPPED)
    assert run.finished
    assert run.finished.test_accuracy > 0.5


def test_stop_all_stops_all_and_keeps_them(laboratory: Driver, tiny_data: Path) -> None:
    ids = laboratory.start([endless_config(tiny_data, seed=seed) for seed in (1, 2)])
    for run_id in ids:
        until_learnt(laboratory, run_id)
    laboratory.stop_all()
    for run_id in ids:
        assert until_status(laboratory, run_id, Status.STOPPED).finished
    until(lambda: not laboratory.own_active)


def test_discarding_ends_the_process_and_removes_the_directory(laboratory: Driver, tiny_data: Path) -> None:
    ids = laboratory.start([endless_config(tiny_data, seed=seed) for seed in (1, 2)])
    for run_id in ids:
        until_learnt(laboratory, run_id)
    laboratory.discard(ids[0])
    assert [path.name for path in list_runs()] == [ids[1]]
    assert set(look(laboratory)) == {ids[1]}
    assert laboratory.own_active == [ids[1]]


def test_a_killed_process_is_mourned_in_log_and_run(laboratory: Driver, tiny_data: Path) -> None:
    [run_id] = laboratory.start([endless_config(tiny_data)])
    run = until_learnt(laboratory, run_id)
    kill(laboratory, run_id)
    until_status(laboratory, run_id, Status.FAILED)
    assert "SIGKILL" in run.failure
    assert run.epochs
    assert events_of(run.directory)[-1].kind == "run_failed"


def test_a_process_that_dies_during_a_scan_is_mourned_all_the_same(
    laboratory: Driver, tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why it died must not be lost because it died between two lines of ours."""
    [run_id] = laboratory.start([endless_config(tiny_data)])
    until_learnt(laboratory, run_id)
    scan = laboratory.store.scan

    def die_first(seconds: float) -> list[Update]:
        kill(laboratory, run_id)
        return scan(seconds)

    with monkeypatch.context() as patch:
        patch.setattr(laboratory.store, "scan", die_first)
        look(laboratory)
    for _ in range(2):
        look(laboratory)
    run = laboratory.runs[run_id]
    assert run.status is Status.FAILED
    assert "SIGKILL" in run.failure


def test_a_failure_that_the_disk_cannot_take_is_shown(laboratory: Driver, tiny_data: Path) -> None:
    [run_id] = laboratory.start([endless_config(tiny_data)])
    run = until_learnt(laboratory, run_id)
    kill(laboratory, run_id)
    run.directory.events_path.unlink()
    run.directory.events_path.mkdir()  # cannot be written
    look(laboratory)
    assert run.status is Status.FAILED
    assert "SIGKILL" in run.failure


def test_what_cannot_be_trained_starts_nothing(laboratory: Driver, tiny_data: Path) -> None:
    with pytest.raises(DataError):
        laboratory.start([tiny_config(tiny_data / "gone")])
    assert laboratory.own_active == []
    assert list_runs() == []


def test_a_home_that_cannot_be_written_starts_nothing(
    laboratory: Driver, tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path / "file"))
    with pytest.raises(RunError, match="MNIST_TUI_HOME"):
        laboratory.start([tiny_config(tiny_data)])
    assert laboratory.own_active == []
