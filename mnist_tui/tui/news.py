"""Where the session has its runs from, and what their changes mean to it."""

from dataclasses import dataclass, field
from typing import Protocol

from mnist_tui.runs.run import Run


class Runs(Protocol):
    """Where runs come from, `jobs.laboratory.Laboratory` for one."""

    @property
    def runs(self) -> dict[str, Run]:
        """All runs by id, oldest first."""

    def place(self, run_id: str) -> int:
        """The place of a run in the queue, 1 is next; 0 where it does not wait."""


@dataclass
class News:
    """What changes mean to the session.

    Attributes:
        changed: The ids of the runs that look different than before.
        joined: Those of runs that began elsewhere and take part from now on.
        failed: Those of runs of the session that failed.
        over: Those of runs that were seen training, and do so no longer.
    """

    changed: set[str]
    joined: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Undone:
    """What was taken back.

    Attributes:
        changed: The ids of the runs that look different than before.
        deleted: Those of runs that were deleted, and are to be brought back.
    """

    changed: set[str]
    deleted: tuple[str, ...] = ()
