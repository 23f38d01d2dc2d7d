"""Values go through a pipe and come out the same."""

import os
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from mnist_tui.training import wire

pytestmark = pytest.mark.quick


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def sent(pipe: tuple[int, int], value: Any) -> Any:
    """What arrives of a value, however long it is."""
    writing = threading.Thread(target=wire.send, args=(pipe[1], value))
    writing.start()
    try:
        return wire.receive(pipe[0])
    finally:
        writing.join()


def test_values_arrive_as_they_were(pipe: tuple[int, int]) -> None:
    value = ["train", {"a": 0.1, "b": None}, [1, True, float("inf")], 2**127]
    assert sent(pipe, value) == value
    assert sent(pipe, ("a", np.float64(0.5), np.int64(3))) == ["a", 0.5, 3]


@pytest.mark.parametrize(
    "array",
    [
        np.arange(300_000, dtype=np.int64),  # more than a pipe holds
        np.empty((0, 10), np.float32),
        np.array(1.5),
        np.arange(12, dtype=np.float32).reshape(3, 4)[:, ::2],
        np.array([True, False]),
    ],
    ids=lambda array: f"{array.dtype} {array.shape}",
)
def test_arrays_arrive_bit_for_bit(pipe: tuple[int, int], array: np.ndarray) -> None:
    before, arrived, after = sent(pipe, [{"x": 1}, {"nested": [array]}, array])
    assert before == {"x": 1}
    for one in (arrived["nested"][0], after):
        assert (one.dtype, one.shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(one, array)


def test_who_hangs_up_is_noticed_at_both_ends(pipe: tuple[int, int]) -> None:
    os.close(pipe[1])
    with pytest.raises(wire.HungUpError):
        wire.receive(pipe[0])
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.raises(wire.HungUpError):
        wire.send(writer, [1])
    os.close(writer)
