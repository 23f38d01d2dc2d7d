"""One run as the screens and tables of this session show it."""

from dataclasses import dataclass, replace
from typing import Self

from mnist_tui.runs.run import ACTIVE, Run, Status


@dataclass(frozen=True)
class RunView:
    """A run, and what its log does not tell: its name among others, its place in the queue, its looks.

    Attributes:
        run: What the log tells.
        label: Its name, told apart from the others that are shown.
        place: Its place in the queue, 1 is next; 0 where it does not wait.
        marker: The character that stands on its curves; empty while they are hidden.
        color: The colour that goes with the marker.
    """

    run: Run
    label: str
    place: int = 0
    marker: str = ""
    color: str = ""

    @property
    def status(self) -> Status:
        """Where it stands."""
        return Status.WAITING if self.place else self.run.status

    @property
    def status_words(self) -> str:
        """Where it stands, as a table says it."""
        if self.place:
            return f"{Status.WAITING} {self.place}"
        if self.status is Status.FAILED and self.run.failure_summary:
            return f"{self.status}: {self.run.failure_summary}"
        return str(self.status)

    @property
    def is_active(self) -> bool:
        """Whether it may still change."""
        return self.status in ACTIVE

    @property
    def can_resume(self) -> bool:
        """Whether it ended before its end."""
        return not self.place and self.run.can_resume

    def with_look(self, marker: str, color: str) -> Self:
        """The same with a marker and a colour, if it has none."""
        return self if self.marker else replace(self, marker=marker, color=color)

    @property
    def is_shown(self) -> bool:
        """Whether its curves are shown."""
        return bool(self.marker)
