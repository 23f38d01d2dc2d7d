"""Which runs are a row, kept up to date while runs come, go and train."""

from collections.abc import Collection, Mapping

from mnist_tui.runs.rows import RowKey, put_together, row_key
from mnist_tui.runs.run import Run


class RowIndex:
    """The rows of all runs, by the id of their first run.

    A row takes its runs from the whole home, whenever they were made. Other than in `rows.rows`, a run that
    was stopped or failed stays beside the other seeds: it is still one of them, though no mean has it in it.
    It makes room for a run of its seed that was not.

    Attributes:
        members: Row id to the ids of its runs, one a seed, oldest first.
    """

    def __init__(self) -> None:
        self.members: dict[str, tuple[str, ...]] = {}
        self._row_of: dict[str, str] = {}
        self._keys: dict[str, RowKey] = {}

    def __len__(self) -> int:
        """The number of runs."""
        return len(self._keys)

    def row_of(self, run_id: str) -> str:
        """The id of a run's row; empty where there is no such run."""
        return self._row_of.get(run_id, "")

    def update(self, runs: Mapping[str, Run], changed: Collection[str] = ()) -> set[str]:
        """Take in what became of some runs.

        Args:
            runs: All runs by id, oldest first.
            changed: The ids of those that may have changed; who comes and goes is seen without.

        Returns:
            The ids of the runs whose row is another, or has others in it, than before.
        """
        before = dict(self._keys)
        if self._keys.keys() != runs.keys():
            self._keys = {run_id: key for run_id, key in self._keys.items() if run_id in runs}
            changed = {*changed, *(runs.keys() - self._keys.keys())}
        for run_id in changed:
            if run_id in runs:
                self._keys[run_id] = row_key(runs[run_id])
        return self._group(runs) if self._keys != before else set()

    def _group(self, runs: Mapping[str, Run]) -> set[str]:
        rows = put_together(list(runs.values()), [self._keys[run_id] for run_id in runs])
        before, ids = self.members, list(runs)
        self.members = {ids[row[0]]: tuple(ids[place] for place in row) for row in rows}
        self._row_of = {run_id: row_id for row_id, row in self.members.items() for run_id in row}
        return {run_id for _, row in before.items() ^ self.members.items() for run_id in row}
