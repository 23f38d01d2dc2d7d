"""Runs that are played instead of trained, and one that the command trained for real."""

import shutil
from pathlib import Path

import pytest

from mnist_tui.benchmark import outlook
from mnist_tui.cli import headless
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.layout import list_runs
from mnist_tui.training.events import Event
from tests.command import assert_done, mnist_tui
from tests.runs.helpers import epoch, finished, started, step

SMALL = ("--hidden", "16", "--batch-size", "64", "--threads", "1")

PLAYED: tuple[Event, ...] = (started(), step(1), *map(epoch, (1, 2, 3)), finished())
"""What a run says whose training is only played."""


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> ScriptedExecutor:
    """Commands of this process play their runs to the end instead of training them."""
    executor = ScriptedExecutor(PLAYED)
    monkeypatch.setattr(headless, "LocalExecutor", lambda: executor)
    monkeypatch.setattr(outlook, "step_seconds", lambda configs: [0.01] * len(configs))
    return executor


@pytest.fixture(scope="module")
def trained_home(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home with one run that the command trained, and what it printed."""
    home = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(home))
        result = mnist_tui("train", "--dataset", data, *SMALL, "--epochs", "2", "--name", "my run")
    assert_done(result)
    return home, result.stdout


@pytest.fixture
def run_id(trained_home: tuple[Path, str], home: Path) -> str:
    """The id of a trained run in the test's own home."""
    shutil.copytree(trained_home[0], home, dirs_exist_ok=True)
    [path] = list_runs()
    return path.name
