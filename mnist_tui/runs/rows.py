"""Rows: a configuration and its runs, one a seed.

Rows are what people compare; runs are what machines train.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mnist_tui.runs.groups import without
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.labels import distinct_labels, short_labels
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import RunFinished, RunStarted

CUT_SHORT = frozenset({Status.STOPPED, Status.FAILED, Status.INTERRUPTED})
"""How runs end that did not come to their end."""


@dataclass(frozen=True)
class Row:
    """A configuration and its runs.

    Attributes:
        label: Its name, made longer where another row has the same.
        config: The configuration, with the seed of its first run.
        runs: One for each seed.
    """

    label: str
    config: RunConfig
    runs: tuple[Run, ...]

    @property
    def results(self) -> list[RunFinished]:
        """The results of the runs that are over."""
        return [run.finished for run in self.runs if run.finished]

    @property
    def started(self) -> RunStarted | None:
        """The data and network of the first run that has started; the others have the same."""
        return next((run.started for run in self.runs if run.started), None)

    @property
    def shared_cores(self) -> bool:
        """Whether its times were taken while other runs trained."""
        return any(run.other_runs for run in self.runs)

    @property
    def is_cut_short(self) -> bool:
        """Whether it is a run that did not come to its end: stopped by hand, or failed."""
        return any(run.status in CUT_SHORT for run in self.runs)

    @property
    def seeds(self) -> list[int]:
        """The seeds of the runs."""
        return [run.config.seed for run in self.runs]


def rows(runs: Iterable[Run]) -> list[Row]:
    """Put the runs of each configuration into a row, in the order of the runs.

    Runs share a row where their settings are equal but for the seed and the number of threads, whenever and
    for whatever comparison they were made: one that was taken from the home stands beside those that were
    trained later. Where a group has rows that differ in nothing but threads, these were what it compares, and
    tell rows apart. The same seed once more opens another row, together with what was made with it.

    Never in one row are runs on other data or on another split of it. A run that was changed by hand, forked,
    stopped or failed has a row of its own.
    """
    runs = list(runs)
    found = put_together(runs, list(map(_key_in_report, runs)))
    return named([[runs[place] for place in row] for row in found])


def named(found: Sequence[Sequence[Run]]) -> list[Row]:
    """Rows of runs that were put together already, with names that tell them apart.

    Args:
        found: The runs of each row, one or more.
    """
    return [
        Row(f"{label}{_alteration(some[0])}", some[0].config, tuple(some))
        for label, some in zip(row_labels(found), found, strict=True)
    ]


def row_labels(found: Sequence[Sequence[Run]]) -> list[str]:
    """What rows are called by their settings, told apart.

    Args:
        found: The runs of each row, one or more.
    """
    return distinct_labels(_configs(found))


def short_row_labels(found: Sequence[Sequence[Run]]) -> list[str]:
    """The same in short, where columns beside the names say how rows differ.

    Args:
        found: The runs of each row, one or more.
    """
    return short_labels(_configs(found))


def _configs(found: Sequence[Sequence[Run]]) -> list[RunConfig]:
    several = {some[0].name for some in found if len(some) > 1}  # whose first seed would be no name for all
    return [some[0].config.replace(seed=0) if some[0].name in several else some[0].config for some in found]


class RowKey(NamedTuple):
    """What the runs of a row have in common, as far as one run tells.

    Attributes:
        settings: But for seed and threads. A run whose settings do not tell how it was trained has nothing in
            common with any other.
        data: `None` before the run has started.
        is_cut_short: Whether it makes room for one of its seed that came to its end.
    """

    settings: Hashable
    data: Hashable
    is_cut_short: bool


def row_key(run: Run) -> RowKey:
    """Where a run belongs; other than in `rows`, one that was stopped or failed belongs beside the others."""
    settings = run.run_id if run.is_altered else without(run.config, "seed", "threads")
    return RowKey(settings, _data(run.started) if run.started else None, run.status in CUT_SHORT)


def _key_in_report(run: Run) -> RowKey:
    """The same where a run that was stopped or failed stands by itself."""
    key = row_key(run)
    return RowKey(id(run), key.data, False) if key.is_cut_short or run.is_altered else key


def put_together(runs: Sequence[Run], keys: Sequence[RowKey]) -> list[list[int]]:
    """The places of the runs of each row, in the order of the runs.

    Args:
        runs: Each once.
        keys: What each has in common with the others of its row.
    """
    apart = _told_apart(runs, keys)
    configurations = [
        (key.settings, run.config.threads if key.settings in apart else None)
        for run, key in zip(runs, keys, strict=True)
    ]
    data: dict[Hashable, Hashable] = {}
    for configuration, key in zip(configurations, keys, strict=True):
        if key.data is not None:
            data.setdefault(configuration, key.data)
    blocks: dict[tuple[Hashable, Hashable, int], list[int]] = defaultdict(list)
    times: Counter[Hashable] = Counter()
    for place in sorted(range(len(runs)), key=lambda place: keys[place].is_cut_short):
        run, configuration, its_data = runs[place], configurations[place], keys[place].data
        # One that has not started will most likely have the data of the others.
        row = (configuration, data.get(configuration) if its_data is None else its_data)
        together = run.group or run.run_id, keys[place].is_cut_short
        blocks[row, together, times[row, together, run.config.seed]].append(place)
        times[row, together, run.config.seed] += 1
    return sorted(map(sorted, _side_by_side(runs, blocks)))


def _side_by_side(
    runs: Sequence[Run], blocks: Mapping[tuple[Hashable, Hashable, int], list[int]]
) -> Iterator[list[int]]:
    """Rows of runs that stay together: each block joins the first row that has none of its seeds.

    As a whole or not at all: were each run to find a place by itself, those behind one that was deleted would
    move up, out of the row that they were trained in.

    Args:
        runs: All of them.
        blocks: What they have in common, who they were made with, and how often these had a seed before, to
            the places of the runs.
    """
    found: dict[Hashable, list[dict[int, int]]] = defaultdict(list)
    for (row, _, _), places in blocks.items():
        block = {runs[place].config.seed: place for place in places}
        room = next((seeds for seeds in found[row] if not seeds.keys() & block.keys()), None)
        if room is None:
            found[row].append(block)
        else:
            room |= block
    for rows_alike in found.values():
        yield from (list(seeds.values()) for seeds in rows_alike)


def _told_apart(runs: Sequence[Run], keys: Sequence[RowKey]) -> set[Hashable]:
    """The settings, threads aside, of which one group has several rows: these differ in their threads."""
    numbers: dict[tuple[Hashable, str], set[int]] = defaultdict(set)
    for run, key in zip(runs, keys, strict=True):
        if place := run.group:
            group, number = place
            numbers[key.settings, group].add(number)
    return {settings for (settings, _), rows in numbers.items() if len(rows) > 1}


def _data(started: RunStarted) -> Hashable:
    return started.dataset_sha256, started.sizes


def _alteration(run: Run) -> str:
    """What to add to the name of a run whose settings alone do not tell how it was trained."""
    forked = f", forked after epoch {run.forked.epoch}" if run.forked else ""
    changed = ", changed on the way" if run.own_changes else ""
    ending = f", {run.status}" if run.status in CUT_SHORT else ""
    return f"{forked}{changed}{ending}"
