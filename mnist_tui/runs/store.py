"""All runs of a home directory, kept up to date by reading their logs."""

import time
from dataclasses import dataclass, field
from math import inf

from mnist_tui.errors import RunError
from mnist_tui.paths import runs_directory
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.log import LogTail
from mnist_tui.runs.run import Run
from mnist_tui.training.events import Event

STARTING_SECONDS = 5.0
"""How long a run may take from its directory to its first event before it counts as not started."""


@dataclass
class Update:
    """What one look at the disk found out about one run.

    Attributes:
        run_id: Which run.
        look: Number of the look that found it out.
        tail: Its log, read as far as `events`, or as was applied to a discovered run.
        discovered: The run itself where it is new, or is now read as a whole, its log applied already; else
            `None`.
        events: What its log has got since the last look.
        abandoned: No process trains it.
        unusable: It is there, but cannot be shown.
        gone: Its directory was deleted.
    """

    run_id: str
    look: int
    tail: LogTail | None = None
    discovered: Run | None = None
    events: list[Event] = field(default_factory=list)
    abandoned: bool = False
    unusable: bool = False
    gone: bool = False


class RunStore:
    """The runs by id, oldest first.

    `scan` and `read` read the disk and may run in another thread: they return what they found. `apply` and
    `forget` change the runs, take no time and belong to one thread, that of the screens.

    Attributes:
        runs: Run id to run.
    """

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self._tails: dict[str, LogTail] = {}
        self._unusable: set[str] = set()
        self._first_seen: dict[str, float] = {}
        self._looks = 0
        self._forgotten: dict[str, int] = {}

    def refresh(self) -> set[str]:
        """Read all that is new on the disk; the ids of the runs that changed."""
        return self.apply(self.scan())

    @property
    def unreadable(self) -> list[str]:
        """The ids of the runs that are there, but cannot be shown; oldest first."""
        return sorted(self._unusable)

    def check_readable(self, run_id: str) -> None:
        """Refuse a run that is there, but not in `runs`.

        Raises:
            RunError: It is not; the sentence says why.
        """
        if run_id in self.runs:
            return
        directory = RunDirectory(runs_directory() / run_id)
        directory.read_config()
        if run_id in self._unusable:
            raise RunError(f"{directory.events_path} cannot be understood: the run cannot be shown.")
        raise RunError(f"{run_id} cannot be read yet: try again in a moment.")

    def scan(self, seconds: float = inf) -> list[Update]:
        """What is new on the disk since the last scan.

        Args:
            seconds: Leave runs that were not read yet to the next scan once so much time is over; the
                newest are read first.
        """
        deadline = time.monotonic() + seconds
        self._looks += 1
        try:
            paths = list_runs()
        except RunError:
            return []
        if not paths and not runs_directory().is_dir():
            return []  # a disk that is away for a moment has lost no run
        there = {path.name for path in paths}
        unusable = frozenset(self._unusable)
        updates = [
            Update(run_id, self._looks, gone=True)
            for run_id in (*list(self.runs), *unusable)
            if run_id not in there
        ]
        for path in reversed(paths):
            run_id = path.name
            if run_id in unusable:
                continue
            known = self.runs.get(run_id)
            if known is None:
                if time.monotonic() < deadline and (found := self._discover(RunDirectory(path), deadline)):
                    updates.append(found)
            elif (tail := self._tails.get(run_id)) and (known.is_active or tail.has_more):
                events = tail.read_all(deadline)
                abandoned = self._is_abandoned(known, events)
                updates.append(Update(run_id, self._looks, tail, events=events, abandoned=abandoned))
        return updates

    def _discover(self, directory: RunDirectory, deadline: float) -> Update | None:
        try:
            run = Run.read(directory)
        except RunError:
            is_old = _age(directory) > STARTING_SECONDS
            return Update(directory.run_id, self._looks, unusable=True) if is_old else None
        tail = LogTail(directory.events_path)
        events = tail.read_ends()
        run.is_summary = events is not None
        if not _fold(run, tail.read_all(deadline) if events is None else events):
            return Update(directory.run_id, self._looks, unusable=True)
        abandoned = run.is_active and self._is_abandoned(run, [])
        return Update(directory.run_id, self._looks, tail, discovered=run, abandoned=abandoned)

    def _is_abandoned(self, run: Run, events: list[Event]) -> bool:
        """Whether nobody trains a run that is not over."""
        if run.directory.is_locked():
            return False
        # By our own clock too: the directory may come from the future of a clock that was set back.
        seen_for = time.monotonic() - self._first_seen.setdefault(run.run_id, time.monotonic())
        is_old = max(seen_for, _age(run.directory)) > STARTING_SECONDS
        return run.started is not None or bool(events) or is_old

    def read(self, run_id: str) -> list[Update]:
        """A run as a whole, where only a summary of it was read; for `apply`."""
        run = self.runs.get(run_id)
        if run is None or not run.is_summary:
            return []
        try:
            whole, tail = Run.load(run.directory)
        except RunError:
            return []
        abandoned = whole.is_active and not whole.directory.is_locked()
        return [Update(run_id, self._looks, tail, discovered=whole, abandoned=abandoned)]

    def forget(self, run_id: str) -> None:
        """Drop a run whose directory was deleted; a look that began before that does not bring it back."""
        self._drop(run_id)
        self._forgotten[run_id] = self._looks

    def _drop(self, run_id: str) -> None:
        self.runs.pop(run_id, None)
        self._tails.pop(run_id, None)
        self._unusable.discard(run_id)

    def apply(self, updates: list[Update]) -> set[str]:
        """Bring the runs up to date.

        Args:
            updates: From `scan`, in order.

        Returns:
            The ids of the runs that changed.
        """
        changed = set()
        for update in updates:
            if update.look <= self._forgotten.get(update.run_id, 0):
                continue
            if update.gone:
                self._drop(update.run_id)
                changed.add(update.run_id)
                continue
            if update.unusable:
                self._unusable.add(update.run_id)
            if update.discovered and update.tail:
                self.runs[update.run_id], self._tails[update.run_id] = update.discovered, update.tail
                changed.add(update.run_id)
            run = self.runs.get(update.run_id)
            if run is None or update.tail is not self._tails.get(update.run_id):
                continue  # read as a whole in the meantime, what this look found included
            if update.events:
                changed.add(update.run_id)
            if not _fold(run, update.events):
                self._drop(update.run_id)
                self._unusable.add(update.run_id)
                continue
            if run.is_active and update.abandoned:
                run.abandon()
                changed.add(update.run_id)
        if any(update.discovered for update in updates):
            self.runs = dict(sorted(self.runs.items()))
        return changed


def _fold(run: Run, events: list[Event]) -> bool:
    """Apply events; false where that fails: one log that nobody foresaw must not hide all other runs."""
    try:
        for event in events:
            run.apply(event)
    except Exception:
        return False
    return True


def _age(directory: RunDirectory) -> float:
    """Seconds since the directory was last changed; 0 where the clock was set back."""
    try:
        return max(0.0, time.time() - directory.path.stat().st_mtime)
    except OSError:
        return STARTING_SECONDS
