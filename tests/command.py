"""The command: in a process of its own, and what is true of whatever it says."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any, Protocol

from tests.patience import PATIENCE

Result = subprocess.CompletedProcess[str]

COMMAND = [sys.executable, "-m", "mnist_tui"]


class Command(Protocol):
    """Runs `mnist-tui` with some arguments, in whatever process."""

    def __call__(self, *arguments: object) -> Result: ...


def mnist_tui(*arguments: object) -> Result:
    """Run the command without a terminal."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def assert_refused(result: Result, code: int, *words: str) -> None:
    """One sentence on standard error, nothing on standard output."""
    assert (result.returncode, result.stdout) == (code, ""), result.stderr
    [line] = result.stderr.splitlines()
    assert line.startswith("mnist-tui: ")
    assert_one_sentence(line)
    for word in words:
        assert word in line


def assert_one_sentence(text: str) -> None:
    assert text.endswith(".")
    assert text.isprintable()
    assert "Traceback" not in text
    assert "Internal error" not in text


def assert_done(result: Result) -> None:
    """It did what it was asked to, and had nothing to complain about."""
    assert (result.returncode, result.stderr) == (0, "")


def json_lines(result: Result) -> list[dict[str, Any]]:
    """The JSON objects on standard output, one a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command while it runs; killed should it outlive the block or all patience."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            yield process
        finally:
            watchdog.cancel()
            process.kill()
