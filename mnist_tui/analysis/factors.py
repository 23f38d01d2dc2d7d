"""In which settings rows were trained differently: what a comparison varies."""

from collections.abc import Sequence
from typing import Any

from mnist_tui.analysis.comparison import Comparison, data_of
from mnist_tui.runs.rows import Row
from mnist_tui.settings.labels import differing_settings
from mnist_tui.settings.run_config import RunConfig, have_tuned_rates

NEVER = frozenset({"seed", "name", "dataset"})
"""Settings that make no row of their own; rows on other data are told apart by the data, not its name."""


def effective_settings(*configs: RunConfig) -> list[str]:
    """The settings in which rows on the same data were trained differently, by name.

    Without those that no row uses, and without the number of threads, which changes how sums are rounded,
    unless nothing else differs. A learning rate that was tuned for the optimizer goes with it.
    """
    unused = frozenset.intersection(*(config.unused for config in configs)) if configs else frozenset()
    names = [name for name in differing_settings(configs) if name not in NEVER | unused | {"learning_rate"}]
    if len({config.peak_learning_rate for config in configs}) > 1 and not (
        "optimizer" in names and have_tuned_rates(configs)
    ):
        names.append("learning_rate")
    return [name for name in names if name != "threads"] or names


def level(config: RunConfig, name: str) -> Any:
    """The value of a setting; the learning rate in force where it was left open."""
    return config.peak_learning_rate if name == "learning_rate" else getattr(config, name)


def planned_rows(comparison: Comparison) -> list[Row]:
    """The rows that were trained to their end as planned, on the data of the first of them."""
    rows = [
        row
        for row in comparison.rows
        if row.results and not row.is_cut_short and not any(run.is_altered for run in row.runs)
    ]
    return [row for row in rows if _data(row) == _data(rows[0])]


def _data(row: Row) -> object:
    return data_of(row).dataset_sha256, data_of(row).sizes


def levels(rows: Sequence[Row], name: str) -> list[Any]:
    """The values that a setting takes: numbers rising, others as they come."""
    found = list(dict.fromkeys(level(row.config, name) for row in rows))
    return sorted(found) if all(map(is_number, found)) else found


def is_number(value: Any) -> bool:
    """Whether a setting's value has a place on an axis."""
    return isinstance(value, int | float) and not isinstance(value, bool)
