"""Mirrors that work, fail, lie and dawdle, on the loopback."""

import hashlib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.data import fetch as fetching
from mnist_tui.data.fetch import Progress
from mnist_tui.data.mnist import FILES, MnistFile

SIZES = (200_000, 3_000, 70_000, 500)
PACKED = {
    f"{file.name}.gz": np.random.default_rng(size).bytes(size)
    for file, size in zip(FILES, SIZES, strict=True)
}
NAMES = list(PACKED)
TOTAL = sum(SIZES)
LARGE, *SMALL = NAMES

CLOSED_PORT = "http://127.0.0.1:1/mnist/"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def unpacked(file: MnistFile) -> bytes:
    """What stands for the unpacked content of a file."""
    return f"unpacked {file.name}".encode()


class Mirror(ThreadingHTTPServer):
    """A mirror on the loopback that behaves as it is told.

    Attributes:
        requested: The file names asked for, in order.
        sent: Bytes that dripped out.
        closing: Set when the test is over: whoever dawdles must leave.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, behave: "Behaviour") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave = behave
        self.requested: list[str] = []
        self.sent = 0
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what half of these tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.server.requested.append(name)
        self.server.behave(self, PACKED[name])

    def begin(self, length: int | None) -> None:
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


Behaviour = Callable[[Handler, bytes], None]


def serve(handler: Handler, content: bytes) -> None:
    handler.begin(len(content))
    handler.wfile.write(content)


def answer(code: int) -> Behaviour:
    return lambda handler, _: handler.send_error(code)


def garbage(handler: Handler, content: bytes) -> None:
    serve(handler, bytes(len(content)))


def endless(handler: Handler, content: bytes) -> None:
    handler.begin(None)
    while not handler.server.closing.is_set():
        handler.wfile.write(content)


def one_byte_more(handler: Handler, content: bytes) -> None:
    serve(handler, content + b"!")


def break_off(handler: Handler, content: bytes) -> None:
    handler.begin(len(content))
    handler.wfile.write(content[: len(content) // 2])


def fall_silent(handler: Handler, content: bytes) -> None:
    break_off(handler, content)
    handler.server.closing.wait()


def drip(size: int, seconds: float) -> Behaviour:
    """So many bytes every so many seconds."""

    def behave(handler: Handler, content: bytes) -> None:
        handler.begin(len(content))
        for start in range(0, len(content), size):
            handler.wfile.write(content[start : start + size])
            handler.server.sent += size
            if handler.server.closing.wait(seconds):
                return

    return behave


def at_leisure(behave: Behaviour, monkeypatch: pytest.MonkeyPatch) -> Behaviour:
    """The same, with all patience from then on, lest a busy machine look like a bad mirror."""

    def leisurely(handler: Handler, content: bytes) -> None:
        monkeypatch.setattr(fetching, "SILENCE_SECONDS", 120.0)
        monkeypatch.setattr(fetching, "PATIENCE_SECONDS", 120.0)
        behave(handler, content)

    return leisurely


def only(*names: str) -> Behaviour:
    """Has these files and no others."""

    def behave(handler: Handler, content: bytes) -> None:
        known = any(PACKED[name] == content for name in names)
        (serve if known else answer(404))(handler, content)

    return behave


StartMirror = Callable[[Behaviour], Mirror]


def ignore(_: Progress) -> None:
    """Show nothing."""


def assert_complete(directory: Path) -> None:
    """The four files are there, whole, and nothing else is."""
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == PACKED


def trickle_headers(handler: Handler, _: bytes) -> None:
    """A header that never ends, byte by byte, each before anybody's patience with silence is over."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Dawdle: ")
    while not handler.server.closing.wait(0.02):
        handler.wfile.write(b"a")


def say_nothing(handler: Handler, _: bytes) -> None:
    """Not even a status."""
    handler.server.closing.wait()


ENOUGH = 64 << 20
"""Bytes; whoever reads so many of a body that nobody needs would read on for ever."""


def redirect(to: str, body: int = 0) -> Behaviour:
    """Somewhere else, with a body of so many bytes."""

    def behave(handler: Handler, _: bytes) -> None:
        handler.send_response(302)
        handler.send_header("Location", to + handler.path.rpartition("/")[2])
        handler.end_headers()
        while handler.server.sent < body:
            handler.wfile.write(bytes(1 << 16))
            handler.server.sent += 1 << 16

    return behave
