"""The queue: which runs wait for a core, in which order. It is on the disk, and everybody obeys it.

`$MNIST_TUI_HOME/runs/.queue/queue.json` holds what waits, the next one first. Dashboards, headless commands
and the keeper of what was left behind (`jobs.keeper`) change it under one lock, and whoever finds a core free
gives it to the run whose turn it is. So no more runs train than there are cores, whoever started them.

An entry belongs to the program that put it there, which starts the run when its turn has come; the lock of a
file tells whether that program still lives. What belongs to nobody is started by anybody.
"""

import contextlib
import dataclasses
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from mnist_tui import cores, paths
from mnist_tui.errors import RunError
from mnist_tui.jobs import active, control
from mnist_tui.jobs.executor import Executor, Handle
from mnist_tui.jobs.preparation import log_size
from mnist_tui.runs.files import read_foreign, write_atomically, write_error
from mnist_tui.runs.layout import RUN_ID, RunDirectory, is_held

LOCK_SECONDS = 10.0
"""Nobody holds the queue for longer than it takes to start a few processes."""

START_SECONDS = 10.0
"""How long a process may take to begin with its run before its core counts as free again."""

MOST_BYTES = 1 << 20

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
class _Start:
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
class _State:
    entries: list[Entry] = field(default_factory=list)
    starting: dict[str, _Start] = field(default_factory=dict)


class Owner:
    """One program's place in the queue; it lives as long as the program, or until `leave`.

    Attributes:
        token: What entries call it.
    """

    def __init__(self) -> None:
        self.token = secrets.token_hex(6)
        self._lock = FileLock(_owner_path(self.token), is_singleton=False, thread_local=False)

    def enter(self) -> None:
        """Let others know that it lives.

        Raises:
            RunError: The home directory cannot be written.
        """
        if self._lock.is_locked:
            return
        path = _owner_path(self.token)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=LOCK_SECONDS)
        except (OSError, Timeout) as error:
            raise _not_writable(path, error) from error

    def leave(self) -> None:
        """It needs no core any more; what it leaves in the queue belongs to nobody."""
        if self._lock.is_locked:
            self._lock.release()
            with contextlib.suppress(OSError):
                _owner_path(self.token).unlink(missing_ok=True)


def _room() -> Path:
    return paths.runs_directory() / ".queue"


def _owner_path(token: str) -> Path:
    return _room() / f"owner-{token}.lock"


def _not_writable(path: Path, error: OSError | Timeout) -> RunError:
    if isinstance(error, Timeout):
        return RunError(f"{path} is held by a program that does not answer: end that first.")
    return write_error(path, error)


def entries() -> list[Entry]:
    """What waits, the next one first."""
    return _read().entries


def busy() -> set[str]:
    """The ids of the runs that have a core, or are about to begin."""
    return _busy(_read())


def add(directories: Sequence[RunDirectory], owner: Owner, wish: Wish = "start", *, is_new: bool) -> None:
    """Put runs at the end of the queue.

    Args:
        directories: The runs'.
        owner: The program that will start them.
        wish: See `Wish`.
        is_new: See `Entry`.

    Raises:
        RunError: The home directory cannot be written.
    """
    owner.enter()
    with _changing() as state:
        waiting = {entry.run_id for entry in state.entries}
        state.entries += [
            Entry(one.run_id, owner.token, log_size(one), wish, is_new)
            for one in directories
            if one.run_id not in waiting
        ]


def take_out(run_id: str) -> Entry | None:
    """Take a run out of the queue; its entry, or `None` where it does not wait any more.

    Raises:
        RunError: The home directory cannot be written.
    """
    with _changing() as state:
        found = next((entry for entry in state.entries if entry.run_id == run_id), None)
        if found:
            state.entries.remove(found)
        return found


def move(run_id: str, by: int) -> bool:
    """Let a run come earlier (-1) or later (+1); whether it could.

    Raises:
        RunError: The home directory cannot be written.
    """
    with _changing() as state:
        order = [entry.run_id for entry in state.entries]
        place = order.index(run_id) if run_id in order else -1
        if place < 0 or not 0 <= place + by < len(order):
            return False
        state.entries.insert(place + by, state.entries.pop(place))
        return True


def abandon(owner: Owner) -> None:
    """What an owner put there shall not be started; the runs stay on the disk.

    Raises:
        RunError: The home directory cannot be written.
    """
    if any(entry.owner == owner.token for entry in entries()):
        with _changing() as state:
            state.entries = [entry for entry in state.entries if entry.owner != owner.token]


def hand_over(owner: Owner) -> bool:
    """Leave what an owner put there to whoever finds a core free; whether there was anything.

    Raises:
        RunError: The home directory cannot be written.
    """
    with _changing() as state:
        owned = [entry.owner == owner.token for entry in state.entries]
        state.entries = [
            dataclasses.replace(entry, owner="") if is_owned else entry
            for entry, is_owned in zip(state.entries, owned, strict=True)
        ]
        return any(owned)


def is_left_to_others() -> bool:
    """Whether something waits whose owner is gone."""
    return any(not _lives(entry.owner) for entry in entries())


@dataclass(frozen=True)
class Launch:
    """What came of giving free cores away.

    Attributes:
        handles: What was started for the one who asked.
        problem: Why a run could not be started, in a sentence; it is out of the queue. Else empty.
    """

    handles: tuple[Handle, ...] = ()
    problem: str = ""


def launch(executor: Executor, owner: Owner) -> Launch:
    """Give free cores to the runs whose turn it is.

    Those of this owner, and those that belong to nobody. A core is kept free for a run whose owner is alive
    and will start it itself.

    Args:
        executor: Starts them.
        owner: Who asks.

    Raises:
        RunError: The home directory cannot be written.
    """
    if not entries():
        return Launch()
    handles: list[Handle] = []
    problem = ""
    with _changing() as state:
        taken = _busy(state)
        for entry in list(state.entries):
            directory = RunDirectory(paths.runs_directory() / entry.run_id)
            if not _still_waits(entry, directory, taken):
                state.entries.remove(entry)
                continue
            if len(taken) >= cores.most_runs():
                break
            taken.add(entry.run_id)
            if entry.owner != owner.token and _lives(entry.owner):
                continue
            state.entries.remove(entry)
            size = log_size(directory)
            try:
                handle = _begin(entry, directory, executor)
            except RunError as error:
                taken.discard(entry.run_id)
                problem = str(error)
                continue
            state.starting[entry.run_id] = _Start(handle.pid if handle else 0, time.time(), size)
            if handle and entry.owner == owner.token:
                handles.append(handle)
            elif handle:
                handle.detach()
    return Launch(tuple(handles), problem)


def _begin(entry: Entry, directory: RunDirectory, executor: Executor) -> Handle | None:
    if entry.wish == "start":
        return executor.start(directory)
    with contextlib.suppress(OSError):  # on a full disk it stays paused
        control.send(directory.control_path, entry.wish)
    return None


def _still_waits(entry: Entry, directory: RunDirectory, taken: set[str]) -> bool:
    """Whether nobody else has trained, resumed or deleted the run meanwhile."""
    if not directory.path.is_dir() or entry.run_id in taken:
        return False
    if entry.wish == "start":
        return not directory.is_locked() and log_size(directory) == entry.log_size
    return directory.is_locked()


def _busy(state: _State) -> set[str]:
    """The runs that have a core; forgets starts that came to something or to nothing."""
    training = active.training(paths.runs_directory())
    state.starting = {
        run_id: start
        for run_id, start in state.starting.items()
        if run_id not in training and _may_begin(run_id, start)
    }
    return training | state.starting.keys()


def _may_begin(run_id: str, start: _Start) -> bool:
    if not 0 <= time.time() - start.since < START_SECONDS:
        return False
    directory = RunDirectory(paths.runs_directory() / run_id)
    # Once it has said something it counts as one that trains, pauses or is over.
    return directory.path.is_dir() and _process_lives(start.pid) and log_size(directory) == start.log_size


def _process_lives(pid: int) -> bool:
    if not pid or sys.platform == "win32":  # where signal 0 would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _lives(owner: str) -> bool:
    return bool(owner) and is_held(_owner_path(owner))


@contextlib.contextmanager
def _changing() -> Iterator[_State]:
    """The queue, for this program alone; what was done to it is written when the context closes."""
    path = _room() / "queue.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), is_singleton=False).acquire(timeout=LOCK_SECONDS):
            state = _read()
            before = _encode(state)
            try:
                yield state
            finally:
                if (after := _encode(state)) != before:
                    write_atomically(path, after)
    except (OSError, Timeout) as error:
        raise _not_writable(path, error) from error


def _encode(state: _State) -> bytes:
    return json.dumps({"v": 1, **dataclasses.asdict(state)}, indent=1).encode()


def _read() -> _State:
    """What is on the disk; what is no queue is an empty one."""
    try:
        values = json.loads(read_foreign(_room() / "queue.json", MOST_BYTES))
        return _State(
            [entry for one in values["entries"] if (entry := _entry(one))],
            {run_id: _start(one) for run_id, one in values["starting"].items() if RUN_ID.fullmatch(run_id)},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _State()


def _entry(values: dict[str, Any]) -> Entry | None:
    match values:
        case {
            "run_id": str(run_id),
            "owner": str(owner),
            "log_size": int(size),
            "wish": "start" | "resume" | "step" as wish,
            "is_new": bool(is_new),
        } if RUN_ID.fullmatch(run_id) and (not owner or owner.isalnum()):
            return Entry(run_id, owner, size, wish, is_new)
    return None


def _start(values: dict[str, Any]) -> _Start:
    return _Start(int(values["pid"]), float(values["since"]), int(values["log_size"]))
