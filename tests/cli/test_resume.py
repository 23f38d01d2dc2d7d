"""`mnist-tui resume`."""

import os
import signal
from pathlib import Path

import pytest

from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import Epoch
from tests.command import Command, assert_done, assert_refused, json_lines, running
from tests.conftest import write_idx
from tests.runs.helpers import (
    endless_config,
    epoch,
    finished,
    has,
    launched,
    make_run,
    started,
    tiny_config,
    trained_here,
    until,
)


def test_a_resumed_run_has_the_same_weights_file_as_one_that_was_never_interrupted(
    command: Command, tiny_data: Path
) -> None:
    config = tiny_config(tiny_data, epochs=4, batch_norm=True, dropout=0.1, optimizer="adam")
    whole, parts = trained_here(config), trained_here(config, 2)
    result = command("resume", parts.run_id)
    assert_done(result)
    *epochs, end = result.stdout.splitlines()
    assert [line.split("  ")[0].rpartition(": ")[2] for line in epochs] == ["epoch 3/4", "epoch 4/4"]
    assert "completed after 4 epochs" in end
    assert parts.model_path.read_bytes() == whole.model_path.read_bytes()
    assert parts.predictions_path.read_bytes() == whole.predictions_path.read_bytes()


def test_a_killed_run_is_resumed_by_enough_of_its_id(command: Command, tiny_data: Path) -> None:
    config = tiny_config(tiny_data, epochs=60)
    with launched(config) as worker:
        until(lambda: has(worker.directory, Epoch, 2))
        os.kill(worker.pid, signal.SIGKILL)
        until(lambda: not worker.is_running)
    result = command("resume", worker.directory.run_id[-6:])
    assert_done(result)
    assert Run.load(worker.directory)[0].status is Status.COMPLETED
    assert worker.directory.model_path.read_bytes() == trained_here(config).model_path.read_bytes()


def test_resume_streams_what_is_new_as_json_lines(command: Command, tiny_data: Path) -> None:
    directory = trained_here(tiny_config(tiny_data, epochs=3), 2)
    result = command("resume", directory.run_id, "--json")
    assert_done(result)
    events = json_lines(result)
    assert (events[0]["event"], events[-1]["event"]) == ("resumed", "run_finished")
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [3]
    assert {event["run_id"] for event in events} == {directory.run_id}


def test_a_run_that_never_started_is_resumed_from_its_first_epoch(command: Command, tiny_data: Path) -> None:
    directory = make_run(**vars(tiny_config(tiny_data, epochs=2)))
    result = command("resume", directory.run_id, "--json")
    assert result.returncode == 0
    assert json_lines(result)[0]["event"] == "run_started"


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
def test_a_run_that_came_to_its_end_is_not_resumed(command: Command, status: str) -> None:
    directory = make_run([started(), epoch(1), finished(status=status)])
    before = directory.events_path.read_bytes()
    assert_refused(
        command("resume", directory.run_id),
        1,
        "came to its end",
        f"mnist-tui fork {directory.run_id} --epochs",
    )
    assert directory.events_path.read_bytes() == before


def test_a_run_that_is_being_trained_is_not_resumed(command: Command, tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as worker:
        until(lambda: has(worker.directory, Epoch))
        assert_refused(command("resume", worker.directory.run_id), 1, "is being trained")
        assert worker.is_running


def test_a_run_that_is_not_there_is_not_resumed(command: Command) -> None:
    assert_refused(command("resume", "nothing"), 2, "nothing", "mnist-tui runs")


@pytest.mark.parametrize("end", ["stopped", "killed"])
def test_a_run_whose_data_changed_fails_with_one_sentence(command: Command, tmp_path: Path, end: str) -> None:
    data = write_idx(tmp_path / "own", 300, 100)
    directory = trained_here(tiny_config(data), 1)
    if end == "killed":
        *lines, _ = directory.events_path.read_bytes().splitlines(keepends=True)
        directory.events_path.write_bytes(b"".join(lines))
    write_idx(data, 300, 100, seed=9)
    result = command("resume", directory.run_id)
    assert result.returncode == 1
    [sentence] = result.stderr.splitlines()
    assert "not what the run was trained on" in sentence
