"""Runs that follow a script instead of training, for tests of everything that only looks at runs.

What a test makes a run say goes into the run's real log, under its real lock, so that nothing can tell it
from a process that trains.
"""

import json
import os
from collections.abc import Iterable
from typing import Any

from mnist_tui.jobs import active
from mnist_tui.jobs.control import encode
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog, LineTail
from mnist_tui.training.events import Changed, Event, Paused, Resumed, RunFailed, RunFinished


class ScriptedRun:
    """A run that says what it is told to: a `jobs.executor.Handle`.

    It answers `pause`, `resume`, `set` and `stop` as a worker would, between two things that it says.

    Args:
        directory: The run's directory.

    Attributes:
        commands: What it was told, in order, as JSON objects.
        is_detached: Whether whoever started it let go of it.
        is_buried: Whether `bury` was called.
        refusal: Always empty: nobody else trains its run.
    """

    def __init__(self, directory: RunDirectory) -> None:
        self.directory = directory
        self.commands: list[dict[str, Any]] = []
        self.is_detached = self.is_buried = False
        self.refusal = ""
        self._step = self._epoch = 0
        self._is_running = True
        self._lock = directory.lock()
        self._lock.acquire(timeout=0)
        self._control = LineTail(directory.control_path)
        active.enter(directory)

    @property
    def pid(self) -> int:
        """This process's id."""
        return os.getpid()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended; obeys the run's control file too."""
        if self._is_running:
            for line in self._control.read_lines():
                self._obey(json.loads(line))
        return self._is_running

    def say(self, *events: Event) -> None:
        """Append events to the log; an end of the run ends this too."""
        with EventLog(self.directory.events_path) as log:
            for event in events:
                log.append(event)
                self._step = getattr(event, "step", self._step)
                self._epoch = getattr(event, "epoch", self._epoch)
        if events and isinstance(events[-1], RunFinished | RunFailed):
            self._end()

    def send(self, command: str, **settings: float) -> None:
        """Obey a command."""
        if self._is_running:
            self._obey(json.loads(encode(command, **settings)))

    def _obey(self, values: dict[str, Any]) -> None:
        self.commands.append(dict(values))
        match values.pop("command"):
            case "pause":
                active.leave(self.directory)
                self.say(Paused(self._step))
            case "resume" | "step":
                active.enter(self.directory)
                self.say(Resumed(self._step))
            case "set":
                self.say(Changed(self._step, self._epoch + 1, values, dict.fromkeys(values, 0.0)))
            case "stop":
                result = (self._epoch, max(1, self._epoch), 0.3, 0.9, 0.3, 0.9, 1.0, 1.0, 1000.0, 10.0)
                self.say(RunFinished("stopped", *result))
            case "discard":
                self._end()

    def _end(self) -> None:
        self._is_running = False
        active.leave(self.directory)
        self._lock.release()

    def detach(self) -> None:
        """Go on without whoever started it."""
        self.is_detached = True

    def kill(self) -> None:
        """End without a word."""
        self._end()

    def leave(self, seconds: float) -> None:  # noqa: ARG002 - it is over at once
        """Stop."""
        self.send("stop")

    def bury(self) -> RunFailed | None:
        """What was missing in the log of one that was killed."""
        self.is_buried = True
        return None


class ScriptedExecutor:
    """Starts runs that follow a script: a `jobs.executor.Executor`.

    Args:
        script: What each run says when it is started.

    Attributes:
        runs: Run id to what was started for it.
    """

    def __init__(self, script: Iterable[Event] = ()) -> None:
        self.script = tuple(script)
        self.runs: dict[str, ScriptedRun] = {}

    def start(self, directory: RunDirectory) -> ScriptedRun:
        """Start a run, which says its script at once."""
        run = self.runs[directory.run_id] = ScriptedRun(directory)
        run.say(*self.script)
        return run
