"""Files of weights whose header lies, and whatever else their bytes may say."""

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_tui.errors import RunError
from mnist_tui.runs.artifacts import predictions, weights
from mnist_tui.runs.run import Run

pytestmark = pytest.mark.quick


def as_safetensors(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def headers(run: Run) -> dict[str, Any]:
    """The header of the run's weights."""
    content = run.directory.model_path.read_bytes()
    [length] = struct.unpack("<Q", content[:8])
    return dict(json.loads(content[8 : 8 + length]))


def edit_first(header: dict[str, Any], **changes: Any) -> None:
    first = min((name for name in header if name != "__metadata__"), key=lambda n: header[n]["data_offsets"])
    header[first] = {**header[first], **changes}


@pytest.mark.parametrize(
    "edit",
    [
        lambda header: header.pop("linear1.bias"),
        lambda header: header.update(more={"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}),
        lambda header: edit_first(header, dtype="F64"),
        lambda header: edit_first(header, shape=[1 << 40]),
        lambda header: edit_first(header, shape=[-1]),
        lambda header: edit_first(header, shape="x"),
        lambda header: edit_first(header, data_offsets=[0, 1 << 50]),
        lambda header: edit_first(header, data_offsets=[4, 8]),
        lambda header: edit_first(header, data_offsets=[]),
        lambda header: edit_first(header, data_offsets="0"),
        lambda header: edit_first(header, data_offsets=[float("inf"), 1]),
        lambda header: header.update({"linear1.bias": []}),
        lambda header: header.update({"linear1.bias": None}),
    ],
)
def test_weights_whose_header_lies_are_refused(run: Run, edit: Callable[[dict[str, Any]], Any]) -> None:
    header, content = headers(run), run.directory.model_path.read_bytes()
    [length] = struct.unpack("<Q", content[:8])
    edit(header)
    run.directory.model_path.write_bytes(as_safetensors(header, content[8 + length :]))
    with pytest.raises(RunError, match="cannot be read"):
        weights(run)


@pytest.mark.parametrize(
    "content",
    [
        struct.pack("<Q", 1 << 60),
        struct.pack("<Q", 100) + b"{}",
        as_safetensors([]),
        as_safetensors(b"[" * 100_000),
        as_safetensors(b"\xff{}"),
        as_safetensors({}),
    ],
    ids=["endless header", "cut-off header", "list", "deep", "garbage", "nothing in it"],
)
def test_a_header_that_is_none_is_refused(run: Run, content: bytes) -> None:
    run.directory.model_path.write_bytes(content)
    with pytest.raises(RunError, match="cannot be read"):
        weights(run)


def test_weights_with_something_behind_them_are_refused(run: Run) -> None:
    run.directory.model_path.write_bytes(run.directory.model_path.read_bytes() + b"x")
    with pytest.raises(RunError, match="goes on after its last array"):
        weights(run)


def test_weights_that_are_not_finite_are_refused(run: Run) -> None:
    arrays = weights(run)
    arrays["linear1.bias"][0] = np.inf
    safetensors.numpy.save_file(arrays, run.directory.model_path)
    with pytest.raises(RunError, match=r"linear1\.bias holds numbers that are not finite"):
        weights(run)


def test_weights_of_another_network_are_refused(run: Run) -> None:
    other = Run(run.directory, run.config.replace(hidden=(17,)))
    with pytest.raises(RunError, match="cannot be read"):
        weights(other)
    with pytest.raises(RunError, match="cannot be read"):
        weights(other, 1)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(st.data())
def test_whatever_bytes_change_reading_ends_with_arrays_or_a_sentence(run: Run, data: st.DataObject) -> None:
    """Archives and headers are small: most changes hit a name, a length or an offset."""
    readers: list[Callable[[Run], object]] = [predictions, weights]
    read = data.draw(st.sampled_from(readers))
    path = run.directory.predictions_path if read is predictions else run.directory.model_path
    original = path.read_bytes()
    spoilt = bytearray(original)
    edge = 1500
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.one_of(st.integers(0, edge), st.integers(-edge, -1)))
        spoilt[place] = data.draw(st.integers(0, 255))
    try:
        path.write_bytes(spoilt)
        read(run)
    except RunError:
        pass
    finally:
        path.write_bytes(original)
