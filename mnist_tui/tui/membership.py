"""Which runs are a row in this sitting, and which row stands for one that is called otherwise by now."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from mnist_tui.runs.row_index import RowIndex
from mnist_tui.tui.news import Runs

Renamed = Callable[[Collection[str], Mapping[str, str]], None]
"""Takes the ids of rows that are gone for good; then of those that are called otherwise, old id to new."""


class Membership:
    """The rows of all runs, by the id of their first run; sees by itself who comes and goes.

    Args:
        source: The runs.
        renamed: Called when rows are gone, before anybody hears of those in their place.
    """

    def __init__(self, source: Runs, renamed: Renamed) -> None:
        self._source, self._renamed = source, renamed
        self._index = RowIndex()
        self._moved: set[str] = set()

    @property
    def _now(self) -> RowIndex:
        if len(self._index) != len(self._source.runs):  # `regroup` is told of everything else
            self.regroup()
        return self._index

    @property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Row id to the ids of its runs, one a seed, oldest first."""
        return self._now.members

    def row_of(self, run_id: str) -> str:
        """The id of a run's row; empty where there is no such run."""
        return self._now.row_of(run_id)

    def rows_of(self, run_ids: Iterable[str]) -> list[str]:
        """The rows of some runs that are there, in their order."""
        row_of = self._now.row_of
        return list(dict.fromkeys(row_id for run_id in run_ids if (row_id := row_of(run_id))))

    def regroup(self, changed: Collection[str] = ()) -> None:
        """Put runs that came, went or changed into their rows; a row that is called otherwise stays one."""
        before = self._index.members
        self._moved |= self._index.update(self._source.runs, changed)
        after = self._index.members
        if before is after:
            return
        heirs = {row_id: self._heir(run_ids) for row_id, run_ids in before.items() - after.items()}
        heirs = {row_id: heir for row_id, heir in heirs.items() if heir and heir != row_id}
        self._renamed(before.keys() - after.keys() - heirs.keys(), heirs)

    def take_moved(self) -> set[str]:
        """The ids of the runs whose row is another, or has others in it, than when this was asked last."""
        moved, self._moved = self._moved, set()
        return moved

    def _heir(self, run_ids: Sequence[str]) -> str:
        """The row that has the most of some runs, and of those the one with the most runs; empty for none."""
        rows = [row_id for run_id in run_ids if (row_id := self._index.row_of(run_id))]
        sizes = {row_id: len(self._index.members[row_id]) for row_id in rows}
        return max(rows, key=lambda row_id: (rows.count(row_id), sizes[row_id]), default="")
