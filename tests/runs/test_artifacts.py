"""What a run left behind: read as it was written, and with suspicion."""

import io
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import CLASSES, Dataset
from mnist_tui.errors import RunError
from mnist_tui.runs import checkpoints
from mnist_tui.runs.artifacts import network, predictions, weights
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from tests.runs.conftest import EPOCHS
from tests.runs.helpers import tiny_config, trained_here

pytestmark = pytest.mark.quick


# As written


def test_predictions_are_those_of_the_test(run: Run, trained: tuple[RunDirectory, Dataset]) -> None:
    found = predictions(run)
    assert found.probabilities.shape == (100, CLASSES)
    np.testing.assert_array_equal(found.labels, trained[1].test.labels)
    assert run.finished
    assert np.mean(found.probabilities.argmax(axis=1) == found.labels) == run.finished.test_accuracy


def test_the_network_predicts_what_the_run_predicted(run: Run, trained: tuple[RunDirectory, Dataset]) -> None:
    again = network(run).predict_probabilities(trained[1].test.images / 255)
    np.testing.assert_allclose(again, predictions(run).probabilities, atol=1e-5)


def test_the_network_of_an_epoch_has_the_accuracy_that_was_measured_then(
    run: Run, trained: tuple[RunDirectory, Dataset]
) -> None:
    validation = trained[1].validation
    for epoch in run.epochs:
        digits = network(run, epoch.epoch).predict_probabilities(validation.images / 255).argmax(axis=1)
        assert np.mean(digits == validation.labels) == pytest.approx(epoch.validation_accuracy, abs=0.04)


def test_weights_of_an_epoch_have_the_norm_that_was_measured_then(run: Run) -> None:
    for epoch in run.epochs:
        of_layers = [array for name, array in weights(run, epoch.epoch).items() if name.endswith(".weight")]
        squares = sum(float(np.sum(np.square(array, dtype=np.float64))) for array in of_layers)
        assert squares**0.5 == pytest.approx(epoch.weight_norm)


def test_the_best_weights_are_those_of_the_epoch_with_the_lowest_validation_loss(run: Run) -> None:
    best = min(run.epochs, key=lambda epoch: epoch.validation_loss).epoch
    for name, array in weights(run).items():
        np.testing.assert_array_equal(array, weights(run, best)[name])


def test_every_array_of_a_network_is_among_the_weights(run: Run) -> None:
    assert weights(run).keys() == weights(run, 1).keys() == network(run).snapshot().keys()
    assert "batch_norm1.running_var" in weights(run)


# Not there


def test_a_run_that_has_not_started_has_no_predictions(run: Run) -> None:
    with pytest.raises(RunError, match="has not started"):
        predictions(Run(run.directory, run.config))


@pytest.mark.parametrize("read", [predictions, weights, network])
def test_what_is_missing_is_told_with_its_path(run: Run, read: Callable[[Run], object]) -> None:
    path = run.directory.predictions_path if read is predictions else run.directory.model_path
    path.unlink()
    with pytest.raises(RunError, match="is missing") as caught:
        read(run)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("epoch", [0, -1, EPOCHS + 1, 10**9])
def test_an_epoch_that_is_not_kept_is_refused_with_those_that_are(run: Run, epoch: int) -> None:
    with pytest.raises(RunError, match=r"is not kept; these are: 1, 2, 3\."):
        network(run, epoch)


def test_a_checkpoint_in_which_all_has_changed_is_no_larger_than_allowed(
    trained: tuple[RunDirectory, Dataset], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Adam remembers two numbers a parameter, and the best network differs from the last."""
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path))
    data = trained[0].read_config().dataset
    directory = trained_here(
        tiny_config(Path(data), epochs=2, batch_norm=True, optimizer="adam", hidden=(512,), learning_rate=0.9)
    )
    run, _ = Run.load(directory)
    [one] = {epoch.epoch for epoch in run.epochs} - {checkpoints.read_epoch(directory, 1).best.epoch}
    assert weights(run, one)
    kept = checkpoints.read_epoch(directory, one)
    kept_arrays = [*kept.network.values(), *kept.best_network.values(), *kept.optimizer.values()]
    assert sum(array.nbytes for array in kept_arrays) > 3 * sum(
        array.nbytes for array in kept.network.values()
    )


# Spoilt


def replace_by_link(path: Path) -> None:
    shutil.copy(path, path.with_suffix(".elsewhere"))
    path.unlink()
    path.symlink_to(path.with_suffix(".elsewhere"))


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_by_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(6 << 30)


SPOILERS: dict[str, Callable[[Path], Any]] = {
    "link": replace_by_link,
    "pipe": replace_by_pipe,
    "directory": replace_by_directory,
    "huge": make_huge,
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"\xff" * 5000),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-2000]),
    "archive of nothing": lambda path: path.write_bytes(b"PK\x05\x06" + bytes(18)),
}


def weights_of_2(run: Run) -> object:
    return weights(run, 2)


@pytest.mark.skipif(os.name != "posix", reason="pipes and links to order")
@pytest.mark.parametrize("read", [predictions, weights, weights_of_2])
@pytest.mark.parametrize("kind", SPOILERS)
def test_a_file_that_is_not_what_it_should_be_is_refused(
    run: Run, kind: str, read: Callable[[Run], object]
) -> None:
    path = {
        predictions: run.directory.predictions_path,
        weights: run.directory.model_path,
        weights_of_2: run.directory.checkpoints_path / "epoch-2.npz",
    }[read]
    SPOILERS[kind](path)
    with pytest.raises(RunError, match="cannot be read"):
        read(run)


def save_predictions(run: Run, **changes: Any) -> None:
    found = predictions(run)
    arrays: dict[str, Any] = {"probabilities": found.probabilities, "labels": found.labels} | changes
    np.savez(run.directory.predictions_path, **{name: one for name, one in arrays.items() if one is not None})


def uniform(rows: int = 100, columns: int = CLASSES, **changes: Any) -> np.ndarray:
    return np.full((rows, columns), 1 / columns, changes.get("dtype", np.float32))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"probabilities": None}, "There is no item named 'probabilities.npy'"),
        ({"labels": None}, "There is no item named 'labels.npy'"),
        ({"probabilities": uniform(99)}, "probabilities has shape (99, 10), not (100, 10)"),
        ({"probabilities": uniform(100, 11)}, "probabilities has shape (100, 11), not (100, 10)"),
        ({"probabilities": uniform(dtype=np.float64)}, "probabilities is of type <f8, not <f4"),
        ({"probabilities": np.asfortranarray(uniform())}, "probabilities is stored column by column"),
        ({"probabilities": uniform().astype(object)}, "probabilities is of type |O, not <f4"),
        ({"probabilities": uniform() * np.float32(np.nan)}, "holds numbers that are not finite"),
        ({"probabilities": uniform() * 2}, "it holds numbers that are no probabilities"),
        ({"probabilities": -uniform()}, "it holds numbers that are no probabilities"),
        ({"probabilities": uniform().reshape(-1)}, "probabilities has shape (1000,), not (100, 10)"),
        ({"labels": np.full(100, 10, np.uint8)}, "it holds labels above 9"),
        ({"labels": np.zeros(100, np.int64)}, "labels is of type <i8, not |u1"),
        ({"labels": np.zeros((100, 1), np.uint8)}, "labels has shape (100, 1), not (100,)"),
        ({"labels": np.zeros(100, [("a" * 99, "u1")])}, "labels is no plain array of numbers"),
    ],
    ids=[
        "no probabilities", "no labels", "too few", "too many classes", "float64", "fortran", "objects",
        "nan", "above 1", "negative", "flat", "no digits", "int64", "two axes", "records",
    ],
)  # fmt: skip
def test_predictions_of_another_kind_are_refused_in_a_sentence(
    run: Run, changes: dict[str, Any], problem: str
) -> None:
    save_predictions(run, **changes)
    with pytest.raises(RunError, match="cannot be read") as caught:
        predictions(run)
    assert problem in str(caught.value)
    assert str(caught.value).endswith("train the run again.")


def test_predictions_for_more_images_than_any_data_set_has_are_refused(run: Run) -> None:
    assert run.started
    object.__setattr__(run.started, "test_images", 1 << 40)
    with pytest.raises(RunError, match="there is no test of"):
        predictions(run)


def test_an_archive_that_unpacks_to_much_more_is_refused_before_it_is_read(run: Run) -> None:
    content = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        content, {"descr": "<f4", "fortran_order": False, "shape": (100, CLASSES)}
    )
    with zipfile.ZipFile(run.directory.predictions_path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels.npy", content.getvalue())
        with archive.open("probabilities.npy", "w") as member:
            member.write(content.getvalue())
            for _ in range(100):
                member.write(bytes(1 << 20))
    assert run.directory.predictions_path.stat().st_size < 1 << 20
    with pytest.raises(RunError, match="is compressed"):
        predictions(run)


def test_an_array_with_more_behind_it_than_its_header_claims_is_refused(run: Run) -> None:
    whole = io.BytesIO()
    np.save(whole, uniform())
    labels = io.BytesIO()
    np.save(labels, np.zeros(100, np.uint8))
    with zipfile.ZipFile(run.directory.predictions_path, "w") as archive:
        archive.writestr("probabilities.npy", whole.getvalue() + b"x")
        archive.writestr("labels.npy", labels.getvalue())
    with pytest.raises(RunError, match="more bytes than it claims"):
        predictions(run)


def test_a_linked_directory_of_checkpoints_is_not_followed(run: Run) -> None:
    elsewhere = run.directory.path / "elsewhere"
    run.directory.checkpoints_path.rename(elsewhere)
    run.directory.checkpoints_path.symlink_to(elsewhere)
    with pytest.raises(RunError, match="is not kept; these are: none"):
        weights(run, 2)
