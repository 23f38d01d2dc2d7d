"""One row of the session as tables and charts show it: a configuration, and its runs, one a seed."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from mnist_tui.runs.rows import CUT_SHORT, Row
from mnist_tui.runs.run import Status
from mnist_tui.runs.view import RunView

if TYPE_CHECKING:
    from mnist_tui.analysis.differences import Difference


@dataclass(frozen=True)
class RowView:
    """A row, and what the logs of its runs do not tell.

    Attributes:
        row_id: The id of its first run.
        label: Its name, told apart from the others that are shown.
        views: Its runs, one a seed; one or more.
        marker: The character that stands on its curves; empty while they are hidden.
        color: The colour that goes with the marker.
        is_open: Whether its runs are listed below it.
        is_baseline: Whether the other rows are compared with it.
        difference: Itself beside the baseline, once both have results and are shown.
    """

    row_id: str
    label: str
    views: tuple[RunView, ...]
    marker: str = ""
    color: str = ""
    is_open: bool = False
    is_baseline: bool = False
    difference: "Difference | None" = None

    @classmethod
    def of_run(cls, view: RunView) -> Self:
        """A run by itself."""
        return cls(view.run.run_id, view.label, (view,), view.marker, view.color)

    @property
    def is_single(self) -> bool:
        """Whether it has one run: then it is shown as that run."""
        return len(self.views) == 1

    @property
    def is_shown(self) -> bool:
        """Whether its curves are shown."""
        return bool(self.marker)

    @property
    def is_active(self) -> bool:
        """Whether one of its runs may still change."""
        return any(view.is_active for view in self.views)

    @property
    def place(self) -> int:
        """The place in the queue of the first of its runs that waits, 1 is next; 0 where none waits."""
        return min((view.place for view in self.views if view.place), default=0)

    @cached_property
    def complete(self) -> tuple[RunView, ...]:
        """Its runs that came to their end: those of which there is a mean."""
        return tuple(view for view in self.views if view.run.finished and view.status not in CUT_SHORT)

    @property
    def judged(self) -> tuple[RunView, ...]:
        """Those, and the ones without a result that speak against the row: they diverged."""
        lost = (view for view in self.views if view.run.has_diverged and not view.run.finished)
        return (*self.complete, *lost)

    @cached_property
    def row(self) -> Row:
        """What is compared: the runs that came to their end, or, where there are none, all."""
        runs = tuple(view.run for view in self.complete or self.views)
        return Row(self.label, self.views[0].run.config, runs)

    @property
    def status_words(self) -> str:
        """Where it stands: how many seeds are done, and what the others do."""
        if self.is_single:
            return self.views[0].status_words
        done, seeds = len(self.complete), len(self.views)
        if done == seeds:
            return f"{seeds} seeds done"
        others = Counter(str(view.status) for view in self.views if view not in self.complete)
        training = others.pop(str(Status.TRAINING), 0) + others.pop(str(Status.STARTING), 0)
        words = {"training": training, **others}
        told = [f"{count} {word}" for word, count in words.items() if count]
        return f"{done} of {seeds} seeds · {', '.join(told)}"
