"""Runs side by side: what they share, where they differ, how they did."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mnist_tui.analysis.statistics import Summary
from mnist_tui.runs.rows import Row, rows
from mnist_tui.runs.run import Run
from mnist_tui.settings.labels import differing_settings
from mnist_tui.settings.run_config import setting_names
from mnist_tui.training.events import RunStarted


@dataclass(frozen=True)
class Comparison:
    """Finished runs, grouped by configuration.

    Attributes:
        rows: In the order of the runs.
        shared: The settings that all rows have in common, by name.
        differing: The names of the settings in which rows differ.
    """

    rows: tuple[Row, ...]
    shared: dict[str, Any]
    differing: tuple[str, ...]

    @property
    def runs(self) -> list[Run]:
        """All runs of all rows."""
        return [run for row in self.rows for run in row.runs]


def compare(runs: Iterable[Run]) -> Comparison:
    """Put the finished ones of some runs side by side; see `runs.rows`."""
    found = tuple(rows(run for run in runs if run.finished and run.started))
    configs = [run.config for row in found for run in row.runs]
    differing = differing_settings(configs)
    shared = {
        name: getattr(configs[0], name)
        for name in setting_names()
        if configs and name not in differing and name != "name"
    }
    return Comparison(found, shared, tuple(name for name in differing if name != "name"))


def summary(row: Row, field: str) -> Summary:
    """Mean and spread of one number of `RunFinished` over a row's seeds."""
    return Summary.of([float(getattr(result, field)) for result in row.results])


def data_of(row: Row) -> RunStarted:
    """The data and the network of a row of a comparison."""
    assert row.started  # noqa: S101 - a finished run has started
    return row.started
