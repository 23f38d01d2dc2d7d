"""What the screens of one sitting share: which rows are shown, how they are called and told apart."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from mnist_tui.analysis.margin import MARGIN
from mnist_tui.runs.rows import short_row_labels
from mnist_tui.runs.view import RunView
from mnist_tui.tui import scene as scenes
from mnist_tui.tui.comparing import Comparing
from mnist_tui.tui.concluded import Question
from mnist_tui.tui.identity import Identities
from mnist_tui.tui.membership import Membership
from mnist_tui.tui.news import News, Runs, Undone
from mnist_tui.tui.picked import Picked
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.shown import Shown
from mnist_tui.tui.table.arrangement import Arrangement

if TYPE_CHECKING:
    from mnist_tui.analysis.differences import Difference

RUN = "·"
"""Before the id of a run that has a line of its own below its row."""


def run_entry(run_id: str) -> str:
    """The line of a run below its row; the row's own line has the id of its first run."""
    return RUN + run_id


class Session:
    """What is shown, selected, labelled and coloured; knows nothing of screens.

    A row is a configuration and its runs, one a seed; its id is that of its first run. A run takes part in
    the session when it was started here, or was seen training. Whatever changes the session returns the ids
    of the runs that look different for it.

    Args:
        source: The runs.

    Attributes:
        selected: The id of the run that keys are meant for; empty for none.
        beside: The id of a run whose row stands beside the selected one, on screens that look at two; empty
            for none (`tui.beside`).
        identities: Marker and colour of each row.
        picked: The digit that the drawing pad is to start from; `None` where none was chosen.
        margin: δ: a difference of accuracies, as a share, that counts as none.
        arrangement: Which rows are listed, and in which order.
        done: What somebody did that no run tells of: `concluded` (looked at what may be concluded), `looked`
            (at a run beyond its curves).
    """

    def __init__(self, source: Runs) -> None:
        self._source = source
        self.selected = ""
        self.beside = ""
        self.identities = Identities()
        self.picked: Picked | None = None
        self.margin = MARGIN
        self.done: set[str] = set()
        self._rows = Membership(source, self._rename)
        self._own: list[str] = []
        self._shown = Shown()
        self._seen: set[str] = set()
        self._active: set[str] = set()
        self._open: set[str] = set()
        self._comparing = Comparing()
        self._labels: dict[str, str] = {}
        self._named: list[tuple[str, bool]] = []
        self._follow = ""
        self.arrangement = Arrangement()
        self._order: tuple[object, list[str]] = (None, [])

    # Rows

    def _rename(self, gone: Collection[str], heirs: Mapping[str, str]) -> None:
        """Let rows that are called otherwise look and be what they were."""
        self.identities.release(gone)
        if heirs:
            self.identities.hand_on(heirs)
            self._open = {heirs.get(row_id, row_id) for row_id in self._open}
            self._comparing.hand_on(heirs)

    def row_of(self, run_id: str) -> str:
        """The id of a run's row; empty where there is no such run."""
        return self._rows.row_of(run_id)

    def members(self, row_id: str) -> tuple[str, ...]:
        """The ids of a row's runs, one a seed; empty where there is no such row."""
        return self._rows.members.get(row_id, ())

    @property
    def shown(self) -> list[str]:
        """The ids of the rows whose curves are shown, as they are sorted; those not listed come last."""
        shown = self._rows.rows_of(self._shown.run_ids)
        if not self.arrangement.key:
            return shown
        places = {row_id: place for place, row_id in enumerate(self.order)}
        return sorted(shown, key=lambda row_id: places.get(row_id, len(places)))

    @property
    def shown_runs(self) -> list[str]:
        """The ids of their runs."""
        return [run_id for row_id in self.shown for run_id in self.members(row_id)]

    @property
    def order(self) -> list[str]:
        """The ids of all rows that are listed, as they are arranged.

        By themselves, those of the session come first, as they came, then the earlier ones, the newest first.
        """
        state = (self._rows.members, tuple(self._own), self.arrangement.version)
        if state != self._order[0]:
            self._order = state, self.arrangement.arrange(self._as_they_came(), self.row)
        return self._order[1]

    def _as_they_came(self) -> list[str]:
        own = self._rows.rows_of(self._own)
        known = set(own)
        return own + [row for row in self._rows.rows_of(reversed(self._source.runs)) if row not in known]

    @property
    def row_count(self) -> int:
        """How many rows there are, listed or not."""
        return len(self._rows.members)

    @property
    def entries(self) -> list[str]:
        """The lines of a table: the ids of all rows; below one that is open, those of its runs."""
        lines = []
        for row_id in self.order:
            lines.append(row_id)
            if row_id in self._open and len(members := self.members(row_id)) > 1:
                lines += map(run_entry, members)
        return lines

    def entry(self, entry_id: str) -> RowView | RunView:
        """What stands in a line of `entries`."""
        return self.view(entry_id[1:]) if entry_id.startswith(RUN) else self.row(entry_id)

    def runs_of(self, entry_id: str) -> tuple[str, ...]:
        """The ids of the runs that a line of `entries` stands for."""
        return (entry_id[1:],) if entry_id.startswith(RUN) else self.members(entry_id)

    @property
    def run_order(self) -> list[str]:
        """The ids of all runs, row after row."""
        return [run_id for row_id in self.order for run_id in self.members(row_id)]

    def view(self, run_id: str) -> RunView:
        """A run as tables and charts show it.

        Raises:
            KeyError: There is no such run.
        """
        run, place = self._source.runs[run_id], self._source.place(run_id)
        row_id = self.row_of(run_id)
        label = self._labels.get(row_id)
        if label is None:
            return RunView(run, run.name, place)
        if len(self.members(row_id)) > 1:
            label = f"{label}, seed {run.config.seed}"
        identity = self.identities.of(row_id)
        return RunView(run, label, place, identity.marker, identity.color)

    def row(self, row_id: str) -> RowView:
        """A row as tables and charts show it.

        Raises:
            KeyError: There is no such row.
        """
        views = tuple(map(self.view, self._rows.members[row_id]))
        label = self._labels.get(row_id)
        identity = self.identities.of(row_id) if label is not None else None
        return RowView(
            row_id,
            views[0].run.name if label is None else label,
            views,
            identity.marker if identity else "",
            identity.color if identity else "",
            row_id in self._open,
            row_id == self._comparing.marked,
            self._comparing.differences.get(row_id) if label is not None else None,
        )

    @property
    def scene(self) -> dict[str, str]:
        """What is shown, for the next sitting."""
        return scenes.written((self.row_of(one) or one for one in self._shown.run_ids), self.identities)

    def set_scene(self, scene: Mapping[str, str]) -> None:
        """Show what was shown in an earlier sitting, as soon as it is there, and let it look as it did."""
        numbers = scenes.read(scene)
        self.identities.remember(numbers)
        self._shown.add(numbers)

    # What changes

    def join(self, run_ids: Iterable[str], follow: str = "") -> set[str]:
        """Runs take part, and are shown.

        Args:
            run_ids: Which; they may appear later.
            follow: The one that the cursor goes to.
        """
        run_ids = list(run_ids)
        self._own = list(dict.fromkeys([*self._own, *run_ids]))
        self._shown.add(run_ids)
        self._follow = follow or self._follow
        return self._relabel()

    def leave(self, run_id: str) -> set[str]:
        """A run was deleted."""
        self._own = [known for known in self._own if known != run_id]
        self._shown.lose(run_id)
        return self._relabel() | {run_id}

    def deleted(self, run_ids: Iterable[str]) -> None:
        """Somebody had these runs deleted, which `undo` takes back."""
        self._shown.deleted(run_ids)

    def toggle(self, row_id: str) -> set[str]:
        """Show the curves of a row, or hide them."""
        members = self.members(row_id)
        if row_id in self.shown:
            self._shown.hide(members)
        else:
            self._shown.add(members)
        return self._relabel()

    def show_only(self, row_id: str) -> set[str]:
        """Hide the curves of all other rows."""
        self._shown.only(self.members(row_id))
        return self._relabel()

    def show_listed(self, most: int) -> set[str]:
        """Show the curves of all rows that are listed, of very many those of the first; or else hide them.

        Args:
            most: So many at most.
        """
        listed = self.order[:most]
        members = [run_id for row_id in listed for run_id in self.members(row_id)]
        if set(self.shown).issuperset(listed):
            self._shown.hide(members)
        else:
            self._shown.add(members)
        return self._relabel()

    def undo(self) -> Undone | None:
        """Take back the last time that rows were hidden or runs deleted; `None` where there was none."""
        deed = self._shown.undo()
        if deed is None:
            return None
        self._own += [run_id for run_id in deed.deleted if run_id not in self._own]
        return Undone(self._relabel(), deed.deleted)

    def fold(self, row_id: str) -> set[str]:
        """List the runs of a row below it, or no longer; there is nothing to list of a single one."""
        members = self.members(row_id)
        if len(members) > 1:
            self._open ^= {row_id}
        return set(members)

    @property
    def baseline(self) -> str:
        """The id of the row that the others are compared with: the one chosen, else the first one shown."""
        shown = self._rows.rows_of(self._shown.run_ids)
        chosen = self.row_of(self._comparing.chosen)
        return chosen if chosen in shown else next(iter(shown), "")

    def compare_with(self, row_id: str) -> set[str]:
        """Make a row the baseline, and show it."""
        self._comparing.chosen = row_id
        changed = set() if row_id in self.shown else self.toggle(row_id)
        return changed | {run_id for marked in self._mark() for run_id in self.members(marked)}

    def _mark(self) -> set[str]:
        """Mark the baseline, where there is something to compare with it; the rows that look different."""
        return self._comparing.mark(self.baseline if len(self._labels) > 1 else "")

    @property
    def question(self) -> Question:
        """What is to be compared: the rows that are shown, once all of their runs are over.

        A verdict after each seed would be one look after another, and the first that pleases would be wrong
        too often.
        """
        over = (row for row in map(self.row, self.shown) if not row.is_active)
        rows = (tuple(view.run for view in row.judged) for row in over)
        return Question(tuple(filter(None, rows)), self.members(self.baseline), self.margin)

    def conclude(self, differences: "Mapping[str, Difference]") -> set[str]:
        """Take what was concluded of rows, by the ids of their first runs that were compared."""
        before = self._comparing.differences.keys()
        rows = self._comparing.conclude((self.row_of(run_id), one) for run_id, one in differences.items())
        self.arrangement.forget({*before, *self._comparing.differences})
        return {run_id for row_id in rows for run_id in self.members(row_id)}

    def notice(self, changed: set[str]) -> News:
        """Take in what became of some runs: one that is seen training for the first time takes part.

        Args:
            changed: The ids of runs that changed, came or went.
        """
        news = News(set(changed))
        self._rows.regroup(changed)
        self.arrangement.forget(filter(None, map(self.row_of, changed)))
        for run_id in sorted(changed & self._source.runs.keys()):
            view = self.view(run_id)
            if view.is_active:
                self._active.add(run_id)
            elif run_id in self._active:
                self._active.remove(run_id)
                news.over.append(run_id)
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
        """Labels tell the rows that are shown apart; the runs of those that got another one, came or went."""
        shown = self._rows.rows_of(self._shown.run_ids)
        regrouped = self._rows.take_moved()
        named = [(row_id, len(self.members(row_id)) > 1) for row_id in shown]
        if named == self._named:
            return regrouped
        self._named = named
        for row_id in shown:  # in the order of their markers
            self.identities.of(row_id)
        before = self._labels
        runs = self._source.runs
        labels = short_row_labels([[runs[run_id] for run_id in self.members(row_id)] for row_id in shown])
        self._labels = dict(zip(shown, labels, strict=True))
        known = before.keys() | self._labels.keys()
        changed = {row_id for row_id in known if before.get(row_id) != self._labels.get(row_id)}
        changed |= self._mark()
        self.arrangement.forget(changed)
        return changed | regrouped | {run_id for row_id in changed for run_id in self.members(row_id)}
