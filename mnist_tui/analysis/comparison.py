"""Runs side by side: what they share, where they differ, how they did."""

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mnist_tui.analysis.statistics import Summary
from mnist_tui.runs.rows import Row, named, rows
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
        left_out: Runs without a result, which are in no row.
    """

    rows: tuple[Row, ...]
    shared: dict[str, Any]
    differing: tuple[str, ...]
    left_out: tuple[Run, ...] = ()

    @property
    def runs(self) -> list[Run]:
        """All runs of all rows."""
        return [run for row in self.rows for run in row.runs]


def compare(runs: Iterable[Run]) -> Comparison:
    """Put the finished ones of some runs side by side; see `runs.rows`."""
    runs = list(runs)
    return side_by_side(rows(filter(_has_result, runs)), runs)


def compare_rows(groups: Iterable[Sequence[Run]]) -> Comparison:
    """Put rows side by side that are known already.

    Args:
        groups: The runs of each row. Those without a result are left out, and rows without one are none.
    """
    groups = [list(group) for group in groups]
    with_results = [some for group in groups if (some := list(filter(_has_result, group)))]
    return side_by_side(named(with_results), [run for group in groups for run in group])


def _has_result(run: Run) -> bool:
    return bool(run.finished and run.started)


def side_by_side(found: Sequence[Row], runs: Iterable[Run]) -> Comparison:
    """Put rows side by side that have their names already.

    Args:
        found: The rows, all with results.
        runs: Theirs, and those that are left out because they have none.
    """
    left_out = tuple(run for run in runs if not _has_result(run))
    configs = [run.config for row in found for run in row.runs]
    differing = differing_settings(configs)
    shared = {
        name: getattr(configs[0], name)
        for name in setting_names()
        if configs and name not in differing and name != "name"
    }
    return Comparison(tuple(found), shared, tuple(name for name in differing if name != "name"), left_out)


def summary(row: Row, field: str) -> Summary:
    """Mean and spread of one number of `RunFinished` over a row's seeds."""
    return Summary.of([float(getattr(result, field)) for result in row.results])


def circumstances(run: Run) -> dict[str, Hashable]:
    """What the times of a run depend on besides its settings: times of different ones make no mean."""
    return {
        "machine": json.dumps(run.manifest.get("machine"), sort_keys=True),
        "versions": json.dumps(run.manifest.get("versions"), sort_keys=True),
        "threads": run.started.threads if run.started else None,
        "company of other runs": run.other_runs > 0,
    }


WAITED = 1.3
"""Times its processor time that a training takes which waits for cores: alone, on one thread, it is 1."""

LEAST_SECONDS = 1.0
"""A training that takes less is over before that can be told."""


def waited_for_cores(run: Run) -> bool:
    """Whether a run's threads had less than one core, though no other run of the home trained.

    So the machine was busy with something that no log tells of, and its times are that of the waiting.
    """
    result = run.finished
    return (
        result is not None
        and not run.other_runs
        and result.train_seconds >= LEAST_SECONDS
        and result.train_seconds > WAITED * result.cpu_seconds > 0
    )


def timings(row: Row) -> list[Row]:
    """A row in as many parts as there were circumstances in which its times were taken."""
    parts: dict[Hashable, list[Run]] = defaultdict(list)
    for run in row.runs:
        parts[tuple(circumstances(run).values())].append(run)
    return [replace(row, runs=tuple(part)) for part in parts.values()]


def data_of(row: Row) -> RunStarted:
    """The data and the network of a row of a comparison."""
    assert row.started  # noqa: S101 - a finished run has started
    return row.started


def tested_on(one: Row | Run) -> Hashable:
    """The data of a row or a run, and its test images: accuracies on others do not compare."""
    return one.started and (one.started.dataset_sha256, one.started.test_images)
