"""Which runs are a row, kept up to date while runs come, go and train."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping

from mnist_tui.runs.rows import RowKey, row_key, told_apart
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
        keys = self._keys
        apart = told_apart((keys[run_id].settings, run.group) for run_id, run in runs.items())
        configurations: dict[str, Hashable] = {}
        data: dict[Hashable, Hashable] = {}
        for run_id, run in runs.items():
            settings, its_data, _ = keys[run_id]
            configurations[run_id] = (settings, run.config.threads if settings in apart else None)
            if its_data is not None:
                data.setdefault(configurations[run_id], its_data)
        age = {run_id: place for place, run_id in enumerate(runs)}
        times: Counter[Hashable] = Counter()
        found: dict[Hashable, list[str]] = defaultdict(list)
        for run_id in sorted(runs, key=lambda run_id: keys[run_id].is_cut_short):
            configuration, its_data = configurations[run_id], keys[run_id].data
            # One that has not started will most likely have the data of the others.
            row = (configuration, data.get(configuration) if its_data is None else its_data)
            seed = runs[run_id].config.seed
            found[row, times[row, seed]].append(run_id)
            times[row, seed] += 1
        rows = sorted(sorted(age[run_id] for run_id in row) for row in found.values())
        ids = list(runs)
        before = self.members
        self.members = {ids[row[0]]: tuple(ids[place] for place in row) for row in rows}
        self._row_of = {run_id: row_id for row_id, row in self.members.items() for run_id in row}
        return {run_id for _, row in before.items() ^ self.members.items() for run_id in row}
