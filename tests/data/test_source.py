"""From the `dataset` setting to a data set: which is meant, how it is split, what is refused."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from mnist_tui import paths
from mnist_tui.data import mnist, sample
from mnist_tui.data.dataset import CLASSES, Dataset, content_hash, split_sizes
from mnist_tui.data.mnist import FILES
from mnist_tui.data.source import SAMPLE, identify, load, resolve
from mnist_tui.errors import DataError
from tests.conftest import write_idx
from tests.data.helpers import TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, put


def read(dataset: str | Path, validation_size: int = 5000) -> Dataset:
    return load(resolve(str(dataset)), validation_size)


def test_auto_is_the_sample_where_mnist_is_not() -> None:
    assert resolve("auto") is SAMPLE


def test_mnist_that_is_not_there_says_how_to_get_it() -> None:
    with pytest.raises(DataError, match="mnist-tui data fetch"):
        resolve("mnist")


@pytest.mark.parametrize("dataset", ["auto", "mnist"])
def test_the_data_directory_is_found(tiny_data: Path, monkeypatch: pytest.MonkeyPatch, dataset: str) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tiny_data))
    found = resolve(dataset)
    assert (found.name, found.directory, found.canonical) == ("MNIST", tiny_data, True)
    assert found.describe(5000) == "MNIST 55,000 / 5,000 / 10,000"


def test_the_download_cache_is_found() -> None:
    cache = write_idx(paths.data_cache(), 20, 20)
    assert resolve("auto").directory == cache


@pytest.mark.parametrize("dataset", ["auto", "mnist"])
def test_a_data_directory_without_the_files_names_variable_and_file(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch, dataset: str
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tiny_data))
    missing = tiny_data / f"{TEST_LABELS.name}.gz"
    missing.unlink()
    with pytest.raises(DataError, match="MNIST_TUI_DATA_DIR") as caught:
        resolve(dataset)
    assert missing.name in str(caught.value)
    assert str(tiny_data) in str(caught.value)


def test_the_sample_needs_no_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tmp_path / "gone"))
    assert resolve("sample") is SAMPLE


def test_files_under_mnists_names_that_are_not_mnists_are_refused(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tiny_data))
    with pytest.raises(DataError, match="SHA-256 differs") as caught:
        read("mnist")
    assert str(tiny_data / TRAIN_IMAGES.name) in str(caught.value)
    assert f"--dataset {tiny_data}" in str(caught.value)


@pytest.mark.parametrize(
    "dataset",
    [
        "/no/such/directory",
        "minst",
        pytest.param("~no-such-user-here/digits", id="home of nobody"),
        pytest.param("x" * 999, id="longer than a file name may be"),
    ],
)
def test_what_is_no_directory_is_refused(dataset: str) -> None:
    with pytest.raises(DataError, match="neither auto, mnist, sample nor a directory"):
        resolve(dataset)


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="nor a directory"):
        resolve(str(tmp_path / "file"))


def test_an_own_directory_is_read_and_split(tiny_data: Path) -> None:
    dataset = read(tiny_data)
    assert dataset.sizes == (270, 30, 100)
    assert dataset.name == "tiny/"
    assert dataset.train.images.shape == (270, 784)
    assert dataset.train.images.dtype == np.uint8
    assert len(dataset.sha256) == 64


def test_validation_is_the_end_of_the_training_file(tiny_data: Path) -> None:
    whole, split = read(tiny_data, 1), read(tiny_data, 30)
    np.testing.assert_array_equal(whole.train.images[270:], split.validation.images[:-1])
    np.testing.assert_array_equal(whole.train.labels[270:], split.validation.labels[:-1])


@pytest.mark.parametrize(
    ("images", "wanted", "sizes"),
    [
        (60_000, 5000, (55_000, 5_000)),
        (60_000, 30_000, (54_000, 6_000)),
        (4_000, 5000, (3_600, 400)),
        (300, 10, (290, 10)),
        (5, 5000, (4, 1)),
        (2, 1, (1, 1)),
    ],
)
def test_validation_takes_at_most_a_tenth_and_at_least_one(
    images: int, wanted: int, sizes: tuple[int, int]
) -> None:
    assert split_sizes(images, wanted) == sizes


def test_the_hash_depends_on_pixels_and_labels_alone(tmp_path: Path) -> None:
    same, twin = write_idx(tmp_path / "a", 50, 20), write_idx(tmp_path / "b", 50, 20)
    assert read(same).sha256 == read(twin, validation_size=1).sha256
    put(twin, TEST_LABELS, np.zeros(20, np.uint8))
    assert read(same).sha256 != read(twin).sha256


@pytest.mark.parametrize("dotted", [False, True])
def test_unpacked_files_are_as_good_as_packed_ones(tiny_data: Path, dotted: bool) -> None:
    packed = read(tiny_data)
    for file in FILES:
        path = tiny_data / f"{file.name}.gz"
        name = file.name.replace("-idx", ".idx") if dotted else file.name
        (tiny_data / name).write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert read(tiny_data).sha256 == packed.sha256


def test_an_own_directory_that_lacks_a_file_names_it(tiny_data: Path) -> None:
    (tiny_data / f"{TRAIN_LABELS.name}.gz").unlink()
    with pytest.raises(DataError, match=f"has no {TRAIN_LABELS.name}"):
        read(tiny_data)


def test_images_and_labels_that_do_not_belong_together_are_refused(tiny_data: Path) -> None:
    put(tiny_data, TRAIN_LABELS, np.zeros(290, np.uint8))
    with pytest.raises(DataError, match="300 training images but 290 labels"):
        read(tiny_data)


def test_labels_that_are_no_digits_are_refused(tiny_data: Path) -> None:
    put(tiny_data, TEST_LABELS, np.full(100, 10, np.uint8))
    with pytest.raises(DataError, match="has a label 10: labels are digits from 0 to 9"):
        read(tiny_data)


def test_images_of_another_size_are_refused(tiny_data: Path) -> None:
    put(tiny_data, TRAIN_IMAGES, np.zeros((300, 32, 32), np.uint8))
    with pytest.raises(DataError, match="32×32 pixels: only 28×28"):
        read(tiny_data)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_images_are_refused(tiny_data: Path, count: int) -> None:
    put(tiny_data, TRAIN_IMAGES, np.zeros((count, 28, 28), np.uint8))
    put(tiny_data, TRAIN_LABELS, np.zeros(count, np.uint8))
    with pytest.raises(DataError, match="at least 2 are needed"):
        read(tiny_data)


def test_a_damaged_file_is_named(tiny_data: Path) -> None:
    path = tiny_data / f"{TRAIN_IMAGES.name}.gz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="cut off or damaged") as caught:
        read(tiny_data)
    assert str(path) in str(caught.value)


def test_the_sample_is_split_by_class() -> None:
    dataset = read("sample")
    assert dataset.sizes == (3_600, 400, 1_000)
    assert SAMPLE.describe(5000) == "MNIST sample 3,600 / 400 / 1,000"
    assert np.bincount(dataset.test.labels).tolist() == [100] * CLASSES
    learnt_from = np.concatenate([dataset.train.labels, dataset.validation.labels])
    assert np.bincount(learnt_from).tolist() == [400] * CLASSES
    assert np.unique(dataset.validation.labels).tolist() == list(range(CLASSES))


def test_no_test_digit_of_the_sample_is_trained_on() -> None:
    training, test = sample.read_splits()
    assert not {image.tobytes() for image in training.images} & {image.tobytes() for image in test.images}


# Which data it is


def test_what_a_data_set_is_can_be_told_without_its_images(tiny_data: Path) -> None:
    for dataset in ("sample", tiny_data):
        for validation_size in (5000, 7):
            loaded = read(dataset, validation_size)
            assert identify(resolve(str(dataset)), validation_size) == (loaded.sha256, loaded.sizes)


def test_a_directory_is_read_again_only_when_its_files_have_changed(
    tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = resolve(str(tiny_data))
    before = identify(found, 5000)
    with monkeypatch.context() as patch:
        patch.setattr("mnist_tui.data.mnist.read_splits", None)
        assert identify(found, 5000) == before
    (write_idx(tmp_path / "other", 300, 100, seed=1) / f"{TRAIN_IMAGES.name}.gz").replace(
        tiny_data / f"{TRAIN_IMAGES.name}.gz"
    )
    assert identify(found, 5000) != before


@pytest.mark.parametrize("dataset", ["auto", "mnist"])
def test_the_setting_of_a_data_set_means_it_whatever_comes(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch, dataset: str
) -> None:
    assert (resolve("auto").setting, resolve(str(tiny_data)).setting) == ("sample", str(tiny_data.resolve()))
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tiny_data))
    assert resolve(dataset).setting == "mnist"


@pytest.mark.full_mnist
def test_full_mnist_is_verified_and_holds_every_digit_of_the_sample(full_mnist: Path) -> None:
    dataset = read("auto")
    assert dataset.name == "MNIST"
    assert dataset.sizes == (55_000, 5_000, 10_000)
    assert identify(resolve("auto"), 5000) == (dataset.sha256, dataset.sizes)
    assert content_hash(*mnist.read_splits(full_mnist, canonical=True)) == dataset.sha256
    real = {
        (image.tobytes(), int(label))
        for part in (dataset.train, dataset.validation)
        for image, label in zip(part.images, part.labels, strict=True)
    }
    for part in sample.read_splits():
        for image, label in zip(part.images, part.labels, strict=True):
            assert (image.tobytes(), int(label)) in real
