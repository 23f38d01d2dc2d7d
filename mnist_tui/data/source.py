"""From the `dataset` setting to images: which data set is meant, and loading it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mnist_tui.data import mnist, sample
from mnist_tui.data.dataset import Dataset, Identity, Split, content_hash, make_dataset, split_sizes
from mnist_tui.errors import DataError, PathError
from mnist_tui.paths import expand


@dataclass(frozen=True)
class DataSource:
    """A data set that was found, not yet read.

    Attributes:
        name: `MNIST`, `MNIST sample` or the directory's name with a slash.
        directory: Where its files are; `None` for the embedded sample.
        canonical: Whether the files must be MNIST's, byte for byte.
        training_images: Images in the training file, `None` where only reading it would tell.
        test_images: Images in the test file, `None` where only reading it would tell.
    """

    name: str
    directory: Path | None
    canonical: bool
    training_images: int | None
    test_images: int | None

    @property
    def setting(self) -> str:
        """The `dataset` setting that means this data set, whatever else comes to be on this machine."""
        if self.directory is None:
            return "sample"
        return "mnist" if self.canonical else str(self.directory.resolve())

    def describe(self, validation_size: int) -> str:
        """Name and sizes, for example `MNIST 55,000 / 5,000 / 10,000`."""
        if self.training_images is None:
            return self.name
        train, validation = split_sizes(self.training_images, validation_size)
        return f"{self.name} {train:,} / {validation:,} / {self.test_images:,}"


SAMPLE = DataSource("MNIST sample", None, False, sample.TRAINING_IMAGES, sample.TEST_IMAGES)


def resolve(dataset: str) -> DataSource:
    """Find the data set that a `dataset` setting means.

    Args:
        dataset: `auto`, `mnist`, `sample`, or a directory.

    Raises:
        DataError: It is not on this machine.
    """
    if dataset == "sample":
        return SAMPLE
    if dataset in {"auto", "mnist"}:
        if directory := mnist.locate():
            return DataSource("MNIST", directory, True, mnist.TRAINING_IMAGES, mnist.TEST_IMAGES)
        if dataset == "auto":
            return SAMPLE
        raise DataError("Full MNIST is not on this machine: get it with `mnist-tui data fetch`.")
    directory = _directory(dataset)
    if directory is None:
        raise DataError(f"dataset is “{dataset}”, which is neither auto, mnist, sample nor a directory.")
    mnist.check_complete(directory)
    return DataSource(f"{directory.resolve().name}/", directory, False, None, None)


def _directory(name: str) -> Path | None:
    try:
        directory = expand(name)
        return directory if directory.is_dir() else None
    except (PathError, OSError):  # no such user, or a name too long for the file system
        return None


def load(source: DataSource, validation_size: int) -> Dataset:
    """Read, verify and split a data set.

    Args:
        source: From `resolve`.
        validation_size: See `dataset.split_sizes`.

    Raises:
        DataError: A file is missing, damaged, or not the canonical one.
    """
    if source.directory is None:
        training, test = sample.read_splits()
    else:
        training, test = mnist.read_splits(source.directory, canonical=source.canonical)
    # Of MNIST's own files each was just seen to be what it should be: no need to hash all pixels once more.
    sha256 = mnist.CONTENT_SHA256 if source.canonical else content_hash(training, test)
    return make_dataset(source.name, training, test, validation_size, sha256)


def load_test(source: DataSource) -> Split:
    """Read and verify the test images alone.

    Args:
        source: From `resolve`.

    Raises:
        DataError: A file is missing, damaged, or not the canonical one.
    """
    if source.directory is None:
        return sample.read_splits()[1]
    return mnist.read_test(source.directory, canonical=source.canonical)


def sizes(source: DataSource, validation_size: int) -> tuple[int, int, int]:
    """The numbers of train, validation and test images that `load` would give, by the files' headers.

    Raises:
        DataError: A file cannot be read.
    """
    training, test = source.training_images, source.test_images
    if training is None or test is None:
        assert source.directory  # noqa: S101 - of all others it is known
        training, test = mnist.count_images(source.directory)
    return (*split_sizes(training, validation_size), test)


def identify(source: DataSource, validation_size: int) -> Identity:
    """What `load` would give, told without reading the images where that can be.

    MNIST and the sample are known; the files of a directory are read once, and again where they changed.

    Args:
        source: From `resolve`.
        validation_size: See `dataset.split_sizes`.

    Raises:
        DataError: A file is missing or damaged.
    """
    if source.directory is None:
        sha256, training, test = sample.CONTENT_SHA256, sample.TRAINING_IMAGES, sample.TEST_IMAGES
    elif source.canonical:
        sha256, training, test = mnist.CONTENT_SHA256, mnist.TRAINING_IMAGES, mnist.TEST_IMAGES
    else:
        sha256, training, test = _read_identity(source.directory, mnist.stamps(source.directory))
    return Identity(sha256, (*split_sizes(training, validation_size), test))


@lru_cache(maxsize=16)
def _read_identity(directory: Path, _stamps: tuple[object, ...]) -> tuple[str, int, int]:
    """Hash and numbers of images of a directory; `_stamps` are others once a file has changed."""
    training, test = mnist.read_splits(directory, canonical=False)
    return content_hash(training, test), len(training), len(test)
