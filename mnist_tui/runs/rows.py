"""Rows: a configuration and its runs, one a seed.

Rows are what people compare; runs are what machines train.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from mnist_tui.runs.groups import without
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.labels import distinct_labels
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import RunFinished, RunStarted


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
    def seeds(self) -> list[int]:
        """The seeds of the runs."""
        return [run.config.seed for run in self.runs]


def rows(runs: Iterable[Run]) -> list[Row]:
    """Put the runs of each configuration into a row, in the order of the runs.

    Runs that were made together as one row stay one, whatever the number of their threads; others share a
    row where their settings are equal but for the seed. The same seed once more opens another row.

    Never in one row are runs on other data or on another split of it, nor complete runs and runs that were
    stopped or failed. A run that was changed by hand or forked has a row of its own.
    """
    runs = list(runs)
    configurations = [_configuration(run) for run in runs]
    data: dict[Hashable, Hashable] = {}
    for run, configuration in zip(runs, configurations, strict=True):
        if run.started:
            data.setdefault(configuration, _data(run.started))
    times: Counter[Hashable] = Counter()
    members: dict[Hashable, list[Run]] = defaultdict(list)
    for run, configuration in zip(runs, configurations, strict=True):
        # One that has not started will most likely have the data of the others.
        its_data = _data(run.started) if run.started else data.get(configuration)
        row = (configuration, its_data, run.status in {Status.STOPPED, Status.FAILED})
        members[row, times[row, run.config.seed]].append(run)
        times[row, run.config.seed] += 1
    firsts = [some[0] for some in members.values()]
    labels = distinct_labels([run.config for run in firsts])
    return [
        Row(f"{label}{_alteration(first)}", first.config, tuple(some))
        for label, first, some in zip(labels, firsts, members.values(), strict=True)
    ]


def _configuration(run: Run) -> Hashable:
    """What the runs of a row have in common, but for their data and how they ended."""
    if run.is_altered:
        return id(run)
    if run.group:
        return run.group, without(run.config, "seed", "threads")
    return without(run.config, "seed")


def _data(started: RunStarted) -> Hashable:
    return started.dataset_sha256, started.sizes


def _alteration(run: Run) -> str:
    """What to add to the name of a run whose settings alone do not tell how it was trained."""
    forked = f", forked after epoch {run.forked.epoch}" if run.forked else ""
    return f"{forked}, changed on the way" if run.own_changes else forked
