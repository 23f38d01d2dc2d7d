"""The event log: appended by one process, read by any number of others while it grows."""

import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from mnist_tui.runs.files import write_error
from mnist_tui.training.events import Epoch, Event, RunFailed, RunFinished, parse, to_dict

MAX_LINE = 1 << 20
"""Bytes; a longer line is no event of ours and is passed over."""


class EventLog:
    """Appends events to a log.

    Args:
        path: The log; made where it is missing.

    Raises:
        RunError: The log cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("ab", buffering=0)
            self._torn = _is_torn(path)
        except OSError as error:
            raise write_error(path, error) from error

    def append(self, event: Event) -> None:
        """Write one event; epochs and ends are on the disk when this returns.

        Raises:
            RunError: The disk is full or gone.
        """
        line = json.dumps({**to_dict(event), "time": round(time.time(), 3)}, allow_nan=False).encode() + b"\n"
        if self._torn:
            line = b"\n" + line
        self._torn = True
        try:
            written = self._file.write(line)
            while written is not None and written < len(line):  # a disk that is nearly full
                line = line[written:]
                written = self._file.write(line)
            self._torn = False
            if isinstance(event, Epoch | RunFinished | RunFailed):
                os.fsync(self._file.fileno())
        except OSError as error:
            raise write_error(self._path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()


def _is_torn(path: Path) -> bool:
    """Whether the last line lacks its end, because whoever wrote it was killed."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


class LogTail:
    """Reads a growing log piece by piece.

    A line counts once its end is there. Lines that are no events are passed over: a log may be torn,
    written by a newer version, or not a log at all.

    Args:
        path: The log; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._rest = b""
        self._skipping = False

    def read(self, max_bytes: int = 1 << 20) -> list[Event]:
        """The events that were added since the last call.

        Args:
            max_bytes: Read no more than this at once.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                content = file.read(max_bytes)
        except OSError:
            return []
        self._offset += len(content)
        *lines, self._rest = (self._rest + content).split(b"\n")
        if self._skipping and lines:
            lines, self._skipping = lines[1:], False
        if len(self._rest) > MAX_LINE:
            self._rest, self._skipping = b"", True
        return [event for line in lines if len(line) <= MAX_LINE and (event := parse(line)) is not None]

    def read_all(self) -> list[Event]:
        """Every event up to the log's present end."""
        events: list[Event] = []
        while True:
            before = self._offset
            events += self.read()
            if self._offset == before:
                return events
