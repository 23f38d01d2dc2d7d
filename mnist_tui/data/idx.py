"""The IDX file format of MNIST.

Four bytes of magic (0, 0, a type code, the number of dimensions), each dimension as a big-endian
unsigned 32-bit integer, then the values. Format: http://yann.lecun.com/exdb/mnist/ (LeCun et al., 1998).
"""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mnist_tui.errors import DataError

UNSIGNED_BYTE = 0x08
MAX_BYTES = 1 << 30
"""No IDX file this program reads unpacks to more; a gzip bomb is refused at this size."""


def read_bytes(path: Path, size: int = MAX_BYTES + 1) -> bytes:
    """The content of an IDX file, unpacked where its name ends in `.gz`.

    Args:
        path: The file.
        size: Read no more bytes than this.

    Raises:
        DataError: The file cannot be read, is cut off, or is not gzip.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(size)
    except (EOFError, zlib.error) as error:
        raise DataError(f"{path} is cut off or damaged ({error}): fetch or copy it again.") from error
    except gzip.BadGzipFile as error:
        raise DataError(f"{path} is not a gzip file: fetch or copy it again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the file.") from error
    if len(content) > MAX_BYTES:
        raise DataError(f"{path} holds more than 1 GiB, which no MNIST file does: replace it.")
    return content


def count(path: Path) -> int:
    """The images or labels that a file has by its header; nothing else of it is read.

    Raises:
        DataError: The file cannot be read, or is cut off inside its header.
    """
    header = read_bytes(path, 8)
    if len(header) < 8:
        raise _cut_off(path)
    found: int = struct.unpack(">4xI", header)[0]
    return found


def _cut_off(path: Path) -> DataError:
    return DataError(f"{path} is cut off inside its header: fetch or copy it again.")


def parse(content: bytes, dimensions: int, source: Path) -> npt.NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes.

    Args:
        content: The file, unpacked.
        dimensions: 3 for images, 1 for labels.
        source: The file's path, for error messages.

    Returns:
        A read-only array over `content` with the shape the file's header states.

    Raises:
        DataError: Wrong magic number, or the size is not what the header says.
    """
    header_size = 4 + 4 * dimensions
    expected_magic = bytes((0, 0, UNSIGNED_BYTE, dimensions))
    if content[:4] != expected_magic:
        raise DataError(
            f"{source} starts with 0x{content[:4].hex()}, not 0x{expected_magic.hex()}: "
            f"it is not an IDX file of {'images' if dimensions == 3 else 'labels'}; replace it."
        )
    if len(content) < header_size:
        raise _cut_off(source)
    shape = struct.unpack(f">{dimensions}I", content[4:header_size])
    expected, found = math.prod(shape), len(content) - header_size
    if expected != found:
        raise DataError(
            f"{source} holds {found:,} values where its header promises {expected:,}: fetch or copy it again."
        )
    try:
        return np.frombuffer(content, np.uint8, offset=header_size).reshape(shape)
    except ValueError as error:  # no values, but so many in each that NumPy cannot count them
        sizes = " × ".join(f"{size:,}" for size in shape)
        raise DataError(f"{source} promises {sizes} values: fetch or copy it again.") from error
