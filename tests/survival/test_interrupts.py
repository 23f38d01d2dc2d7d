"""Ctrl+c at a command whose worker answers, or does not."""

import os
import signal
import subprocess

import pytest

from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import Epoch, RunFinished
from tests.command import running
from tests.runs.helpers import events_of, has, until
from tests.survival.helpers import SMALL, kill, only_run

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="stops a process")


def worker_of(directory: RunDirectory) -> int:
    """The id of the process that trains a run."""
    return int((directory.path.parent / ".active" / directory.run_id).read_text())


def interrupted(process: subprocess.Popen[str]) -> bool:
    """Press ctrl+c once more; whether that ended it."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(0.3)
    except subprocess.TimeoutExpired:
        return False
    return True


def test_ctrl_c_again_ends_a_run_whose_worker_does_not_answer() -> None:
    with running("train", "--dataset", "sample", *SMALL, "--epochs", "10000") as process:
        until(list_runs)
        directory = only_run()
        until(lambda: has(directory, Epoch, 2))
        worker = worker_of(directory)
        os.kill(worker, signal.SIGSTOP)
        try:
            until(lambda: interrupted(process))
        finally:
            if directory.is_locked():
                kill(worker)
        assert process.returncode in {130, -signal.SIGINT}, "the same to a shell"
        assert "Traceback" not in process.communicate()[1]
    run, _ = Run.load(directory)
    assert run.status is Status.FAILED
    assert run.failure_summary == "killed (SIGKILL)"
    assert run.can_resume
    assert not directory.is_locked()


def test_two_signals_at_once_are_one_request() -> None:
    """A wrapper may pass on what the terminal has sent already."""
    with running("train", "--dataset", "sample", *SMALL, "--epochs", "10000") as process:
        until(list_runs)
        directory = only_run()
        until(lambda: has(directory, Epoch))
        for _ in range(3):
            process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    last = events_of(directory)[-1]
    assert isinstance(last, RunFinished)
    assert last.status == "stopped"
