"""A run that was trained, for tests of what it left behind."""

import shutil
from pathlib import Path

import pytest

from mnist_tui.data import source
from mnist_tui.data.dataset import Dataset
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from tests.runs.helpers import tiny_config, trained_here

EPOCHS = 3


@pytest.fixture(scope="session")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunDirectory, Dataset]:
    """A run with batch norm that was trained for three epochs, and its data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(tmp_path_factory.mktemp("home")))
        directory = trained_here(tiny_config(data, epochs=EPOCHS, batch_norm=True))
    return directory, source.load(source.resolve(str(data)), directory.read_config().validation_size)


@pytest.fixture
def run(trained: tuple[RunDirectory, Dataset], tmp_path: Path) -> Run:
    """A copy of that run, which a test may spoil."""
    directory, _ = trained
    copied = shutil.copytree(directory.path, tmp_path / "runs" / directory.run_id)
    return Run.load(RunDirectory(copied))[0]
