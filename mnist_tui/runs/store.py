"""All runs of a home directory, kept up to date by reading their logs."""

import time
from dataclasses import dataclass, field

from mnist_tui.errors import RunError
from mnist_tui.runs.directory import RunDirectory, list_runs
from mnist_tui.runs.log import LogTail
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import Event

STARTING_SECONDS = 15.0
"""How long a run may take from its directory to its first event before it counts as interrupted."""


@dataclass
class Update:
    """What one look at the disk found out about one run.

    Attributes:
        run_id: Which run.
        discovered: The run itself where it is new, its log applied already; else `None`.
        events: What its log has got since the last look.
        abandoned: No process trains it.
        gone: Its directory was deleted.
    """

    run_id: str
    discovered: Run | None = None
    events: list[Event] = field(default_factory=list)
    abandoned: bool = False
    gone: bool = False


class RunStore:
    """The runs by id, oldest first.

    `scan` reads the disk and may run in another thread; `apply` changes the runs and takes no time.

    Attributes:
        runs: Run id to run.
    """

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self._tails: dict[str, LogTail] = {}
        self._unusable: set[str] = set()

    def refresh(self) -> set[str]:
        """Read what is new on the disk; the ids of the runs that changed."""
        return self.apply(self.scan())

    def scan(self) -> list[Update]:
        """What is new on the disk since the last scan."""
        paths = list_runs()
        there = {path.name for path in paths}
        updates = [Update(run_id, gone=True) for run_id in list(self.runs) if run_id not in there]
        for path in paths:
            run_id = path.name
            known = self.runs.get(run_id)
            if run_id in self._unusable or (known and run_id not in self._tails):
                continue
            update = Update(run_id)
            if known is None:
                directory = RunDirectory(path)
                try:
                    update.discovered = Run.read(directory)
                except RunError:
                    if _age(directory) > STARTING_SECONDS:
                        self._unusable.add(run_id)
                    continue
                self._tails[run_id] = LogTail(directory.events_path)
            run = known or update.discovered
            assert run is not None  # noqa: S101 - one of the two was just made sure of
            locked = run.directory.is_locked()
            tail = self._tails.get(run_id)
            if tail is None:  # forgotten meanwhile
                continue
            update.events = tail.read_all()
            if update.discovered:  # nobody else knows it yet
                for event in update.events:
                    update.discovered.apply(event)
                update.events = []
            young = run.started is None and not update.events and _age(run.directory) < STARTING_SECONDS
            update.abandoned = not locked and not young
            updates.append(update)
        return updates

    def forget(self, run_id: str) -> None:
        """Drop a run whose directory is about to be deleted."""
        self.runs.pop(run_id, None)
        self._tails.pop(run_id, None)
        self._unusable.add(run_id)

    def apply(self, updates: list[Update]) -> set[str]:
        """Bring the runs up to date.

        Args:
            updates: From `scan`, in order.

        Returns:
            The ids of the runs that changed.
        """
        changed = set()
        for update in updates:
            if update.gone:
                self.forget(update.run_id)
                changed.add(update.run_id)
                continue
            if update.discovered and update.run_id not in self._unusable:
                self.runs[update.run_id] = update.discovered
                changed.add(update.run_id)
            run = self.runs.get(update.run_id)
            if run is None or update.run_id in self._unusable:
                continue
            for event in update.events:
                run.apply(event)
                changed.add(update.run_id)
            if run.is_active and update.abandoned:
                run.status = Status.INTERRUPTED
                changed.add(update.run_id)
            if not run.is_active and update.abandoned and run.started:
                # Its log is complete: it need not be read again.
                self._tails.pop(update.run_id, None)
        return changed


def _age(directory: RunDirectory) -> float:
    """Seconds since the directory was last changed; 0 where the clock was set back."""
    try:
        return max(0.0, time.time() - directory.path.stat().st_mtime)
    except OSError:
        return STARTING_SECONDS
