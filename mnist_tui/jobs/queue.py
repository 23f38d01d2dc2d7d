"""The queue: which runs wait for a core, in which order. It is on the disk, and everybody obeys it.

`$MNIST_TUI_HOME/runs/.queue/queue.json` holds what waits, the next one first. Dashboards, headless commands
and the keeper of what was left behind (`jobs.keeper`) change it under one lock, and whoever finds a core free
gives it to the run whose turn it is. So no more runs train than there are cores, whoever started them.

An entry belongs to the program that put it there, which starts the run when its turn has come; the lock of a
file tells whether that program still lives. What belongs to nobody is started by anybody.
"""

import contextlib
import dataclasses
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_tui import cores, paths
from mnist_tui.errors import RunError
from mnist_tui.jobs import active, control
from mnist_tui.jobs.executor import Executor, Handle
from mnist_tui.jobs.owner import Owner, lives
from mnist_tui.jobs.preparation import log_size
from mnist_tui.jobs.queue_file import Entry, Start, State, Wish, changing, read
from mnist_tui.runs.layout import RunDirectory

START_SECONDS = 10.0
"""How long a process may take to begin with its run before its core counts as free again."""


def entries() -> list[Entry]:
    """What waits, the next one first."""
    return read().entries


def busy() -> set[str]:
    """The ids of the runs that have a core, or are about to begin."""
    return _busy(read())


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
    with changing() as state:
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
    with changing() as state:
        found = next((entry for entry in state.entries if entry.run_id == run_id), None)
        if found:
            state.entries.remove(found)
        return found


def move(run_id: str, by: int) -> bool:
    """Let a run come earlier (-1) or later (+1); whether it could.

    Raises:
        RunError: The home directory cannot be written.
    """
    with changing() as state:
        order = [entry.run_id for entry in state.entries]
        place = order.index(run_id) if run_id in order else -1
        if place < 0 or not 0 <= place + by < len(order):
            return False
        state.entries.insert(place + by, state.entries.pop(place))
        return True


def admit(guest: active.Guest) -> bool:
    """Give a free core to a run of another home; whether there was one.

    Raises:
        RunError: The home directory cannot be written.
    """
    with changing() as state:
        if len(_busy(state)) >= cores.most_runs():
            return False
        guest.enter()
        return True


def abandon(owner: Owner) -> None:
    """What an owner put there shall not be started; the runs stay on the disk.

    Raises:
        RunError: The home directory cannot be written.
    """
    if any(entry.owner == owner.token for entry in entries()):
        with changing() as state:
            state.entries = [entry for entry in state.entries if entry.owner != owner.token]


def hand_over(owner: Owner) -> bool:
    """Leave what an owner put there to whoever finds a core free; whether there was anything.

    Raises:
        RunError: The home directory cannot be written.
    """
    with changing() as state:
        owned = [entry.owner == owner.token for entry in state.entries]
        state.entries = [
            dataclasses.replace(entry, owner="") if is_owned else entry
            for entry, is_owned in zip(state.entries, owned, strict=True)
        ]
        return any(owned)


def is_left_to_others() -> bool:
    """Whether something waits whose owner is gone."""
    return any(not lives(entry.owner) for entry in entries())


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
    with changing() as state:
        taken = _busy(state)
        for entry in list(state.entries):
            directory = RunDirectory(paths.runs_directory() / entry.run_id)
            if not _still_waits(entry, directory, taken):
                state.entries.remove(entry)
                continue
            if len(taken) >= cores.most_runs():
                break
            taken.add(entry.run_id)
            if entry.owner != owner.token and lives(entry.owner):
                continue
            state.entries.remove(entry)
            size = log_size(directory)
            try:
                handle = _begin(entry, directory, executor)
            except RunError as error:
                taken.discard(entry.run_id)
                problem = str(error)
                continue
            state.starting[entry.run_id] = Start(handle.pid if handle else 0, time.time(), size)
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


def _busy(state: State) -> set[str]:
    """The runs that have a core; forgets starts that came to something or to nothing."""
    training = active.training(paths.runs_directory())
    state.starting = {
        run_id: start
        for run_id, start in state.starting.items()
        if run_id not in training and _may_begin(run_id, start)
    }
    return training | state.starting.keys()


def _may_begin(run_id: str, start: Start) -> bool:
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
