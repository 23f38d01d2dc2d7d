"""IDX files to order."""

import gzip
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mnist_tui.data.mnist import FILES, MnistFile

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = FILES


def idx_bytes(array: npt.NDArray[np.uint8]) -> bytes:
    """The array as the content of an IDX file."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


def put(directory: Path, file: MnistFile, array: npt.NDArray[np.uint8]) -> Path:
    """Replace one of the four files of a directory."""
    path = directory / f"{file.name}.gz"
    path.write_bytes(gzip.compress(idx_bytes(array), 1))
    return path
