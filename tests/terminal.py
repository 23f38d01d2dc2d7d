"""A program on a screen that can be read."""

import contextlib
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import pexpect
import pyte

from tests.patience import PATIENCE


class Terminal:
    """mnist-tui in a terminal of so many columns and rows; variables of the environment by their names."""

    def __init__(self, columns: int, rows: int, **environment: str) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        # These say how large another terminal is.
        inherited = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "mnist_tui"],
            dimensions=(rows, columns),
            env={**inherited, "TERM": "xterm-256color", **environment},
            timeout=None,
        )

    def read(self, seconds: float = 0.1) -> str:
        """What the screen shows now."""
        with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
            text: Any = self.process.read_nonblocking(1 << 20, timeout=seconds)  # bytes: it has no encoding
            self._stream.feed(text)
        return "\n".join(self.screen.display)

    def press(self, keys: str) -> None:
        """Type."""
        self.process.send(keys)

    def wait_for(self, condition: Callable[[str], bool], seconds: float = PATIENCE) -> str:
        """Read until the screen shows what is expected."""
        deadline = time.monotonic() + seconds
        while not condition(shown := self.read()):
            assert time.monotonic() < deadline, f"not on screen after {seconds} seconds:\n{shown}"
            assert self.process.isalive() or condition(self.read()), f"the program ended:\n{shown}"
        return shown

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size as a terminal does."""
        self.screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def wait_for_end(self, seconds: float = PATIENCE) -> int | None:
        """The exit code, once the program has ended."""
        deadline = time.monotonic() + seconds
        while self.process.isalive():
            self.read()
            assert time.monotonic() < deadline, f"the program did not end within {seconds} seconds"
        return self.process.exitstatus


LOST_SECONDS = 15.0
"""A key that shows nothing for so long was pressed before the form could hear it."""


def wait_for_form(terminal: Terminal) -> None:
    """Wait until keys reach the form, which small windows fold: batch norm goes on, then off again."""
    terminal.wait_for(lambda shown: "Press r" in shown and ("E edit" in shown or "parameters" in shown))
    for words in ("parameters · batchnorm", "parameters · plain"):
        press_until(terminal, " ", words)


def press_until(terminal: Terminal, key: str, words: str) -> None:
    """Press a key of the form, again only where it was surely lost, until the screen shows what it does."""
    deadline = time.monotonic() + PATIENCE
    while words not in (shown := terminal.read()):
        assert time.monotonic() < deadline, f"{key!r} shows no “{words}”:\n{shown}"
        pressed, is_folded = time.monotonic(), "E edit" in shown
        terminal.press("E" if is_folded else key)
        awaited = "parameters" if is_folded else words
        while awaited not in terminal.read() and time.monotonic() < pressed + LOST_SECONDS:
            assert terminal.process.isalive(), f"the program ended:\n{terminal.read()}"


def start_endless_run(terminal: Terminal) -> None:
    """A run that only a stop ends: as many epochs as may be, no early stopping."""
    wait_for_form(terminal)
    terminal.press("\x1b[A" + "64" + "\x1b[B" * 9 + "9999" + "\x1b[B" + "0")
    terminal.wait_for(lambda shown: "9999" in shown)
    terminal.press("r")
    terminal.wait_for(lambda shown: "1 training" in shown and "/9999" in shown)
