"""Commands to runs whose process has not begun yet: somebody else sees a new run at once."""

from pathlib import Path

from mnist_tui.jobs import control
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.jobs.preparation import has_begun, settle
from mnist_tui.runs import layout as directories
from mnist_tui.runs.forks import fork
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.training.events import RunFinished
from tests.runs.helpers import ended, tiny_config, trained_here


def told_to_stop(directory: RunDirectory) -> str:
    """How a run ends to which somebody said stop before its process began."""
    control.send(directory.control_path, "stop")
    with ended(WorkerProcess(directory)) as worker:
        *_, last = follow(worker)
    assert isinstance(last, RunFinished)
    return last.status


def test_commands_to_a_new_run_are_not_lost(tiny_data: Path) -> None:
    directory = directories.create(settle(tiny_config(tiny_data, epochs=500)))
    assert not has_begun(directory)
    assert told_to_stop(directory) == "stopped"
    assert has_begun(directory)


def test_commands_to_a_new_fork_are_not_lost(tiny_data: Path) -> None:
    parent = trained_here(tiny_config(tiny_data, epochs=2))
    directory = fork(parent, 1, {"epochs": 500})
    assert not has_begun(directory)
    assert told_to_stop(directory) == "stopped"


def test_commands_to_an_earlier_process_are_none_to_the_next(tiny_data: Path) -> None:
    directory = trained_here(tiny_config(tiny_data, epochs=5), 1)
    assert told_to_stop(directory) == "completed"
