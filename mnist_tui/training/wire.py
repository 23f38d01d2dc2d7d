"""Values from one process of a run to another, through a pipe: JSON, and arrays as their bytes.

A message is the length of its head (8 bytes), the head as JSON, and the bytes of all arrays one after the
other; in the head, an array stands as its type and shape.
"""

import json
import os
import struct
from typing import Any

import numpy as np

from mnist_tui.nn.buffers import Array

ARRAY = "array"
"""Key of what stands for an array in a head."""

_LENGTH = struct.Struct("<Q")


class HungUpError(Exception):
    """The process at the other end is gone."""


def send(pipe: int, value: Any) -> None:
    """Write a message.

    Args:
        pipe: File descriptor.
        value: Lists, tuples (which arrive as lists), dictionaries by text, texts, numbers, `None`, arrays.

    Raises:
        HungUpError: Nobody reads any more.
    """
    arrays: list[Array] = []
    head = json.dumps(_without_arrays(value, arrays)).encode()
    _write(pipe, _LENGTH.pack(len(head)) + head)
    for array in arrays:
        _write(pipe, array.reshape(-1).view(np.uint8).data)


def receive(pipe: int) -> Any:
    """Wait for a message.

    Raises:
        HungUpError: Nobody writes any more.
    """
    head = json.loads(read(pipe, _LENGTH.unpack(read(pipe, _LENGTH.size))[0]))
    return _with_arrays(head, pipe)


def _without_arrays(value: Any, arrays: list[Array]) -> Any:
    if isinstance(value, np.ndarray):
        arrays.append(np.ascontiguousarray(value))
        return {ARRAY: [value.dtype.str, value.shape]}
    if isinstance(value, dict):
        return {name: _without_arrays(one, arrays) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_arrays(one, arrays) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _with_arrays(value: Any, pipe: int) -> Any:
    """Read the arrays in the order in which `_without_arrays` found them."""
    if isinstance(value, dict):
        if ARRAY in value:
            kind, shape = value[ARRAY]
            array = np.empty(shape, kind)
            _read_into(pipe, array.reshape(-1).view(np.uint8).data)
            return array
        return {name: _with_arrays(one, pipe) for name, one in value.items()}
    return [_with_arrays(one, pipe) for one in value] if isinstance(value, list) else value


def read(pipe: int, count: int) -> bytes:
    """Wait for so many bytes.

    Raises:
        HungUpError: Nobody writes any more.
    """
    content = bytearray(count)
    _read_into(pipe, memoryview(content))
    return bytes(content)


def _read_into(pipe: int, place: memoryview) -> None:
    while place:
        got = os.readv(pipe, [place]) if hasattr(os, "readv") else _copy_in(pipe, place)
        if not got:
            raise HungUpError
        place = place[got:]


def _copy_in(pipe: int, place: memoryview) -> int:
    got = os.read(pipe, len(place))
    place[: len(got)] = got
    return len(got)


def _write(pipe: int, content: Any) -> None:
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[os.write(pipe, rest) :]
    except BrokenPipeError as error:
        raise HungUpError from error
