"""Which files a data set is read from, what they are, and who may use them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from mnist_tui.data import idx, mnist, sample
from mnist_tui.data.class_names import CLOTHES
from mnist_tui.data.source import DataSource
from mnist_tui.errors import DataError


@dataclass(frozen=True)
class FileInUse:
    """A file that images or labels come from.

    Attributes:
        path: Where it is; for the sample, its name in the package.
        size: Bytes, as it is on the disk.
        sha256: Of its content, unpacked; empty where it could not be read.
        verdict: What it is, told by its hash; empty where that tells nothing.
    """

    path: str
    size: int
    sha256: str
    verdict: str


@dataclass(frozen=True)
class Origin:
    """Where a data set comes from.

    Attributes:
        authors: Who made it.
        address: Where it was published.
        licence: On which terms.
    """

    authors: str
    address: str
    licence: str


MNIST = Origin(
    "MNIST: Yann LeCun, Corinna Cortes and Christopher J. C. Burges",
    "http://yann.lecun.com/exdb/mnist/",
    "Creative Commons Attribution-ShareAlike 3.0",
)
FASHION = Origin(
    "Fashion-MNIST: Han Xiao, Kashif Rasul and Roland Vollgraf, Zalando SE, 2017",
    "https://github.com/zalandoresearch/fashion-mnist",
    "MIT",
)
UNKNOWN = Origin("A data set of your own", "", "not known to this program: ask whoever made it")


def origin(source: DataSource, names: tuple[str, ...]) -> Origin:
    """Where a data set comes from, as far as that can be told.

    Args:
        source: From `source.resolve`.
        names: What its classes are called, see `class_names`.
    """
    if source.canonical or source.directory is None:
        return MNIST
    return FASHION if names is CLOTHES else UNKNOWN


def files_in_use(source: DataSource) -> list[FileInUse]:
    """The files of a data set with their hashes; reads them as a whole.

    Raises:
        DataError: A file is missing or damaged.
    """
    if source.directory is None:
        size = (Path(sample.__file__).parent / "sample.npz").stat().st_size
        return [FileInUse("sample.npz, in this program", size, sample.CONTENT_SHA256, "part of this program")]
    mnist.check_complete(source.directory)
    found = []
    for file in mnist.FILES:
        if path := mnist.file_in(source.directory, file):
            sha256 = hashlib.sha256(idx.read_bytes(path)).hexdigest()
            try:
                size = path.stat().st_size
            except OSError as error:
                raise DataError(f"{path} cannot be read ({error.strerror}): check the file.") from error
            verdict = "the file that was published as MNIST" if sha256 == file.content_sha256 else ""
            found.append(FileInUse(str(path), size, sha256, verdict))
    return found
