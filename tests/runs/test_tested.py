"""The images that a run was tested on: those, or a sentence why not."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.data.dataset import Dataset
from mnist_tui.errors import DataError, RunError
from mnist_tui.runs.artifacts import predictions
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.runs.tested import tested_images as images_of
from mnist_tui.runs.tested import tested_names as names_of
from tests.conftest import write_idx
from tests.data.helpers import TEST_IMAGES, put

pytestmark = pytest.mark.quick


@pytest.fixture
def elsewhere(run: Run, tmp_path: Path) -> Run:
    """The run with its data in a directory of the test's own."""
    shutil.copytree(run.config.dataset, tmp_path / "own")
    run.config = run.config.replace(dataset=str(tmp_path / "own"))
    return run


def test_the_images_are_those_of_the_test(run: Run, trained: tuple[RunDirectory, Dataset]) -> None:
    np.testing.assert_array_equal(images_of(run, predictions(run).labels), trained[1].test.images)


def test_classes_are_called_as_their_data_set_calls_them(run: Run, elsewhere: Run, tmp_path: Path) -> None:
    assert names_of(run)[:2] == ("0", "1")
    fashion = shutil.copytree(elsewhere.config.dataset, tmp_path / "fashion")
    run.config = run.config.replace(dataset=str(fashion))
    assert names_of(run)[:2] == ("T-shirt", "Trouser")


def test_data_that_are_gone_are_said_to_be(elsewhere: Run) -> None:
    shutil.rmtree(elsewhere.config.dataset)
    with pytest.raises(DataError, match="neither auto, mnist, sample nor a directory"):
        images_of(elsewhere, predictions(elsewhere).labels)


def test_other_data_in_their_place_are_not_shown(elsewhere: Run) -> None:
    labels = predictions(elsewhere).labels
    write_idx(Path(elsewhere.config.dataset), 300, 100, seed=7)
    with pytest.raises(RunError, match="SHA-256 differs") as caught:
        images_of(elsewhere, labels)
    assert elsewhere.config.dataset in str(caught.value)


def test_one_file_that_was_replaced_is_noticed(elsewhere: Run) -> None:
    labels = predictions(elsewhere).labels
    assert len(images_of(elsewhere, labels)) == 100
    put(Path(elsewhere.config.dataset), TEST_IMAGES, np.zeros((100, 28, 28), np.uint8))
    with pytest.raises(RunError, match="SHA-256 differs"):
        images_of(elsewhere, labels)


def test_predictions_of_other_digits_are_not_laid_over_these(run: Run) -> None:
    labels = predictions(run).labels
    with pytest.raises(RunError, match="has other labels than the images"):
        images_of(run, labels[::-1])
