"""The four canonical MNIST files: what they are, where they are, whether they are whole."""

import contextlib
import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mnist_tui import paths
from mnist_tui.data import idx
from mnist_tui.data.dataset import PIXELS, Split
from mnist_tui.errors import DataError


@dataclass(frozen=True)
class MnistFile:
    """One of the four files.

    Attributes:
        name: File name as published, without `.gz`.
        size: Bytes of the published `.gz` file.
        gzip_sha256: Hash of the published `.gz` file.
        content_sha256: Hash of the unpacked IDX content, however it was packed.
        dimensions: 3 for images, 1 for labels.
    """

    name: str
    size: int
    gzip_sha256: str
    content_sha256: str
    dimensions: int


FILES = (
    MnistFile(
        "train-images-idx3-ubyte",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        3,
    ),
    MnistFile(
        "train-labels-idx1-ubyte",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        1,
    ),
    MnistFile(
        "t10k-images-idx3-ubyte",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        3,
    ),
    MnistFile(
        "t10k-labels-idx1-ubyte",
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        1,
    ),
)

TRAINING_IMAGES = 60_000
TEST_IMAGES = 10_000
CONTENT_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"
"""Of the pixels and labels of these files, by `dataset.content_hash`."""


def file_in(directory: Path, file: MnistFile) -> Path | None:
    """The file in a directory, packed or not, or `None` where it is missing."""
    for name in (f"{file.name}.gz", file.name, file.name.replace("-idx", ".idx")):
        path = directory / name
        with contextlib.suppress(OSError):  # a name too long, or a directory that is not ours to read
            if path.is_file():
                return path
    return None


def missing_files(directory: Path) -> list[str]:
    """The names of those of the four files that a directory lacks."""
    return [f"{file.name}.gz" for file in FILES if file_in(directory, file) is None]


def check_complete(directory: Path) -> None:
    """Refuse a directory that lacks one of the four files.

    Raises:
        DataError: It does.
    """
    if missing := missing_files(directory):
        raise DataError(f"{directory} has no {missing[0]}: it must hold the four IDX files of MNIST.")


def count_images(directory: Path) -> tuple[int, int]:
    """How many images a directory with four IDX files has to train and to test with, by their headers.

    Raises:
        DataError: A file is missing, damaged, or has no images.
    """
    check_complete(directory)
    counts = []
    for file in (FILES[1], FILES[3]):
        path = file_in(directory, file)
        assert path is not None  # noqa: S101 - it has just been found
        counts.append(idx.count(path))
        if counts[-1] < 2:
            raise DataError(f"{path} has {counts[-1]} labels: at least 2 are needed.")
    training, test = counts
    return training, test


def stamps(directory: Path) -> tuple[object, ...]:
    """Something that is no longer the same once one of the four files of a directory was changed or replaced.

    Raises:
        DataError: A file cannot be looked at.
    """
    paths_there = [path for file in FILES if (path := file_in(directory, file))]
    try:
        found = [path.stat() for path in paths_there]
    except OSError as error:
        raise DataError(f"{directory} cannot be read ({error.strerror}): check its files.") from error
    return tuple((stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for stat in found)


def locate() -> Path | None:
    """The directory with full MNIST: `MNIST_TUI_DATA_DIR`, else the download cache, else `None`.

    Raises:
        DataError: `MNIST_TUI_DATA_DIR` is set, but the files are not there.
    """
    configured = paths.configured_data_directory()
    if configured is None:
        cache = paths.data_cache()
        return None if missing_files(cache) else cache
    if missing := missing_files(configured):
        raise DataError(
            f"MNIST_TUI_DATA_DIR is {configured}, but {missing[0]} is not there: "
            "put the four MNIST files in it or unset the variable."
        )
    return configured


def read_splits(directory: Path, *, canonical: bool) -> tuple[Split, Split]:
    """Training and test images of a directory with four IDX files.

    Args:
        directory: Holds the four files under MNIST's names, `.gz` or not.
        canonical: Refuse files that are not byte for byte MNIST's.

    Raises:
        DataError: A file is missing, damaged, or not the canonical one.
    """
    check_complete(directory)
    # Unpacking and hashing let go of Python's lock, and a run's first step waits for them.
    with ThreadPoolExecutor(1) as pool:
        test = pool.submit(_read_split, directory, FILES[2:], canonical=canonical)
        return _read_split(directory, FILES[:2], canonical=canonical), test.result()


def read_test(directory: Path, *, canonical: bool) -> Split:
    """The test images alone, a sixth of what there is to read.

    Args:
        directory: See `read_splits`.
        canonical: See `read_splits`.

    Raises:
        DataError: See `read_splits`.
    """
    check_complete(directory)
    return _read_split(directory, FILES[2:], canonical=canonical)


def _read_split(directory: Path, files: Iterable[MnistFile], *, canonical: bool) -> Split:
    """The images of one file with the labels of another."""
    arrays = []
    for file in files:
        path = file_in(directory, file)
        if path is None:
            raise DataError(f"{directory} has no {file.name}.gz any more: put it back.")
        content = idx.read_bytes(path)
        array = idx.parse(content, file.dimensions, path)
        if canonical and hashlib.sha256(content).hexdigest() != file.content_sha256:
            raise DataError(
                f"{path} is not MNIST's (its SHA-256 differs): get the four files again, or, to train on "
                f"other digits, name their directory as the data set: --dataset {directory}."
            )
        if file.dimensions == 3 and array.shape[1:] != (28, 28):
            height, width = array.shape[1:]
            raise DataError(f"{path} holds images of {width}×{height} pixels: only 28×28 can be used.")
        arrays.append(array)
    images, labels = arrays
    return Split(images.reshape(-1, PIXELS), labels)
