"""The real program in a real (pseudo-)terminal, talked to with keys."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pexpect
import pyte
import pytest


class Terminal:
    """A program on a screen that can be read."""

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

    def wait_for(self, condition: Callable[[str], bool], seconds: float = 30) -> str:
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

    def wait_for_end(self, seconds: float = 30) -> int | None:
        """The exit code, once the program has ended."""
        deadline = time.monotonic() + seconds
        while self.process.isalive():
            self.read()
            assert time.monotonic() < deadline, "the program does not end"
        return self.process.exitstatus


@pytest.fixture
def open_terminal() -> Iterator[Callable[..., Terminal]]:
    terminals = []

    def make(columns: int, rows: int, **environment: str) -> Terminal:
        terminals.append(Terminal(columns, rows, **environment))
        return terminals[-1]

    yield make
    for terminal in terminals:
        terminal.process.close(force=True)


def wait_for_form(terminal: Terminal) -> None:
    """Wait until keys reach the form: press space until it switches batch norm on, then off again."""
    terminal.wait_for(lambda shown: "Press r" in shown)
    while "parameters · batchnorm" not in terminal.read():
        terminal.press(" ")
        terminal.read(0.3)
        terminal.read(0.3)
    terminal.press(" ")
    terminal.wait_for(lambda shown: "parameters · plain" in shown)


def test_a_first_session_in_80_by_24(open_terminal: Callable[..., Terminal]) -> None:
    terminal = open_terminal(80, 24)
    wait_for_form(terminal)
    assert "MNIST sample 3,600 / 400 / 1,000" in terminal.read()
    terminal.press("\x1b[B")
    terminal.press("0.1")
    terminal.wait_for(lambda shown: "l2 0.1" in shown)
    terminal.press("-")
    terminal.wait_for(lambda shown: "l2_lambda must be a number" in shown)
    terminal.press("\x7f")
    terminal.wait_for(lambda shown: "parameters" in shown)
    terminal.press("c")
    terminal.wait_for(lambda shown: all(marker in shown for marker in "●▲■"))
    terminal.resize(60, 20)
    terminal.wait_for(lambda shown: "training ·" not in shown and "●" in shown)
    terminal.resize(120, 40)
    terminal.wait_for(lambda shown: "Accuracy" in shown)
    last = terminal.wait_for(lambda shown: "3 finished" in shown and shown.count(" %") >= 3, 90)
    assert "Accuracy" in last
    assert "Traceback" not in last
    terminal.press("q")
    assert terminal.wait_for_end() == 0


def start_endless_run(terminal: Terminal) -> None:
    """A run that only a stop ends: as many epochs as may be, no early stopping."""
    wait_for_form(terminal)
    terminal.press("\x1b[B" * 8 + "9999" + "\x1b[B" + "0")
    terminal.wait_for(lambda shown: "9999" in shown)
    terminal.press("r")
    terminal.wait_for(lambda shown: "1 training" in shown and "/9999" in shown)


def test_ctrl_c_asks_and_keeps_what_trains(open_terminal: Callable[..., Terminal]) -> None:
    terminal = open_terminal(80, 24)
    start_endless_run(terminal)
    terminal.press("\x03")
    terminal.wait_for(lambda shown: "Stop and keep" in shown)
    terminal.press("\r")
    assert terminal.wait_for_end() == 0


def test_a_killed_dashboard_leaves_no_orphan(open_terminal: Callable[..., Terminal]) -> None:
    terminal = open_terminal(80, 24)
    start_endless_run(terminal)
    terminal.process.kill(signal.SIGKILL)
    again = open_terminal(80, 24)
    # Closing its standard input stopped the worker, which tested and kept the run.
    again.wait_for(lambda shown: "0 training · 1 finished" in shown)
    again.press("q")
    assert again.wait_for_end() == 0


def test_no_color_and_sixteen_colors(open_terminal: Callable[..., Terminal]) -> None:
    for environment in ({"NO_COLOR": "1"}, {"TERM": "xterm"}):
        terminal = open_terminal(80, 24, **environment)
        terminal.wait_for(lambda shown: "Press r" in shown)
        terminal.press("q")
        assert terminal.wait_for_end() == 0
