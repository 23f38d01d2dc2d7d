"""What others want of a run that trains: the commands on its standard input and in its control file."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from mnist_tui.errors import ConfigError
from mnist_tui.runs.files import append_foreign
from mnist_tui.runs.log import LineTail

POLL_SECONDS = 0.1

REFUSED = 3
"""Exit code of a worker whose run is being trained by another one."""

DISCARDED = 4
"""Exit code of a worker whose run is about to be deleted: nobody needs to write why it ended."""


class Control:
    """The wishes of others, set from other threads or a signal handler.

    A command is one line of JSON: `{"command": "pause"}`, `resume`, `step` (one epoch, then pause), `stop`
    (test and keep), `discard` (end at once), `detach` (train on when standard input closes), or
    `{"command": "set", "learning_rate": 0.1}` with any of `learning_rate`, `l2_lambda` and `dropout`.
    Anything else is passed over.

    Attributes:
        stop: Whether training should end.
        on_stop: Called when it should.
        on_change: Takes the settings that should be changed; raises `ConfigError` for what cannot be.
    """

    def __init__(self) -> None:
        self.stop = False
        self.on_stop: Callable[[], None] = lambda: None
        self._on_change: Callable[[dict[str, Any]], None] | None = None
        self._early_changes: list[dict[str, Any]] = []
        self._detached = False
        self._one_epoch = False
        self._may_run = threading.Event()
        self._may_run.set()

    @property
    def paused(self) -> bool:
        """Whether training should wait."""
        return not self._may_run.is_set() and not self.stop

    def wait(self, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """Return when training may go on or should stop.

        Args:
            is_wanted: Asked now and then; once it is false, training should stop.
        """
        while self.paused:
            self._may_run.wait(POLL_SECONDS)
            if not is_wanted():
                self.request_stop()

    def epoch_is_over(self) -> None:
        """Pause if one epoch was all that was wanted."""
        if self._one_epoch:
            self._one_epoch = False
            self._may_run.clear()

    def take_changes(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Hand over the changes that were asked for, and those that will be.

        Args:
            change: Takes settings by name; raises `ConfigError` for what cannot be changed.
        """
        self._on_change = change
        for settings in self._early_changes:
            self._change(settings)

    def _change(self, settings: dict[str, Any]) -> None:
        if self._on_change is None:
            self._early_changes.append(settings)
            return
        try:
            self._on_change(settings)
        except ConfigError:
            return  # whoever asked was to check it first

    def obey(self, line: bytes) -> None:
        """Follow one line; what is no command is passed over."""
        try:
            values = json.loads(line)
            command = values.pop("command")
        except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
            return
        match command:
            case "pause":
                self._one_epoch = False
                self._may_run.clear()
            case "resume":
                self._one_epoch = False
                self._may_run.set()
            case "step":
                self._one_epoch = True
                self._may_run.set()
            case "stop":
                self.request_stop()
            case "discard":
                os._exit(DISCARDED)
            case "detach":
                self._detached = True
            case "set":
                self._change(values)
            case _:
                pass

    def request_stop(self, *_: object) -> None:
        """Ask training to end after the mini-batches under way; also a signal handler."""
        self.stop = True
        self.on_stop()

    def listen(self, stream: BinaryIO) -> None:
        """Obey a stream until it closes; then stop, unless told to train on."""
        for line in stream:
            self.obey(line)
        if not self._detached:
            self.request_stop()

    def watch(self, path: Path) -> None:
        """Obey a file that others append to, for ever."""
        tail = LineTail(path)
        while True:
            for line in tail.read_lines():
                self.obey(line)
            time.sleep(POLL_SECONDS)


def send(path: Path, command: str, **settings: float) -> None:
    """Append a command to a run's control file.

    Raises:
        OSError: It cannot be written, or is no file.
    """
    with append_foreign(path) as file:
        file.write(encode(command, **settings))


def encode(command: str, **settings: float) -> bytes:
    """A command as a line of JSON."""
    return json.dumps({"command": command, **settings}).encode() + b"\n"
