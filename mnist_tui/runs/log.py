"""The event log: appended by one process, read by any number of others while it grows."""

import json
import os
import time
from collections.abc import Iterable, Sequence
from math import inf
from pathlib import Path
from typing import BinaryIO, Self

from mnist_tui.runs.files import append_foreign, open_foreign, size_of, sync, write_error
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
            self._file = append_foreign(path)
            self._torn = _is_torn(self._file)
        except OSError as error:
            raise write_error(path, error) from error

    def append(self, event: Event) -> None:
        """Write one event; epochs and ends are on the disk when this returns.

        Raises:
            RunError: The disk is full or gone.
        """
        self.extend([event])

    def extend(self, events: Sequence[Event]) -> None:
        """Write some events in one go; see `append`.

        Raises:
            RunError: The disk is full or gone.
        """
        now = round(time.time(), 3)
        lines = (json.dumps({**to_dict(event), "time": now}, allow_nan=False) + "\n" for event in events)
        line = ("\n" * self._torn + "".join(lines)).encode()
        self._torn = True
        try:
            written = self._file.write(line)
            while written is not None and written < len(line):  # a disk that is nearly full
                line = line[written:]
                written = self._file.write(line)
            self._torn = False
            if any(isinstance(event, Epoch | RunFinished | RunFailed) for event in events):
                sync(self._file)
        except OSError as error:
            raise write_error(self._path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _is_torn(file: BinaryIO) -> bool:
    """Whether the last line lacks its end, because whoever wrote it was killed."""
    if not file.seek(0, os.SEEK_END):
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


class LineTail:
    """Reads a growing file line by line; a line counts once its end is there.

    Args:
        path: The file; it need not exist yet.
        offset: Bytes to pass over.
    """

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self._offset = offset
        self._rest = b""
        self._skipping = False

    @property
    def has_more(self) -> bool:
        """Whether the file has grown since it was read last."""
        return size_of(self._path) > self._offset

    def read_lines(self, max_bytes: int = 1 << 20) -> list[bytes]:
        """The lines that were added since the last call; those over `MAX_LINE` are passed over.

        Args:
            max_bytes: Read no more than this at once.
        """
        if not self.has_more:
            return []
        try:
            with open_foreign(self._path) as file:
                file.seek(self._offset)
                content = file.read(max_bytes)
        except (OSError, ValueError):
            return []
        self._offset += len(content)
        *lines, self._rest = (self._rest + content).split(b"\n")
        if self._skipping and lines:
            lines, self._skipping = lines[1:], False
        if len(self._rest) > MAX_LINE:
            self._rest, self._skipping = b"", True
        return [line for line in lines if len(line) <= MAX_LINE]


class LogTail(LineTail):
    """Reads a growing event log.

    Lines that are no events are passed over: a log may be torn, written by a newer version, or not a log
    at all.
    """

    def read(self, max_bytes: int = 1 << 20) -> list[Event]:
        """The events that were added since the last call.

        Args:
            max_bytes: Read no more than this at once.
        """
        return _events(self.read_lines(max_bytes))

    def read_all(self, deadline: float = inf) -> list[Event]:
        """Every event up to the log's present end.

        Args:
            deadline: By `time.monotonic`; once it is over, the rest is left to the next call.
        """
        events: list[Event] = []
        while True:
            before = self._offset
            events += self.read()
            if self._offset == before or time.monotonic() > deadline:
                return events

    def read_ends(self, size: int = 1 << 13) -> list[Event] | None:
        """The first events and the last ones of a log whose run is over, for a summary without curves.

        Args:
            size: Bytes of each end. Up to four times as many are read where no `epoch` is among the last.

        Returns:
            `None`, with nothing read, where the log is short or its run not over: read it all.
        """
        length = size_of(self._path)
        if length <= 2 * size:
            return None
        try:
            with open_foreign(self._path) as file:
                first = _events(file.read(size).split(b"\n")[:-1])
                for reach in (size, 4 * size):
                    file.seek(max(size, length - reach))
                    tail = file.read(reach)
                    # The piece before the first line end of the tail is half a line.
                    last = _events(tail.split(b"\n")[1:])
                    if any(isinstance(event, Epoch) for event in last):
                        break
        except (OSError, ValueError):
            return None
        if not (tail.endswith(b"\n") and last and isinstance(last[-1], RunFinished | RunFailed)):
            return None
        self._offset = length
        return first + last


def _events(lines: Iterable[bytes]) -> list[Event]:
    return [event for line in lines if (event := parse(line)) is not None]
