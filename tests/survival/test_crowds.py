"""Several dashboards and commands on one home: all see the same, and only one process trains a run."""

import contextlib
import signal
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from mnist_tui.errors import RunError
from mnist_tui.jobs import control
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import RESUMABLE, Status
from mnist_tui.training.events import Changed, Epoch, Resumed, RunFailed, RunFinished, RunStarted
from tests.command import assert_one_sentence, running
from tests.jobs.driver import Driver
from tests.runs.helpers import (
    ended,
    endless_config,
    events_of,
    has,
    killed_here,
    look,
    trained_here,
    until,
    until_learnt,
    until_status,
)
from tests.survival.helpers import counted_epochs, kill, measured, new_run

TRAINS_ALREADY = "is being trained by another process already"


@pytest.fixture
def other_laboratory() -> Iterator[Driver]:
    """A second dashboard's."""
    laboratory = Driver()
    yield laboratory
    laboratory.end()


def failures(directory: RunDirectory) -> list[RunFailed]:
    return [event for event in events_of(directory) if isinstance(event, RunFailed)]


# ------------------------------------------------------------------------------------- two dashboards


def test_two_laboratories_steer_each_others_runs(
    laboratory: Driver, other_laboratory: Driver, tiny_data: Path
) -> None:
    [mine] = laboratory.start([endless_config(tiny_data, hidden=(8,))])
    [theirs] = other_laboratory.start([endless_config(tiny_data, hidden=(9,))])
    for one in (laboratory, other_laboratory):
        until_learnt(one, mine)
        until_learnt(one, theirs)
    for steering, watching, run_id in (
        (other_laboratory, laboratory, mine),
        (laboratory, other_laboratory, theirs),
    ):
        steering.pause_or_resume(run_id)
        until_status(watching, run_id, Status.PAUSED)
        until_status(steering, run_id, Status.PAUSED)
        steering.change(run_id, {"learning_rate": 0.02})
        steering.pause_or_resume(run_id)
        until_status(watching, run_id, Status.TRAINING)
        until_status(steering, run_id, Status.TRAINING)
        until(partial(has_rate, watching, run_id, 0.02))
        with pytest.raises(RunError, match=TRAINS_ALREADY):
            steering.resume(run_id)
        steering.stop(run_id)
        for one in (laboratory, other_laboratory):
            until_status(one, run_id, Status.STOPPED)
    for run in laboratory.runs.values():
        assert not failures(run.directory)
        assert isinstance(events_of(run.directory)[-1], RunFinished)


def test_a_run_that_somebody_else_is_starting_obeys_already(laboratory: Driver, tiny_data: Path) -> None:
    directory = new_run(tiny_data, epochs=10_000)
    with ended(WorkerProcess(directory)):
        until(lambda: directory.run_id in look(laboratory))
        laboratory.pause_or_resume(directory.run_id)
        until_status(laboratory, directory.run_id, Status.PAUSED)
        laboratory.stop(directory.run_id)
        until_status(laboratory, directory.run_id, Status.STOPPED)


def test_a_laboratory_that_closes_leaves_the_runs_of_others_alone(
    laboratory: Driver, other_laboratory: Driver, tiny_data: Path
) -> None:
    [mine] = laboratory.start([endless_config(tiny_data)])
    [theirs] = other_laboratory.start([endless_config(tiny_data)])
    until_learnt(laboratory, theirs)
    run = until_learnt(laboratory, mine)
    other_laboratory.close()
    until_status(laboratory, theirs, Status.STOPPED)
    until_learnt(laboratory, mine, len(run.epochs) + 3)
    assert laboratory.own_active == [mine]


def test_both_laboratories_say_what_killed_a_run(
    laboratory: Driver, other_laboratory: Driver, tiny_data: Path
) -> None:
    [run_id] = laboratory.start([endless_config(tiny_data)])
    until_learnt(other_laboratory, run_id)
    kill(laboratory.handle(run_id).pid)
    until_status(other_laboratory, run_id, Status.INTERRUPTED)
    until_status(laboratory, run_id, Status.FAILED)
    until_status(other_laboratory, run_id, Status.FAILED)
    for one in (laboratory, other_laboratory):
        assert one.runs[run_id].failure_summary == "killed (SIGKILL)"
    assert len(failures(laboratory.runs[run_id].directory)) == 1


def test_a_run_that_somebody_else_resumed_first_gets_no_last_word(
    laboratory: Driver, other_laboratory: Driver, tiny_data: Path
) -> None:
    """Between a worker's death and the next look of whoever started it, another dashboard goes on."""
    [run_id] = laboratory.start([endless_config(tiny_data)])
    run = until_learnt(other_laboratory, run_id)
    kill(laboratory.handle(run_id).pid)
    until_status(other_laboratory, run_id, Status.INTERRUPTED)
    other_laboratory.resume(run_id)
    until(lambda: has(run.directory, Resumed) or has(run.directory, RunStarted, 2))
    for _ in range(5):
        look(laboratory)
    until_status(laboratory, run_id, Status.TRAINING)
    learnt = len(counted_epochs(run.directory))
    until_learnt(laboratory, run_id, learnt + 2)
    until_learnt(other_laboratory, run_id, learnt + 2)
    assert not failures(run.directory)


@pytest.mark.slow
def test_two_laboratories_that_resume_a_run_at_once_train_it_once(
    laboratory: Driver, other_laboratory: Driver, tiny_data: Path
) -> None:
    directory = killed_here(endless_config(tiny_data), 1)
    run_id = directory.run_id
    for one in (laboratory, other_laboratory):
        until_status(one, run_id, *RESUMABLE)
    resuming = [
        threading.Thread(target=lambda one=one: contextlib.suppress(RunError) and one.resume(run_id))
        for one in (laboratory, other_laboratory)
    ]
    for thread in resuming:
        thread.start()
    for thread in resuming:
        thread.join()
    until(lambda: has(directory, Resumed))
    learnt = len(counted_epochs(directory))
    for one in (laboratory, other_laboratory):
        until_learnt(one, run_id, learnt + 2)
    both = (laboratory, other_laboratory)
    until(lambda: all(map(look, both)) and sum(len(one.own_active) for one in both) == 1)
    assert not failures(directory)
    assert sum(isinstance(event, Resumed) for event in events_of(directory)) == 1


@pytest.mark.slow
def test_nonsense_in_the_control_file_is_passed_over(tiny_data: Path) -> None:
    directory = new_run(tiny_data, epochs=10_000)
    with ended(WorkerProcess(directory)) as worker:
        until(lambda: has(directory, Epoch))
        with directory.control_path.open("ab") as file:
            file.write(b"\x00\xff\n[]\nnull\n{}\n" + b"[" * 50_000 + b"\n")
            file.write(b'{"command": ["stop"]}\n{"command": "set"}\n{"command": "set", "hidden": [1]}\n')
            file.write(b'{"command": "set", "learning_rate": "fast"}\n')
            file.write(b'{"command": "set", "learning_rate": NaN, "dropout": 7}\n')
            file.write(b'{"command": "set", "dropout": 0.25}\n')
        until(lambda: has(directory, Changed))
        worker.send("stop")
        *_, last = follow(worker)
    assert isinstance(last, RunFinished)


# -------------------------------------------------------------------------- a dashboard and a command


@pytest.mark.slow
def test_a_command_whose_run_is_discarded_in_a_dashboard_says_so_and_leaves_no_wreck(
    laboratory: Driver, tiny_data: Path, home: Path
) -> None:
    options = ("--hidden", "16", "--epochs", "10000", "--early-stopping", "0", "--threads", "1")
    with running("train", "--dataset", str(tiny_data), *options) as process:
        until(lambda: look(laboratory))
        [run_id] = laboratory.runs
        until_learnt(laboratory, run_id)
        laboratory.discard(run_id)
        _, complaint = process.communicate()
    assert process.returncode == 1
    assert f"{run_id} was deleted in another program." in complaint
    assert_one_sentence(complaint.strip())
    assert not (home / "runs" / run_id).exists()
    assert not list((home / "runs").glob(".deleted*"))


# ------------------------------------------------------------------------------ two commands at once


def has_rate(laboratory: Driver, run_id: str, rate: float) -> bool:
    return look(laboratory)[run_id].config_after().learning_rate == rate


def is_over(process: subprocess.Popen[str]) -> bool:
    return process.poll() is not None


@pytest.mark.slow
def test_of_two_commands_that_resume_a_run_one_is_refused(many_images: Path) -> None:
    config = endless_config(many_images, dropout=0.2, batch_norm=True)
    directory = killed_here(config, 1)
    with (
        running("resume", directory.run_id) as one,
        running("resume", directory.run_id) as two,
    ):
        until(lambda: len(counted_epochs(directory)) > 2)
        control.send(directory.control_path, "pause")
        until(lambda: is_over(one) or is_over(two))
        loser, winner = (one, two) if is_over(one) else (two, one)
        out, complaint = loser.communicate()
        assert (loser.returncode, out) == (1, ""), "it does not report what the other one trains"
        *earlier, sentence = complaint.splitlines()
        assert all("waits for a core" in line for line in earlier), "there may be none for both of them"
        assert_one_sentence(sentence)
        assert f"{directory.run_id} {TRAINS_ALREADY}" in sentence
        winner.send_signal(signal.SIGINT)
        _, complaint = winner.communicate()
        assert winner.returncode == 130
        assert all("waits for a core" in line for line in complaint.splitlines())
    assert not failures(directory)
    epochs = list(map(measured, counted_epochs(directory)))
    alone = list(map(measured, counted_epochs(trained_here(config, min(len(epochs), 10)))))
    assert epochs[: len(alone)] == alone


@pytest.mark.slow
def test_a_run_that_ends_while_a_second_process_waits_for_it_is_not_tested_again(many_images: Path) -> None:
    directory = new_run(many_images, hidden=(64,), epochs=10)
    with (
        running("resume", directory.run_id) as one,
        running("resume", directory.run_id) as two,
    ):
        complaints = [process.communicate()[1] for process in (one, two)]
        assert sorted([one.returncode, two.returncode]) == [0, 1]
    [complaint] = filter(None, complaints)
    assert_one_sentence(complaint.splitlines()[-1])  # before it, one may have said that it waits
    assert sum(isinstance(event, RunFinished) for event in events_of(directory)) == 1
