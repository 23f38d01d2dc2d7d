"""What the screens of one sitting share: which runs are shown, how they are called and told apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from mnist_tui.runs.run import Run
from mnist_tui.runs.view import RunView
from mnist_tui.settings.labels import distinct_labels
from mnist_tui.tui.identity import Identities


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
    """

    changed: set[str]
    joined: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class Session:
    """What is shown, selected, labelled and coloured; knows nothing of screens.

    A run takes part in the session when it was started here, or was seen training. Whatever changes the
    session returns the ids of the runs that look different for it.

    Args:
        source: The runs.

    Attributes:
        selected: The id of the run that keys are meant for; empty for none.
        identities: Marker and colour of each run.
    """

    def __init__(self, source: Runs) -> None:
        self._source = source
        self.selected = ""
        self.identities = Identities()
        self._own: list[str] = []
        self._shown: list[str] = []
        self._seen: set[str] = set()
        self._labels: dict[str, str] = {}
        self._follow = ""

    @property
    def shown(self) -> list[str]:
        """The runs whose curves are shown."""
        return [run_id for run_id in self._shown if run_id in self._source.runs]

    @property
    def order(self) -> list[str]:
        """All runs: those of the session as they came, then the earlier ones, the newest first."""
        runs = self._source.runs
        own = dict.fromkeys(run_id for run_id in self._own if run_id in runs)
        return [*own, *(run_id for run_id in reversed(runs) if run_id not in own)]

    @property
    def in_progress(self) -> list[str]:
        """The session's runs that are shown: those that train, those that wait in their order, the others."""
        views = [self.view(run_id) for run_id in self.shown if run_id in self._own]
        views.sort(key=lambda view: (not view.is_active, view.place))
        return [view.run.run_id for view in views]

    def view(self, run_id: str) -> RunView:
        """A run as tables and charts show it.

        Raises:
            KeyError: There is no such run.
        """
        run, place = self._source.runs[run_id], self._source.place(run_id)
        label = self._labels.get(run_id)
        if label is None:
            return RunView(run, run.name, place)
        identity = self.identities.of(run_id)
        return RunView(run, label, place, identity.marker, identity.color)

    def join(self, run_ids: Iterable[str], follow: str = "") -> set[str]:
        """Runs take part, and are shown.

        Args:
            run_ids: Which; they may appear later.
            follow: The one that the cursor goes to.
        """
        for run_id in run_ids:
            self._own += [] if run_id in self._own else [run_id]
            self._shown += [] if run_id in self._shown else [run_id]
        self._follow = follow or self._follow
        return self._relabel()

    def leave(self, run_id: str) -> set[str]:
        """A run was deleted."""
        self._own = [known for known in self._own if known != run_id]
        self._shown = [known for known in self._shown if known != run_id]
        return self._relabel() | {run_id}

    def toggle(self, run_id: str) -> set[str]:
        """Show the curves of a run, or hide them."""
        if run_id in self._shown:
            self._shown.remove(run_id)
        else:
            self._shown.append(run_id)
        return self._relabel()

    def notice(self, changed: set[str]) -> News:
        """Take in what became of some runs: one that is seen training for the first time takes part.

        Args:
            changed: The ids of runs that changed, came or went.
        """
        news = News(set(changed))
        for run_id in sorted(changed & self._source.runs.keys()):
            view = self.view(run_id)
            if run_id not in self._seen:
                self._seen.add(run_id)
                news.joined += [run_id] if view.is_active else []
            elif view.run.failure and run_id in self._own:
                news.failed.append(run_id)
        news.changed |= self.join(news.joined)
        return news

    def take_follow(self) -> str:
        """The run that the cursor should go to, told once; empty for none."""
        if self._follow not in self._source.runs:
            return ""
        follow, self._follow = self._follow, ""
        return follow

    def _relabel(self) -> set[str]:
        """Labels tell the runs that are shown apart; those that got another one, came or went."""
        shown = self.shown
        if shown == list(self._labels):
            return set()
        for run_id in shown:  # in the order of their markers
            self.identities.of(run_id)
        configs = [self._source.runs[run_id].config for run_id in shown]
        before, self._labels = self._labels, dict(zip(shown, distinct_labels(configs), strict=True))
        known = before.keys() | self._labels.keys()
        return {run_id for run_id in known if before.get(run_id) != self._labels.get(run_id)}
