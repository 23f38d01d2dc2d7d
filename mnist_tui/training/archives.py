"""Arrays from files that somebody else may have made: what they claim is checked before anything is read.

Names, shapes and types are known beforehand, so a file can neither fill the memory nor bring in an object, a
NaN or a number too many. Nothing is unpickled, evaluated or unpacked: `numpy.savez` stores arrays plainly.
"""

import contextlib
import json
import math
import os
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

AnyArray: TypeAlias = npt.NDArray[Any]

LARGEST_DIRECTORY = 1 << 20
"""Bytes that an archive may take besides its arrays: its table of contents, and notes in it."""

_MAGIC = b"\x93NUMPY\x01\x00"

_HEADER_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Expected:
    """An array as it has to be.

    Attributes:
        shape: Its shape.
        dtype: Its type, little-endian.
        is_finite: Whether it must be free of infinity and NaN.
    """

    shape: tuple[int, ...]
    dtype: str = "<f4"
    is_finite: bool = True

    @property
    def bytes(self) -> int:
        """Bytes in it."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize

    @property
    def header(self) -> str:
        """What NumPy writes before it, without the padding (`numpy.lib.format`, version 1.0)."""
        return f"{{'descr': {self.dtype!r}, 'fortran_order': False, 'shape': {self.shape}, }}"


@contextlib.contextmanager
def open_npz(file: BinaryIO, largest: int) -> Iterator["Archive"]:
    """An archive that `numpy.savez` wrote.

    Args:
        file: Open for reading.
        largest: Bytes; a larger file is refused.

    Raises:
        ValueError: It is damaged, or what is asked of it in the context is not there.
        OSError: It cannot be read.
    """
    _check_size(file, largest)
    try:
        with zipfile.ZipFile(file) as archive:
            yield Archive(archive)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError, struct.error) as error:
        raise ValueError(f"no archive of NumPy's: {error}") from error


class Archive:
    """The arrays of an `.npz` file by name; nothing is read before it is asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @property
    def names(self) -> set[str]:
        """What it holds."""
        return {name.removesuffix(".npy") for name in self._archive.namelist()}

    def array(self, name: str, expected: Expected) -> AnyArray:
        """One array.

        Raises:
            ValueError: It is not what is expected.
        """
        with self._open(name) as (file, header):
            if header != expected.header:
                raise ValueError(_mismatch(name, header, expected))
            return _read(file, name, expected)

    def text(self, name: str) -> str:
        """A text that stands among the arrays.

        Raises:
            ValueError: It is none, or longer than what an archive may hold besides its arrays.
        """
        with self._open(name) as (file, header):
            match = _TEXT.fullmatch(header)
            if not match or int(match[1]) > LARGEST_DIRECTORY // _BYTES_A_CHARACTER:
                raise ValueError(f"{name} is no text, or too long")
            size = int(match[1]) * _BYTES_A_CHARACTER
            content = file.read(size)
            if len(content) < size:
                raise ValueError(f"{name} is cut off")
            return content.decode("utf-32-le").rstrip("\0")

    @contextlib.contextmanager
    def _open(self, name: str) -> Iterator[tuple[IO[bytes], str]]:
        """An array's bytes, and the header that was before them; they have to be used up."""
        info = self._archive.getinfo(f"{name}.npy")
        if info.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{name} is compressed")
        with self._archive.open(info) as file:
            magic, length = file.read(len(_MAGIC)), int.from_bytes(file.read(2), "little")
            header = file.read(length).decode("latin-1").strip()
            if magic != _MAGIC:
                raise ValueError(f"{name} is no array")
            yield file, header
            if file.read(1):
                raise ValueError(f"{name} has more bytes than it claims")


_ARRAY = re.compile(
    r"{'descr': '([<>|=]?\w{1,6})', 'fortran_order': (True|False), 'shape': \(([\d, ]{0,40})\), }", re.ASCII
)


def _mismatch(name: str, header: str, expected: Expected) -> str:
    """What is wrong with an array, as far as its header is one of NumPy's."""
    match = _ARRAY.fullmatch(header)
    if match is None:
        return f"{name} is no plain array of numbers"
    dtype, is_fortran, shape = match.groups()
    if f"({shape})" != str(expected.shape):
        return f"{name} has shape ({shape}), not {expected.shape}"
    if dtype != expected.dtype:
        return f"{name} is of type {dtype}, not {expected.dtype}"
    return f"{name} is stored column by column" if is_fortran == "True" else f"{name} has another header"


_TEXT = re.compile(r"{'descr': '<U([1-9][0-9]{0,9})', 'fortran_order': False, 'shape': \(\), }", re.ASCII)

_BYTES_A_CHARACTER = 4


def read_npz(file: BinaryIO, expected: Mapping[str, Expected], largest: int) -> dict[str, AnyArray]:
    """Some arrays of an archive that `numpy.savez` wrote.

    Args:
        file: Open for reading.
        expected: The arrays wanted; others in the archive are passed over.
        largest: Bytes; a larger file is refused.

    Raises:
        ValueError: It is damaged, or not what is expected.
        OSError: It cannot be read.
    """
    with open_npz(file, largest) as archive:
        return {name: archive.array(name, one) for name, one in expected.items()}


def read_safetensors(file: BinaryIO, expected: Mapping[str, Expected]) -> dict[str, AnyArray]:
    """All arrays of a safetensors file (https://huggingface.co/docs/safetensors, "Format").

    Args:
        file: Open for reading.
        expected: The arrays that have to be in it, and no others; of type `<f4`.

    Raises:
        ValueError: It is damaged, or not what is expected.
        OSError: It cannot be read.
    """
    _check_size(file, sum(one.bytes for one in expected.values()) + LARGEST_DIRECTORY)
    start = file.read(_HEADER_LENGTH.size)
    if len(start) < _HEADER_LENGTH.size:
        raise ValueError("it is cut off")
    [length] = _HEADER_LENGTH.unpack(start)
    if length > LARGEST_DIRECTORY:
        raise ValueError(f"its header claims {length:,} bytes")
    try:
        header = json.loads(file.read(length))
    except RecursionError as error:
        raise ValueError("its header is nested too deeply") from error
    if not isinstance(header, dict):
        raise ValueError("its header is no JSON object")
    entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    if entries.keys() != expected.keys():
        raise ValueError("its arrays have other names")
    end = 0
    found = {}
    for name, entry in sorted(entries.items(), key=lambda item: _offset(*item)):
        one = expected[name]
        wanted = {"dtype": "F32", "shape": list(one.shape), "data_offsets": [end, end + one.bytes]}
        if any(entry.get(key) != value for key, value in wanted.items()):
            raise ValueError(f"{name} is not F32 {one.shape}, or not where it should be")
        found[name] = _read(file, name, one)
        end += one.bytes
    if file.read(1):
        raise ValueError("it goes on after its last array")
    return {name: found[name] for name in expected}


def _offset(name: str, entry: Any) -> int:
    try:
        return int(entry["data_offsets"][0])
    except (TypeError, KeyError, IndexError, OverflowError) as error:
        raise ValueError(f"{name} has no place in it") from error


def _read(file: IO[bytes], name: str, expected: Expected) -> AnyArray:
    """The next array of a file."""
    array = np.empty(expected.shape, expected.dtype)
    if file.readinto(array.data.cast("B")) != expected.bytes:  # type: ignore[attr-defined]
        raise ValueError(f"{name} is cut off")
    if expected.is_finite and array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    return array


def _check_size(file: BinaryIO, largest: int) -> None:
    size = os.fstat(file.fileno()).st_size
    if size > largest:
        raise ValueError(f"{size:,} bytes are more than the {largest:,} it may have")
