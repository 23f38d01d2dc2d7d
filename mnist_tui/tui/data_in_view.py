"""The data set that the data screen shows, as far as it is read; each part is read in a thread."""

from dataclasses import dataclass, field

from mnist_tui.analysis.pixels import PixelFacts
from mnist_tui.data import mnist
from mnist_tui.data.class_names import DIGITS, class_names
from mnist_tui.data.dataset import Split
from mnist_tui.data.peek import peek
from mnist_tui.data.provenance import UNKNOWN, FileInUse, Origin, origin
from mnist_tui.data.source import DataSource, load, resolve

PEEK = 2_000
"""Images that are there at once; all of them take ten times as long."""


@dataclass(frozen=True)
class DataInView:
    """What is known of a data set.

    Attributes:
        source: Which one it is; `None` before it was found.
        stamps: Others once its files have changed.
        splits: Images by the name of their split; the first ones alone until all are read.
        names: Of its classes.
        origin: Who made it.
        sha256: See `Dataset`; empty until all is read.
        facts: What the training images have in common, once that was asked for.
        files: Its files with their hashes, once that was asked for.
    """

    source: DataSource | None = None
    stamps: tuple[object, ...] = ()
    splits: dict[str, Split] = field(default_factory=dict)
    names: tuple[str, ...] = DIGITS
    origin: Origin = UNKNOWN
    sha256: str = ""
    facts: PixelFacts | None = None
    files: list[FileInUse] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all images are read."""
        return bool(self.sha256)

    @property
    def key(self) -> object:
        """Another one once other images would be shown."""
        return self.source, self.stamps


def first_images(dataset: str) -> DataInView:
    """The data set that a setting means, with its first images.

    Raises:
        DataError: It is not on this machine, or a file is damaged.
    """
    source = resolve(dataset)
    stamps = mnist.stamps(source.directory) if source.directory else ()
    before = _kept.get(dataset)
    if before is None or before.key != (source, stamps):
        training, test = peek(source, PEEK)
        names = class_names(source.directory, training, test)
        splits = {"train": training, "test": test}
        before = DataInView(source, stamps, splits, names, origin(source, names))
        _kept.clear()
        _kept[dataset] = before
    return before


_kept: dict[str, DataInView] = {}
"""The first images that were read last, by the setting that they were read for."""


def known(dataset: str) -> DataInView | None:
    """What `first_images` found the last time, without a look at the disk; `None` where it was not asked.

    A screen shows this at once, and then what is there now.
    """
    return _kept.get(dataset)


def all_images(found: DataInView, validation_size: int) -> DataInView:
    """A data set with all its images, verified.

    Raises:
        DataError: A file is missing, damaged, or not the canonical one.
    """
    assert found.source  # noqa: S101 - from `first_images`
    read = load(found.source, validation_size)
    splits = {"train": read.train, "validation": read.validation, "test": read.test}
    return DataInView(found.source, found.stamps, splits, found.names, found.origin, read.sha256)
