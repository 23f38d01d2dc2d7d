"""Damaged IDX files: each gets one sentence that names the file."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.data import idx
from mnist_tui.errors import DataError
from tests.data.helpers import idx_bytes

IMAGES = np.arange(5 * 28 * 28, dtype=np.uint32).astype(np.uint8).reshape(5, 28, 28)
PACKED = gzip.compress(idx_bytes(IMAGES))


def read(path: Path, content: bytes, dimensions: int = 3) -> np.ndarray:
    path.write_bytes(content)
    return idx.parse(idx.read_bytes(path), dimensions, path)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    return tmp_path / "images.gz"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "images"


def refusal(path: Path, content: bytes, dimensions: int = 3) -> str:
    """The sentence that a damaged file gets; it names the file."""
    with pytest.raises(DataError) as caught:
        read(path, content, dimensions)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert caught.value.exit_code == 2
    return message


def test_packed_and_raw_files_are_read(packed: Path, raw: Path) -> None:
    np.testing.assert_array_equal(read(packed, PACKED), IMAGES)
    np.testing.assert_array_equal(read(raw, idx_bytes(IMAGES)), IMAGES)


def test_labels_are_read(packed: Path) -> None:
    labels = np.array([3, 1, 4, 1, 5], np.uint8)
    np.testing.assert_array_equal(read(packed, gzip.compress(idx_bytes(labels)), 1), labels)


@pytest.mark.parametrize("kept", [2, 12, len(PACKED) // 2, len(PACKED) - 9, len(PACKED) - 1])
def test_a_truncated_gzip_file_is_cut_off(packed: Path, kept: int) -> None:
    assert "cut off or damaged" in refusal(packed, PACKED[:kept])


def test_an_empty_file_is_refused(packed: Path) -> None:
    assert "replace it" in refusal(packed, b"")


def test_damage_in_the_middle_of_a_gzip_file_is_noticed(packed: Path) -> None:
    middle = len(PACKED) // 2
    refusal(packed, PACKED[:middle] + bytes([PACKED[middle] ^ 0xFF]) + PACKED[middle + 1 :])


@pytest.mark.parametrize("content", [b"<html>404</html>", b"PK\x03\x04zip"])
def test_what_is_not_gzip_is_refused(packed: Path, content: bytes) -> None:
    assert "not a gzip file" in refusal(packed, content)


def test_a_truncated_payload_states_both_sizes(raw: Path) -> None:
    message = refusal(raw, idx_bytes(IMAGES)[:-10])
    assert f"{IMAGES.size - 10:,}" in message
    assert f"{IMAGES.size:,}" in message


def test_a_surplus_payload_is_a_size_mismatch(raw: Path) -> None:
    assert f"{IMAGES.size + 3:,}" in refusal(raw, idx_bytes(IMAGES) + b"abc")


def test_a_header_that_promises_the_moon_is_a_size_mismatch(raw: Path) -> None:
    header = struct.pack(">BBBB3I", 0, 0, 8, 3, 2**32 - 1, 2**32 - 1, 2**32 - 1)
    assert "promises" in refusal(raw, header + b"x")


def test_a_header_that_promises_nothing_of_an_endless_size_is_refused(raw: Path) -> None:
    header = bytes((0, 0, 8, 3)) + struct.pack(">3I", 0, 2**32 - 1, 2**32 - 1)
    assert "promises 0 × 4,294,967,295 × 4,294,967,295 values" in refusal(raw, header)


def test_a_file_cut_off_inside_its_header(raw: Path) -> None:
    assert "inside its header" in refusal(raw, idx_bytes(IMAGES)[:9])


def test_a_wrong_magic_number_is_shown(raw: Path) -> None:
    assert "0xdeadbeef" in refusal(raw, b"\xde\xad\xbe\xef" + bytes(100))


def test_images_in_a_label_file(packed: Path) -> None:
    message = refusal(packed, PACKED, dimensions=1)
    assert "0x00000803, not 0x00000801" in message
    assert "labels" in message


def test_floats_are_refused(raw: Path) -> None:
    assert "not an IDX file of images" in refusal(raw, b"\x00\x00\x0d\x03" + bytes(100))


@pytest.mark.parametrize("name", ["bomb", "bomb.gz"])
def test_a_file_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(idx, "MAX_BYTES", 1000)
    content = bytes(5000)
    assert "holds more than" in refusal(
        tmp_path / name, gzip.compress(content) if name.endswith(".gz") else content
    )


@pytest.mark.parametrize("name", ["missing", "missing.gz"])
def test_a_missing_file_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        idx.read_bytes(tmp_path / name)
