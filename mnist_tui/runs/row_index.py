"""Which runs are a row, kept up to date while runs come, go and train."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping

from mnist_tui.runs.rows import row_key, told_apart
from mnist_tui.runs.run import Run


class RowIndex:
    """The rows of all runs, by the id of their first run.

    A row takes its runs from the whole home, whenever they were made. Other than in `rows.rows`, a run that
    was stopped or failed stays beside the other seeds: it is still one of them, though no mean has it in it.

    Attributes:
        members: Row id to the ids of its runs, one a seed, oldest first.
    """

    def __init__(self) -> None:
        self.members: dict[str, tuple[str, ...]] = {}
        self._row_of: dict[str, str] = {}
        self._keys: dict[str, tuple[Hashable, Hashable]] = {}

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
            The ids of the runs that are in another row than before.
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
        apart = told_apart((self._keys[run_id][0], run.group) for run_id, run in runs.items())
        data: dict[Hashable, Hashable] = {}
        for settings, its_data in self._keys.values():
            if its_data is not None:
                data.setdefault(settings, its_data)
        times: Counter[Hashable] = Counter()
        found: dict[Hashable, list[str]] = defaultdict(list)
        for run_id, run in runs.items():
            settings, its_data = self._keys[run_id]
            # One that has not started will most likely have the data of the others.
            its_data = data.get(settings) if its_data is None else its_data
            row = (settings, run.config.threads if settings in apart else None, its_data)
            found[row, times[row, run.config.seed]].append(run_id)
            times[row, run.config.seed] += 1
        before, self._row_of = self._row_of, {}
        self.members = {some[0]: tuple(some) for some in found.values()}
        for row_id, some in self.members.items():
            self._row_of.update(dict.fromkeys(some, row_id))
        known = before.keys() | self._row_of.keys()
        return {run_id for run_id in known if before.get(run_id) != self._row_of.get(run_id)}
