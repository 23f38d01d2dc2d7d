"""Processes that are killed, starved or refused: nothing that was learnt is lost, and all is said."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import safetensors.numpy

from mnist_tui.data.mnist import FILES
from mnist_tui.errors import RunError
from mnist_tui.jobs.control import REFUSED, Control
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.jobs.preparation import settle
from mnist_tui.jobs.worker import train
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.training.events import Epoch, RunFailed, RunFinished, RunStarted
from tests.patience import PATIENCE
from tests.runs.helpers import (
    ended,
    endless_config,
    epoch,
    events_of,
    file_size_limit,
    finished,
    has,
    launch,
    launched,
    make_run,
    started,
    tiny_config,
    until,
)


def assert_one_sentence(text: str) -> None:
    assert text.isprintable()
    assert text.endswith(".")
    assert "Traceback" not in text


def test_sigkill_loses_no_epoch_and_is_named(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch, 3))
        os.kill(worker.pid, signal.SIGKILL)
        events = list(follow(worker))
    assert isinstance(events[-1], RunFailed)
    assert "SIGKILL" in events[-1].reason
    assert "resume goes on" in events[-1].reason
    assert_one_sentence(events[-1].reason)
    assert sum(isinstance(event, Epoch) for event in events) >= 3
    assert events_of(worker.directory) == events
    assert safetensors.numpy.load_file(worker.directory.model_path)["linear1.weight"].shape == (784, 16)
    assert not worker.directory.is_locked()


def test_a_data_file_that_breaks_after_the_start_is_named(tiny_data: Path) -> None:
    directory = directories.create(settle(tiny_config(tiny_data)))
    path = tiny_data / f"{FILES[0].name}.gz"
    path.write_bytes(path.read_bytes()[:-50])
    with ended(WorkerProcess(directory)) as worker:
        [failed] = follow(worker)
    assert isinstance(failed, RunFailed)
    assert str(path) in failed.reason
    assert "cut off or damaged" in failed.reason
    assert_one_sentence(failed.reason)
    assert events_of(directory) == [failed]


def test_a_diverging_run_says_what_to_do(tiny_data: Path) -> None:
    with launched(tiny_config(tiny_data, epochs=50, learning_rate=100.0, l2_lambda=1000.0)) as worker:
        *_, last = follow(worker)
    assert isinstance(last, RunFailed)
    assert "learning rate 100 is likely too high" in last.reason
    assert_one_sentence(last.reason)


def test_a_disk_that_takes_nothing_from_the_start_is_told_in_memory(tiny_data: Path) -> None:
    directory = directories.create(settle(tiny_config(tiny_data)))
    with file_size_limit(0):
        worker = WorkerProcess(directory)
    with ended(worker):
        until(lambda: not worker.is_running)
        directory.events_path.unlink()
        directory.events_path.mkdir()  # a log that cannot be written even now
        [failed] = follow(worker)
    assert isinstance(failed, RunFailed)
    assert f"{directory.events_path} cannot be written" in failed.reason
    assert_one_sentence(failed.reason)


def test_a_log_that_cannot_grow_any_more_keeps_what_it_has(tiny_data: Path) -> None:
    """As on a disk that gets full: the worker's files hit a limit, its last line is torn."""
    directory = directories.create(settle(endless_config(tiny_data, hidden=(1,), threads=1)))
    with file_size_limit(60_000):
        worker = WorkerProcess(directory)
    with ended(worker):
        events = list(follow(worker))
    assert isinstance(events[0], RunStarted)
    assert sum(isinstance(event, Epoch) for event in events) >= 3
    assert isinstance(events[-1], RunFailed)
    assert "events.jsonl cannot be written" in events[-1].reason
    assert_one_sentence(events[-1].reason)
    assert events_of(directory) == events, "the torn line does not hide the last word"
    assert safetensors.numpy.load_file(directory.model_path)["linear1.weight"].shape == (784, 1)


@pytest.mark.parametrize(
    ("error", "words"), [(MemoryError(), "memory is full"), (ZeroDivisionError("oops"), "error.txt")]
)
def test_a_defect_becomes_a_sentence_and_the_details_a_file(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("mnist_tui.data.source.load", fail)
    directory = directories.create(tiny_config(tiny_data))
    assert not train(directory, Control())
    [failed] = events_of(directory)
    assert isinstance(failed, RunFailed)
    assert words in failed.reason
    assert_one_sentence(failed.reason)
    details = directory.path / "error.txt"
    assert not details.exists() or "Traceback" in details.read_text()


def test_a_damaged_config_json_becomes_a_sentence(tiny_data: Path) -> None:
    directory = directories.create(tiny_config(tiny_data))
    directory.config_path.write_text('{"epochs": -1}')
    with ended(WorkerProcess(directory)) as worker:
        [failed] = follow(worker)
    assert isinstance(failed, RunFailed)
    assert "epochs must be from 1 to 10,000, not -1" in failed.reason


def test_a_second_process_on_the_same_directory_is_refused(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch))
        second = subprocess.run(
            [sys.executable, "-m", "mnist_tui.jobs.worker", str(worker.directory.path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert second.returncode == REFUSED
        assert (
            second.stderr.strip() == f"{worker.directory.run_id} is being trained by another process already."
        )
        worker.send("stop")
        events = list(follow(worker))
    assert sum(isinstance(event, RunStarted) for event in events) == 1
    assert isinstance(events[-1], RunFinished)


def test_a_process_that_cannot_be_started_is_a_sentence(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tiny_data / "no-python"))
    with pytest.raises(RunError, match="could not be started"):
        launch(tiny_config(tiny_data))


def test_modules_in_the_working_directory_do_not_get_in_the_way(
    tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("numpy", "json", "mnist_tui"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    with launched(tiny_config(tiny_data, epochs=1)) as worker:
        *_, last = follow(worker)
    assert isinstance(last, RunFinished)


def test_epochs_are_followed_while_the_run_trains(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        watchdog = threading.Timer(PATIENCE, worker.kill)
        watchdog.start()
        first = next(event for event in follow(worker) if isinstance(event, Epoch))
        watchdog.cancel()
        assert worker.is_running
    assert first.epoch == 1


# ------------------------------------------------------------------------------------------- last words


def killed(directory: RunDirectory) -> WorkerProcess:
    """A worker that was killed in its first moment."""
    worker = WorkerProcess(directory)
    os.kill(worker.pid, signal.SIGKILL)
    until(lambda: not worker.is_running)
    return worker


def test_nobody_buries_a_run_that_another_process_trains_on() -> None:
    directory = make_run([started(), epoch(1)])
    before = events_of(directory)
    with ended(killed(directory)) as worker, directory.lock():
        assert worker.bury() is None
    assert events_of(directory) == before


@pytest.mark.parametrize(
    ("has_learnt", "remedy"),
    [
        (True, "resume goes on from its last complete epoch."),
        (False, "resume begins anew, as no epoch was complete."),
    ],
)
def test_a_killed_process_is_told_with_what_resuming_can_do(has_learnt: bool, remedy: str) -> None:
    directory = make_run([started()])
    if has_learnt:
        directory.checkpoint_path.touch()
    with ended(killed(directory)) as worker:
        failed = worker.bury()
    assert failed
    assert failed.reason == f"The training process was killed (SIGKILL); {remedy}"


def test_what_a_killed_process_left_half_written_is_removed_with_its_last_word() -> None:
    """It may be as large as a checkpoint, and nobody may ever go on with the run."""
    directory = make_run([started()])
    half = directory.checkpoint_path.with_name("checkpoint.npz.12345.tmp")
    with ended(killed(directory)) as worker:
        half.write_bytes(b"half of it")
        assert worker.bury()
    assert not half.exists()


def test_a_run_that_was_deleted_is_not_brought_back() -> None:
    directory = make_run([started()])
    with ended(killed(directory)) as worker:
        for path in sorted(directory.path.rglob("*"), reverse=True):
            path.unlink()
        directory.path.rmdir()
        failed = worker.bury()
    assert failed == RunFailed(f"{directory.run_id} was deleted in another program.", "deleted")
    assert not directory.path.exists()


def test_a_process_killed_before_it_resumed_a_stopped_run_is_not_passed_over() -> None:
    directory = make_run([started(), epoch(1), finished(status="stopped")])
    with ended(killed(directory)) as worker:
        failed = worker.bury()
    assert isinstance(failed, RunFailed)
    assert "SIGKILL" in failed.reason


def test_a_process_that_is_refused_tells_why_and_leaves_the_log_alone() -> None:
    directory = make_run([started()])
    with directory.lock(), ended(WorkerProcess(directory)) as worker:
        assert list(follow(worker)) == [], "what the log says is about the other process"
        assert worker.refusal == f"{directory.run_id} is being trained by another process already."
    assert events_of(directory) == [started()]
