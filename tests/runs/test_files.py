"""Writing files in one step: on the disk for good, and in spite of readers."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from mnist_tui.errors import RunError
from mnist_tui.runs import files

pytestmark = pytest.mark.quick


def test_a_file_that_somebody_reads_for_a_moment_is_replaced_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace an open file."""
    attempts = []
    replace = Path.replace

    def refusing(path: Path, target: Path) -> Path:
        attempts.append(target)
        if len(attempts) < 3:
            raise PermissionError(13, "Permission denied")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refusing)
    monkeypatch.setattr(files, "REPLACE_SECONDS", 60.0)
    files.write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert len(attempts) == 3


def test_a_file_that_stays_open_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(files, "REPLACE_SECONDS", 0.0)
    with pytest.raises(RunError, match="Permission denied"):
        files.write_atomically(tmp_path / "file", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="directories cannot be synced here")
def test_content_is_on_the_disk_before_the_name_and_the_name_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    replace, fsync = Path.replace, os.fsync

    def noting_replace(path: Path, target: Path) -> Path:
        happened.append("name")
        return replace(path, target)

    def noting_sync(descriptor: int) -> None:
        happened.append("directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "content")
        fsync(descriptor)

    monkeypatch.setattr(Path, "replace", noting_replace)
    monkeypatch.setattr(os, "fsync", noting_sync)
    files.write_atomically(tmp_path / "file", b"new")
    assert happened == ["content", "name", "directory"]


@pytest.mark.parametrize("knows", [True, False], ids=["a disk that can", "a disk that cannot"])
def test_where_the_system_has_a_full_sync_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, knows: bool
) -> None:
    """On macOS, fsync alone does not reach the disk."""
    happened: list[str] = []

    def fcntl(_descriptor: int, command: int) -> int:
        assert command == 51
        happened.append("full")
        if not knows:
            raise OSError(25, "Inappropriate ioctl for device")
        return 0

    module = pytest.importorskip("fcntl")
    monkeypatch.setattr(module, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(module, "fcntl", fcntl)
    monkeypatch.setattr(os, "fsync", lambda _: happened.append("usual"))
    file: BinaryIO
    with (tmp_path / "file").open("wb") as file:
        files.sync(file)
    assert happened == (["full"] if knows else ["full", "usual"])
