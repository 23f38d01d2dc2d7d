"""The commands that go on with a run: `resume` and `fork`."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from mnist_tui.jobs.control import Control
from mnist_tui.jobs.worker import train
from mnist_tui.runs import checkpoints
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import Changed, Epoch, Event, Forked
from tests.command import assert_refused, mnist_tui, running
from tests.conftest import write_idx
from tests.runs.helpers import (
    endless_config,
    epoch,
    finished,
    has,
    launched,
    make_run,
    started,
    step,
    tiny_config,
    trained_here,
    until,
)


def only_new_run(*known: RunDirectory) -> RunDirectory:
    [path] = [path for path in list_runs() if path not in {one.path for one in known}]
    return RunDirectory(path)


def events_in(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


# ------------------------------------------------------------------------------------------------ resume


def test_a_resumed_run_has_the_same_weights_file_as_one_that_was_never_interrupted(tiny_data: Path) -> None:
    config = tiny_config(tiny_data, epochs=4, batch_norm=True, dropout=0.1, optimizer="adam")
    whole, parts = trained_here(config), trained_here(config, 2)
    result = mnist_tui("resume", parts.run_id)
    assert (result.returncode, result.stderr) == (0, "")
    *epochs, end = result.stdout.splitlines()
    assert [line.split("  ")[0].rpartition(": ")[2] for line in epochs] == ["epoch 3/4", "epoch 4/4"]
    assert "completed after 4 epochs" in end
    assert parts.model_path.read_bytes() == whole.model_path.read_bytes()
    assert parts.predictions_path.read_bytes() == whole.predictions_path.read_bytes()


def test_a_killed_run_is_resumed_by_enough_of_its_id(tiny_data: Path) -> None:
    config = tiny_config(tiny_data, epochs=60)
    with launched(config) as worker:
        until(lambda: has(worker.directory, Epoch, 2))
        os.kill(worker.pid, signal.SIGKILL)
        until(lambda: not worker.is_running)
    result = mnist_tui("resume", worker.directory.run_id[-6:])
    assert (result.returncode, result.stderr) == (0, "")
    assert Run.load(worker.directory)[0].status is Status.COMPLETED
    assert worker.directory.model_path.read_bytes() == trained_here(config).model_path.read_bytes()


def test_resume_streams_what_is_new_as_json_lines(tiny_data: Path) -> None:
    directory = trained_here(tiny_config(tiny_data, epochs=3), 2)
    result = mnist_tui("resume", directory.run_id, "--json")
    assert (result.returncode, result.stderr) == (0, "")
    events = events_in(result.stdout)
    assert (events[0]["event"], events[-1]["event"]) == ("resumed", "run_finished")
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [3]
    assert {event["run_id"] for event in events} == {directory.run_id}


def test_a_run_that_never_started_is_resumed_from_its_first_epoch(tiny_data: Path) -> None:
    directory = make_run(**vars(tiny_config(tiny_data, epochs=2)))
    result = mnist_tui("resume", directory.run_id, "--json")
    assert result.returncode == 0
    assert events_in(result.stdout)[0]["event"] == "run_started"


def test_sigint_stops_a_resumed_run_which_can_be_resumed_again(tiny_data: Path) -> None:
    directory = trained_here(endless_config(tiny_data), 1)
    with running("resume", directory.run_id) as process:
        assert process.stdout
        assert next(line for line in process.stdout if "epoch 2/" in line)
        process.send_signal(signal.SIGINT)
        *_, end = process.stdout
        assert process.wait() == 130
    assert "stopped after" in end
    run, _ = Run.load(directory)
    assert run.status is Status.STOPPED
    assert run.can_resume


@pytest.mark.parametrize("status", ["completed", "early_stopped"])
def test_a_run_that_came_to_its_end_is_not_resumed(status: str) -> None:
    directory = make_run([started(), epoch(1), finished(status=status)])
    before = directory.events_path.read_bytes()
    assert_refused(
        mnist_tui("resume", directory.run_id),
        1,
        "came to its end",
        f"mnist-tui fork {directory.run_id} --epochs",
    )
    assert directory.events_path.read_bytes() == before


def test_a_run_that_is_being_trained_is_not_resumed(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch))
        assert_refused(mnist_tui("resume", worker.directory.run_id), 1, "is being trained")
        assert worker.is_running


def test_a_run_that_is_not_there_is_not_resumed() -> None:
    assert_refused(mnist_tui("resume", "nothing"), 1, "nothing", "mnist-tui runs")


@pytest.mark.parametrize("end", ["stopped", "killed"])
def test_a_run_whose_data_changed_fails_with_one_sentence(tmp_path: Path, end: str) -> None:
    data = write_idx(tmp_path / "own", 300, 100)
    directory = trained_here(tiny_config(data), 1)
    if end == "killed":
        *lines, _ = directory.events_path.read_bytes().splitlines(keepends=True)
        directory.events_path.write_bytes(b"".join(lines))
    write_idx(data, 300, 100, seed=9)
    result = mnist_tui("resume", directory.run_id)
    assert result.returncode == 1
    [sentence] = result.stderr.splitlines()
    assert "not what the run was trained on" in sentence


# -------------------------------------------------------------------------------------------------- fork


@pytest.fixture
def parent(tiny_data: Path) -> RunDirectory:
    return trained_here(tiny_config(tiny_data, epochs=3, name="trunk"))


def test_a_fork_goes_on_from_the_last_epoch(parent: RunDirectory) -> None:
    result = mnist_tui("fork", parent.run_id[-6:], "--epochs", "5", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    events = events_in(result.stdout)
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [4, 5]
    child = only_new_run(parent)
    assert child.read_manifest()["forked_from"] == {"run_id": parent.run_id, "epoch": 3}
    run, _ = Run.load(child)
    assert run.status is Status.COMPLETED
    assert len(run.epochs) == 5


def test_a_fork_leaves_at_the_epoch_and_with_the_settings_it_is_given(parent: RunDirectory) -> None:
    options = ("--epoch", "1", "--optimizer", "adam", "--dropout", "0.1", "--name", "branch")
    result = mnist_tui("fork", parent.run_id, *options)
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines[:-1]] == ["branch: epoch 2/3", "branch: epoch 3/3"]
    child = only_new_run(parent)
    assert child.read_manifest()["forked_from"]["epoch"] == 1
    config = child.read_config()
    assert (config.optimizer, config.learning_rate, config.dropout) == ("adam", 0.001, 0.1)
    record = json.loads(mnist_tui("runs", "show", child.run_id, "--json").stdout)
    assert record["result"]["status"] == "completed"


def test_a_fork_of_a_run_that_trains_lets_it_be(tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch))
        result = mnist_tui("fork", worker.directory.run_id, "--epoch", "1", "--epochs", "3")
        assert (result.returncode, result.stderr) == (0, "")
        assert worker.is_running
    assert len(Run.load(only_new_run(worker.directory))[0].epochs) == 3


def test_an_interrupted_fork_is_resumed(parent: RunDirectory) -> None:
    with running("fork", parent.run_id, "--epochs", "10000", "--early-stopping", "0") as process:
        assert process.stdout
        assert next(line for line in process.stdout if "epoch 4/" in line)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait() == 130
    child = only_new_run(parent)
    assert Run.load(child)[0].status is Status.STOPPED
    with running("resume", child.run_id) as process:
        assert process.stdout
        assert next(line for line in process.stdout if "epoch" in line)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait() == 130


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ((), 2, ("--learning-rate",)),
        (("--hidden", "8"), 2, ("hidden cannot change in a fork", "learning_rate")),
        (("--seed", "1"), 2, ("seed cannot change",)),
        (("--dropout", "1"), 2, ("dropout must be",)),
        (("--dropout", "much"), 2, ("“much”",)),
        (("--dropout", "0.1"), 2, ("epochs must be above 3",)),
        (("--epochs", "9", "--epoch", "7"), 1, ("Epoch 7", "1, 2, 3")),
        (("--epochs", "9", "--epoch", "0"), 1, ("Epoch 0", "1, 2, 3")),
        (("--epochs", "9", "--epoch=-1"), 1, ("Epoch -1", "1, 2, 3")),
        (("--epochs", "9", "--epoch", "last"), 2, ("last", "--help")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_forked_gets_one_sentence_and_makes_no_run(
    parent: RunDirectory, options: tuple[str, ...], code: int, words: tuple[str, ...]
) -> None:
    assert_refused(mnist_tui("fork", parent.run_id, *options), code, *words)
    assert [path.name for path in list_runs()] == [parent.run_id]


def test_a_run_without_a_complete_epoch_is_not_forked(tiny_data: Path) -> None:
    stopped = Control()
    stopped.request_stop()
    directory = directories.create(tiny_config(tiny_data))
    assert train(directory, stopped)
    assert checkpoints.epochs(directory) == []
    assert_refused(mnist_tui("fork", directory.run_id, "--epochs", "9"), 1, "no complete epoch")


def test_a_long_fork_is_listed_as_it_is_shown() -> None:
    forked = Forked(200, 50, "20260101-000000000-x-000000", {"dropout": "0.5"}, {"dropout": "0"})
    changed = Changed(220, 56, {"l2_lambda": 1.0}, {"l2_lambda": 0.0})
    course: list[Event] = [started()]
    for number in range(1, 101):
        course += [step(4 * number, number), epoch(number, other_runs=number == 50)]
        course += [forked] if number == 50 else [changed] if number == 55 else []
    directory = make_run([*course, finished(other_runs=1)])
    shown = json.loads(mnist_tui("runs", "show", directory.run_id, "--json").stdout)
    [listed] = events_in(mnist_tui("runs", "--json").stdout)
    assert shown["forked"]["parent"] == forked.parent
    assert len(shown["changes"]) == 1
    assert listed == shown
