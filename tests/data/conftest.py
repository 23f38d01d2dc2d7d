"""Mirrors that end with the test, and MNIST's names for small files."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnist_tui.data import fetch as fetching
from mnist_tui.data.fetch import fetch
from mnist_tui.data.mnist import FILES, MnistFile
from tests.data.mirrors import (
    CLOSED_PORT,
    LARGE,
    PACKED,
    Behaviour,
    Mirror,
    StartMirror,
    ignore,
    serve,
    sha256,
    unpacked,
)


@pytest.fixture
def mirror() -> Iterator[StartMirror]:
    """Starts mirrors and ends them after the test."""
    with contextlib.ExitStack() as stack:

        def start(behave: Behaviour) -> Mirror:
            server = stack.enter_context(Mirror(behave))
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            stack.callback(server.shutdown)
            stack.callback(server.closing.set)
            return server

        yield start


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """MNIST's names for small files; no mirror but the test's own."""
    files = [
        MnistFile(file.name, len(content), sha256(content), sha256(unpacked(file)), file.dimensions)
        for file, content in zip(FILES, PACKED.values(), strict=True)
    ]
    monkeypatch.setattr(fetching, "FILES", files)
    monkeypatch.setattr(fetching, "MIRRORS", (CLOSED_PORT,))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the files go."""
    return tmp_path / "cache" / "mnist"


@pytest.fixture
def all_but_the_large_one(small_files: None, mirror: StartMirror, target: Path) -> Path:
    """A directory that lacks one file, the one that takes long."""
    fetch(target, ignore, [mirror(serve).url])
    (target / LARGE).unlink()
    return target
