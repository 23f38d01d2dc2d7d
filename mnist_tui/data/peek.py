"""The first images of a data set, for whoever cannot wait for all of them."""

import struct

import numpy as np

from mnist_tui.data import idx, mnist, sample
from mnist_tui.data.dataset import CLASSES, PIXELS, SIDE, Split
from mnist_tui.data.source import DataSource
from mnist_tui.errors import DataError


def peek(source: DataSource, count: int) -> tuple[Split, Split]:
    """The first training and test images, up to `count` of each; no more is read, and nothing verified.

    Raises:
        DataError: A file is missing, damaged, or holds no images of 28×28 pixels.
    """
    directory = source.directory
    if directory is None:
        training, test = sample.read_splits()
        return first(training, count), first(test, count)
    mnist.check_complete(directory)
    arrays = []
    for file in mnist.FILES:
        path = mnist.file_in(directory, file)
        if path is None:
            raise DataError(f"{directory} has no {file.name}.gz any more: put it back.")
        header, each = (16, PIXELS) if file.dimensions == 3 else (8, 1)
        content = idx.read_bytes(path, header + count * each)
        is_image = content[:4] == bytes((0, 0, idx.UNSIGNED_BYTE, 3)) and len(content) >= header
        if file.dimensions == 3 and not (is_image and struct.unpack(">II", content[8:16]) == (SIDE, SIDE)):
            raise DataError(f"{path} holds no images of 28×28 pixels: replace it.")
        whole = (len(content) - header) // each * each
        arrays.append(np.frombuffer(content, np.uint8, whole, header).reshape(-1, each))
    splits = []
    for images, labels in (arrays[:2], arrays[2:]):
        there = min(len(images), len(labels))
        splits.append(Split(images[:there], np.minimum(labels[:there, 0], CLASSES - 1)))
    return splits[0], splits[1]


def first(split: Split, count: int) -> Split:
    """The first images of a split."""
    return Split(split.images[:count], split.labels[:count])
