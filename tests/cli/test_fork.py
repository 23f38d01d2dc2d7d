"""`mnist-tui fork`."""

import json
import signal
from pathlib import Path

import pytest

from mnist_tui.jobs.control import Control
from mnist_tui.jobs.worker import train
from mnist_tui.runs import checkpoints
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import Epoch
from tests.command import Command, assert_done, assert_refused, json_lines, running
from tests.runs.helpers import (
    endless_config,
    has,
    launched,
    tiny_config,
    trained_here,
    until,
)


def only_new_run(*known: RunDirectory) -> RunDirectory:
    [path] = [path for path in list_runs() if path not in {one.path for one in known}]
    return RunDirectory(path)


@pytest.fixture
def parent(tiny_data: Path) -> RunDirectory:
    return trained_here(tiny_config(tiny_data, epochs=3, name="trunk"))


def test_a_fork_goes_on_from_the_last_epoch(command: Command, parent: RunDirectory) -> None:
    result = command("fork", parent.run_id[-6:], "--epochs", "5", "--json")
    assert_done(result)
    events = json_lines(result)
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [4, 5]
    child = only_new_run(parent)
    assert child.read_manifest()["forked_from"] == {"run_id": parent.run_id, "epoch": 3}
    run, _ = Run.load(child)
    assert run.status is Status.COMPLETED
    assert len(run.epochs) == 5


def test_a_fork_leaves_at_the_epoch_and_with_the_settings_it_is_given(
    command: Command, parent: RunDirectory
) -> None:
    options = ("--epoch", "1", "--optimizer", "adam", "--dropout", "0.1", "--name", "branch")
    result = command("fork", parent.run_id, *options)
    assert_done(result)
    lines = result.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines[:-1]] == ["branch: epoch 2/3", "branch: epoch 3/3"]
    child = only_new_run(parent)
    assert child.read_manifest()["forked_from"]["epoch"] == 1
    config = child.read_config()
    assert (config.optimizer, config.learning_rate, config.dropout) == ("adam", 0.001, 0.1)
    record = json.loads(command("runs", "show", child.run_id, "--json").stdout)
    assert record["result"]["status"] == "completed"


def test_a_fork_of_a_run_that_trains_lets_it_be(command: Command, tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch))
        result = command("fork", worker.directory.run_id, "--epoch", "1", "--epochs", "3")
        assert_done(result)
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
    command: Command, parent: RunDirectory, options: tuple[str, ...], code: int, words: tuple[str, ...]
) -> None:
    assert_refused(command("fork", parent.run_id, *options), code, *words)
    assert [path.name for path in list_runs()] == [parent.run_id]


def test_a_run_without_a_complete_epoch_is_not_forked(command: Command, tiny_data: Path) -> None:
    stopped = Control()
    stopped.request_stop()
    directory = directories.create(tiny_config(tiny_data))
    assert train(directory, stopped)
    assert checkpoints.epochs(directory) == []
    assert_refused(command("fork", directory.run_id, "--epochs", "9"), 1, "no complete epoch")
