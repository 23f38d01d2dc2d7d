"""What waits, as a file: `runs/.queue/queue.json`, changed under one lock and replaced in one step."""

import contextlib
import dataclasses
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from filelock import FileLock, Timeout

from mnist_tui.jobs.owner import LOCK_SECONDS, not_writable, room
from mnist_tui.runs.files import read_foreign, write_atomically
from mnist_tui.runs.layout import RUN_ID

MOST_BYTES = 1 << 20

MOST_COUNT = 1 << 53
"""More bytes and seconds than there are; a float holds them still."""

MOST_PROCESSES = 1 << 31
"""Process ids are smaller on every system."""

_OWNER = re.compile(r"[0-9a-z]{0,40}", re.ASCII)

Wish = Literal["start", "resume", "step"]
"""What is to happen when the turn of a run has come: a process is started for it, or the process that holds
it paused goes on, or goes on to the end of the epoch."""


@dataclass(frozen=True)
class Entry:
    """A run that waits.

    Attributes:
        run_id: Which.
        owner: The program that put it there; empty where it was left to whoever finds a core free.
        log_size: Bytes in its log then: if it grows, somebody else trains the run.
        wish: See `Wish`.
        is_new: Whether the run was made to be trained and nothing of it is lost when it is taken out.
    """

    run_id: str
    owner: str
    log_size: int
    wish: Wish = "start"
    is_new: bool = False


@dataclass
class Start:
    """A process that was started and may not have begun yet.

    Attributes:
        pid: Its id; 0 for one that only goes on.
        since: Seconds since 1970.
        log_size: Bytes in its log then.
    """

    pid: int
    since: float
    log_size: int


@dataclass
class State:
    """The queue.

    Attributes:
        entries: What waits, the next one first.
        starting: Run id to what was started for it and may not have begun yet.
    """

    entries: list[Entry] = field(default_factory=list)
    starting: dict[str, Start] = field(default_factory=dict)


@contextlib.contextmanager
def changing() -> Iterator[State]:
    """The queue, for this program alone; what was done to it is written when the context closes.

    Raises:
        RunError: The home directory cannot be written, or another program does not let go of the queue.
    """
    path = room() / "queue.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), is_singleton=False).acquire(timeout=LOCK_SECONDS):
            state = read()
            before = _encode(state)
            try:
                yield state
            finally:
                if (after := _encode(state)) != before:
                    write_atomically(path, after)
    except (OSError, Timeout) as error:
        raise not_writable(path, error) from error


def _encode(state: State) -> bytes:
    return json.dumps({"v": 1, **dataclasses.asdict(state)}, indent=1).encode()


def read() -> State:
    """What is on the disk; what is no queue is an empty one."""
    try:
        values = json.loads(read_foreign(room() / "queue.json", MOST_BYTES))
        return State(
            [entry for one in values["entries"] if (entry := _entry(one))],
            {run_id: start for run_id, one in values["starting"].items() if (start := _start(run_id, one))},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return State()


def _entry(values: dict[str, Any]) -> Entry | None:
    match values:
        case {
            "run_id": str(run_id),
            "owner": str(owner),
            "log_size": int(size),
            "wish": "start" | "resume" | "step" as wish,
            "is_new": bool(is_new),
        } if RUN_ID.fullmatch(run_id) and _OWNER.fullmatch(owner) and 0 <= size < MOST_COUNT:
            return Entry(run_id, owner, size, wish, is_new)
    return None


def _start(run_id: str, values: Any) -> Start | None:
    match values:
        case {"pid": int(pid), "since": int(since) | float(since), "log_size": int(size)} if (
            RUN_ID.fullmatch(run_id)
            and 0 <= pid < MOST_PROCESSES
            and 0 <= since < MOST_COUNT
            and 0 <= size < MOST_COUNT
        ):
            return Start(pid, float(since), size)
    return None
