"""Runs in processes of their own: started, steered, followed to their end."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from mnist_tui.errors import DataError
from mnist_tui.jobs import worker as workers
from mnist_tui.jobs.control import Control
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.preparation import settle
from mnist_tui.jobs.worker import NICENESS, train
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch, Event, Paused, Resumed, RunFailed, RunFinished, RunStarted, Step
from tests.runs.helpers import endless_config, events_of, has, launch, launched, tiny_config, until

# ------------------------------------------------------------------------------------- from start to end


@pytest.fixture(scope="module")
def trained(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunDirectory, list[Event]]]:
    """A run that was trained to its end, and the events that were followed."""
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
    assert names - {"worker.lock", "control.jsonl"} == {
        "config.json",
        "events.jsonl",
        "model.safetensors",
        "probes.bin",
        "predictions.npz",
        "checkpoint.npz",
        "checkpoints",
    }
    assert [path.name for path in sorted(directory.checkpoints_path.iterdir())] == [
        f"epoch-{epoch}.npz" for epoch in (1, 2, 3)
    ]
    assert not directory.is_locked()


def test_settling_spells_out_what_auto_meant(tiny_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny_data.parent)
    settled = settle(RunConfig(dataset="tiny"))
    assert settled.dataset == str(tiny_data)
    assert settled.threads is not None
    assert settled.learning_rate == RunConfig().with_rate_for(270).learning_rate == 0.05
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
        "from mnist_tui.settings.run_config import RunConfig\n"
        "from mnist_tui.runs.layout import create\n"
        "from mnist_tui.jobs.local import WorkerProcess\n"
        "worker = WorkerProcess(create(RunConfig.from_dict(json.loads(sys.argv[1]))))\n"
        "print(worker.directory.path, flush=True)\n"
        "time.sleep(3600)\n"
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


class PauseAtTheEnd(Control):
    """Somebody presses pause while the last word is written; resumes at once, lest a test waits forever."""

    def wait(self, is_wanted: Callable[[], bool] = lambda: True) -> None:
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

    class Log(EventLog):
        def append(self, event: Event) -> None:
            super().append(event)
            if isinstance(event, RunFinished | RunFailed):
                control.obey(b'{"command": "pause"}')

    monkeypatch.setattr(workers, "EventLog", Log)
    directory = directories.create(tiny_config(tiny_data, epochs=20, **changes))
    train(directory, control)
    assert isinstance(events_of(directory)[-1], end)


@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="this system has no sessions with a weight"
)
def test_a_worker_goes_after_other_programs_as_a_session_too(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch))
        assert Path(f"/proc/{worker.pid}/autogroup").read_text().endswith(f" nice {NICENESS}\n")
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) >= NICENESS
