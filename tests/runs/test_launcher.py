"""Runs in processes of their own: started, steered, killed, starved; nothing that was learnt is lost."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from mnist_tui import worker as workers
from mnist_tui.config import RunConfig
from mnist_tui.data.mnist import FILES
from mnist_tui.errors import DataError, RunError
from mnist_tui.runs import directory as directories
from mnist_tui.runs.directory import RunDirectory
from mnist_tui.runs.launcher import Worker, follow, launch, settle
from mnist_tui.training.events import Epoch, Event, Paused, Resumed, RunFailed, RunFinished, RunStarted, Step
from mnist_tui.worker import Control, train
from tests.conftest import write_idx
from tests.runs.helpers import (
    ended,
    endless_config,
    events_of,
    file_size_limit,
    has,
    launched,
    tiny_config,
    until,
)

dev_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")

# ------------------------------------------------------------------------------------- from start to end


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunDirectory, list[Event]]]:
    """A run that was trained to its end, and the events that were followed."""
    data = write_idx(tmp_path_factory.mktemp("data") / "tiny", 300, 100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(tmp_path_factory.mktemp("home")))
        with launched(tiny_config(data, epochs=3, batch_norm=True, name="été")) as worker:
            yield worker.directory, list(follow(worker))


def test_events_come_in_order_to_the_end(trained: tuple[RunDirectory, list[Event]]) -> None:
    _, events = trained
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].status == "completed"
    assert events[-1].test_accuracy > 0.9
    epochs = [event.epoch for event in events if isinstance(event, Epoch)]
    assert epochs == [1, 2, 3]
    steps = [event.step for event in events if isinstance(event, Step)]
    assert steps == sorted(set(steps))


def test_what_was_followed_is_what_was_logged(trained: tuple[RunDirectory, list[Event]]) -> None:
    directory, events = trained
    assert events_of(directory) == events


def test_config_json_tells_all_that_the_numbers_depend_on(trained: tuple[RunDirectory, list[Event]]) -> None:
    directory, events = trained
    manifest = json.loads(directory.config_path.read_text(encoding="utf-8"))
    assert isinstance(events[0], RunStarted)
    assert manifest["dataset_sha256"] == events[0].dataset_sha256
    assert re.fullmatch("[0-9a-f]{64}", manifest["dataset_sha256"])
    assert manifest["versions"]["numpy"] == np.__version__
    assert manifest["machine"]["cores"] >= 1
    assert directory.read_config().display_name == "été"


def test_the_model_can_be_read_without_this_program(trained: tuple[RunDirectory, list[Event]]) -> None:
    directory, events = trained
    weights = safetensors.numpy.load_file(directory.model_path)
    assert weights["linear1.weight"].shape == (784, 16)
    assert weights["linear1.bias"].shape == (16,)
    assert weights["batch_norm1.gamma"].shape == (16,)
    assert weights["linear2.weight"].shape == (16, 10)
    assert all(np.isfinite(array).all() for array in weights.values())
    norm = np.sqrt(sum((array**2).sum() for name, array in weights.items() if name.endswith(".weight")))
    assert isinstance(events[-1], RunFinished)
    assert norm == pytest.approx(events[-1].weight_norm, rel=1e-4)


def test_the_predictions_are_those_of_the_test_accuracy(trained: tuple[RunDirectory, list[Event]]) -> None:
    directory, events = trained
    with np.load(directory.predictions_path, allow_pickle=False) as arrays:
        probabilities, labels = arrays["probabilities"], arrays["labels"]
    assert probabilities.shape == (100, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert isinstance(events[-1], RunFinished)
    assert (probabilities.argmax(axis=1) == labels).mean() == pytest.approx(events[-1].test_accuracy)


def test_nothing_half_written_is_left_behind(trained: tuple[RunDirectory, list[Event]]) -> None:
    directory, _ = trained
    names = {path.name for path in directory.path.iterdir()}
    assert names - {"worker.lock"} == {
        "config.json",
        "events.jsonl",
        "model.safetensors",
        "predictions.npz",
    }
    assert not directory.is_locked()


def test_settling_spells_out_what_auto_meant(tiny_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny_data.parent)
    settled = settle(RunConfig(dataset="tiny"))
    assert settled.dataset == str(tiny_data)
    assert settled.threads is not None
    assert settled.learning_rate == RunConfig().peak_learning_rate
    assert settle(RunConfig()).dataset == "sample"
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tiny_data))
    assert settle(RunConfig()).dataset == "mnist"


def test_a_data_set_that_is_not_there_starts_nothing(home: Path) -> None:
    with pytest.raises(DataError):
        launch(RunConfig(dataset="/no/such/directory"))
    assert directories.list_runs() == []


# ---------------------------------------------------------------------------------------------- steering


def test_pause_resume_and_stop(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch))
        worker.send("pause")
        until(lambda: has(worker.directory, Paused))
        before = events_of(worker.directory)
        assert isinstance(before[-1], Paused)
        worker.send("nonsense")
        worker.send("resume")
        until(lambda: has(worker.directory, Resumed))
        until(lambda: has(worker.directory, Epoch, sum(isinstance(event, Epoch) for event in before) + 2))
        worker.send("stop")
        events = list(follow(worker))
    assert isinstance(events[len(before)], Resumed), "nothing is trained while paused"
    assert isinstance(events[-1], RunFinished)
    assert events[-1].status == "stopped"
    assert worker.directory.predictions_path.exists()


def test_a_process_that_is_gone_hears_nothing(tiny_data: Path) -> None:
    with launched(tiny_config(tiny_data, epochs=1)) as worker:
        until(lambda: not worker.is_running)
        worker.send("stop")
        *_, last = follow(worker)
        worker.send("stop")
    assert isinstance(last, RunFinished)
    assert last.status == "completed"


def test_a_paused_run_can_be_stopped(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        worker.send("pause")
        until(lambda: has(worker.directory, Paused))
        worker.send("stop")
        *_, last = follow(worker)
    assert isinstance(last, RunFinished)
    assert last.status == "stopped"


def test_sigterm_stops_and_keeps(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch))
        os.kill(worker.pid, signal.SIGTERM)
        *_, last = follow(worker)
    assert isinstance(last, RunFinished)
    assert last.status == "stopped"


def test_a_worker_whose_starter_is_killed_stops_and_keeps(tiny_data: Path) -> None:
    """Its standard input closes then."""
    code = (
        "import json, sys, time\n"
        "from mnist_tui.config import RunConfig\n"
        "from mnist_tui.runs.launcher import launch\n"
        "worker = launch(RunConfig.from_dict(json.loads(sys.argv[1])))\n"
        "print(worker.directory.path, flush=True)\n"
        "time.sleep(60)\n"
    )
    settings = json.dumps(endless_config(tiny_data).to_dict())
    with subprocess.Popen([sys.executable, "-c", code, settings], stdout=subprocess.PIPE) as starter:
        assert starter.stdout
        try:
            directory = RunDirectory(Path(starter.stdout.readline().decode().strip()))
            until(lambda: has(directory, Epoch))
        finally:
            starter.kill()
    until(lambda: has(directory, RunFinished))
    until(lambda: not directory.is_locked())
    last = events_of(directory)[-1]
    assert isinstance(last, RunFinished)
    assert last.status == "stopped"
    assert safetensors.numpy.load_file(directory.model_path)


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"{", b"[]", b"null", b'"stop"', b'{"command": ["stop"]}', b"\xff\x00", b"[" * 100_000],
)
def test_what_is_no_command_is_passed_over(line: bytes) -> None:
    control = Control()
    control.obey(line)
    assert not control.stop
    assert not control.paused


class PauseAtTheEnd(Control):
    """Somebody presses pause while the last word is written; resumes at once, lest a test waits forever."""

    def wait(self) -> None:
        self.obey(b'{"command": "resume"}')


@pytest.mark.parametrize(
    ("changes", "end"),
    [({}, RunFinished), ({"learning_rate": 100.0, "l2_lambda": 1000.0}, RunFailed)],
    ids=["finished", "failed"],
)
def test_a_pause_that_comes_too_late_does_not_unfinish_a_run(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, float], end: type[Event]
) -> None:
    control = PauseAtTheEnd()

    class Log(workers.EventLog):
        def append(self, event: Event) -> None:
            super().append(event)
            if isinstance(event, RunFinished | RunFailed):
                control.obey(b'{"command": "pause"}')

    monkeypatch.setattr(workers, "EventLog", Log)
    directory = directories.create(tiny_config(tiny_data, epochs=20, **changes))
    train(directory, control)
    assert isinstance(events_of(directory)[-1], end)


# ------------------------------------------------------------------------------------- death and failure


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
    assert "kept" in events[-1].reason
    assert_one_sentence(events[-1].reason)
    assert sum(isinstance(event, Epoch) for event in events) >= 3
    assert events_of(worker.directory) == events
    assert safetensors.numpy.load_file(worker.directory.model_path)["linear1.weight"].shape == (784, 16)
    assert not worker.directory.is_locked()


def test_a_data_file_that_breaks_after_the_start_is_named(tiny_data: Path) -> None:
    directory = directories.create(settle(tiny_config(tiny_data)))
    path = tiny_data / f"{FILES[0].name}.gz"
    path.write_bytes(path.read_bytes()[:-50])
    with ended(Worker(directory)) as worker:
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


@dev_full
def test_a_disk_that_is_full_from_the_start_is_told_in_memory(tiny_data: Path) -> None:
    directory = directories.create(settle(tiny_config(tiny_data)))
    directory.events_path.symlink_to("/dev/full")
    with ended(Worker(directory)) as worker:
        until(lambda: not worker.is_running)
        directory.events_path.unlink()
        directory.events_path.mkdir()  # a log that cannot be written even now
        [failed] = follow(worker)
    assert isinstance(failed, RunFailed)
    assert "disk is full" in failed.reason
    assert str(directory.events_path) in failed.reason
    assert_one_sentence(failed.reason)


def test_a_log_that_cannot_grow_any_more_keeps_what_it_has(tiny_data: Path) -> None:
    """As on a disk that gets full: the worker's files hit a limit, its last line is torn."""
    directory = directories.create(settle(endless_config(tiny_data, hidden=(1,), threads=1)))
    with file_size_limit(20_000):
        worker = Worker(directory)
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

    monkeypatch.setattr(workers.source, "load", fail)
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
    with ended(Worker(directory)) as worker:
        [failed] = follow(worker)
    assert isinstance(failed, RunFailed)
    assert "epochs must be from 1 to 10,000, not -1" in failed.reason


def test_a_second_process_on_the_same_directory_is_refused(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch))
        second = subprocess.run(
            [sys.executable, "-m", "mnist_tui.worker", str(worker.directory.path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert second.returncode == 1
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
        watchdog = threading.Timer(30, worker.kill)
        watchdog.start()
        first = next(event for event in follow(worker) if isinstance(event, Epoch))
        watchdog.cancel()
        assert worker.is_running
    assert first.epoch == 1
