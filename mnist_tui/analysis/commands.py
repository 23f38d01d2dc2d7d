"""The commands that train the same runs again."""

import shlex
from collections.abc import Iterable

from mnist_tui.analysis.comparison import Comparison, data_of
from mnist_tui.errors import ConfigError
from mnist_tui.runs.rows import CUT_SHORT, Row
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.design import combinations, switches_of
from mnist_tui.settings.labels import differing_settings
from mnist_tui.settings.presets import classic_rows, differences_from_study
from mnist_tui.settings.run_config import RunConfig, default_value, setting_names
from mnist_tui.settings.sweeps import Sweep, count_rows, grid
from mnist_tui.settings.text import format_setting, parse_setting


def flags(config: RunConfig, names: Iterable[str] | None = None) -> str:
    """The command-line flags that give this configuration, those with the default value left out.

    Data, learning rate, seed and threads are always spelled out: their defaults depend on the machine
    or on the version.
    """
    spelled_out = {"dataset", "learning_rate", "seed", "threads"}
    parts = []
    for name in names or setting_names():
        value = getattr(config, name)
        if value is None or (value == default_value(name) and name not in spelled_out):
            continue
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            parts.append(option if value else f"--no-{option[2:]}")
        else:
            parts.append(f"{option} {shlex.quote(format_setting(value))}")
    return " ".join(parts)


def commands(comparison: Comparison) -> list[str]:
    """The commands that train the same runs again: one `compare` where it can, else a `train` for each."""
    if not comparison.rows:
        return []
    first = comparison.rows[0]
    same_seeds = all(row.seeds == first.seeds for row in comparison.rows)
    ascending = first.seeds == list(range(first.config.seed, first.config.seed + len(first.seeds)))
    how = _rows_in_one(comparison)
    is_as_told = not any(run.is_altered or run.status in CUT_SHORT for run in comparison.runs)
    if how is None or not (same_seeds and ascending and is_as_told):
        return [line for run in comparison.runs for line in again(run)]
    left_out, options = how
    if "threads" in comparison.differing:
        left_out = left_out | {"threads"}
    if len(first.seeds) > 1:
        options = [*options, f"--seeds {len(first.seeds)}"]
    options.append(flags(first.config, [name for name in setting_names() if name not in left_out]))
    return [f"mnist-tui compare {' '.join(options)} --output results.md"]


def again(run: Run) -> list[str]:
    """The command that trains one run again, with a comment where it cannot tell all."""
    lines = []
    if run.own_changes:
        lines.append(f"# {run.name} was changed by hand while it trained: this command does not do that.")
    if run.finished and run.status is Status.STOPPED:
        done = f"{run.finished.epochs} of {run.config.epochs} epochs"
        lines.append(f"# {run.name} was stopped by hand after {done}: this command trains it to its end.")
    if run.forked:
        names = [name for name in run.forked.settings if name in setting_names()]
        changed = flags(run.config, names or ["epochs"])
        parent = shlex.quote(run.forked.parent)  # a text of the log, which may be a stranger's
        if trunk := _trunk(run):
            lines.append(
                f"# Where that run is not, train it first, and fork `last`: mnist-tui train {flags(trunk)}"
            )
        return [*lines, f"mnist-tui fork {parent} --epoch {run.forked.epoch} {changed}"]
    return [*lines, f"mnist-tui train {flags(run.config)}"]


def _trunk(run: Run) -> RunConfig | None:
    """The settings of the run that a fork left; `None` where these alone do not tell how it was trained."""
    if run.forked is None or run.forks > 1 or len(run.changes) > len(run.own_changes):
        return None
    before = {name: text for name, text in run.forked.previous.items() if name in setting_names()}
    try:
        return run.config.replace(**{name: parse_setting(name, text) for name, text in before.items()})
    except ConfigError:  # a log that a stranger wrote
        return None


def unlike_the_study(comparison: Comparison) -> str:
    """In what the classic rows are not those of the study; empty where nothing differs, or for other rows."""
    how = _rows_in_one(comparison) if comparison.rows else None
    is_classic = how is not None and not how[1]
    return differences_from_study(comparison.rows[0].config) if is_classic else ""


def _rows_in_one(comparison: Comparison) -> tuple[set[str], list[str]] | None:
    """The settings that `compare` sets row by row, and the options for that; `None` where it cannot."""
    first = comparison.rows[0].config
    # Runs that shared the cores had fewer threads each; one after the other they all get the same.
    configs = [row.config.replace(threads=first.threads) for row in comparison.rows]
    if "learning_rate" in comparison.differing and all(map(_has_automatic_rate, comparison.rows)):
        # Each optimizer has a rate of its own that was tuned for it: `auto` says so in one word.
        configs = [config.replace(learning_rate=None) for config in configs]
        first = configs[0]
    if configs == classic_rows(first):
        return {"batch_norm", "l2_lambda", "name"}, []
    sweeps = [
        Sweep(name, tuple(dict.fromkeys(getattr(config, name) for config in configs)))
        for name in differing_settings(configs)
    ]
    free_texts = {"name", "dataset"} & {sweep.name for sweep in sweeps}  # may hold commas of their own
    if not sweeps or free_texts or count_rows(sweeps) != len(configs):
        return None
    try:
        whole = grid(first, sweeps)
    except ConfigError:  # too many, or with a combination that is not allowed
        return None
    automatic = {"learning_rate"} if first.learning_rate is None else set()
    switches = switches_of(configs) if len(sweeps) > 1 else ()
    if switches and combinations(first, switches) == configs:
        return {switch.name for switch in switches} | automatic, [
            f"--ablate {shlex.quote(','.join(map(str, switches)))}"
        ]
    options = [f"--sweep {shlex.quote(str(sweep))}" for sweep in sweeps]
    return ({sweep.name for sweep in sweeps} | automatic, options) if configs == whole else None


def _has_automatic_rate(row: Row) -> bool:
    """Whether `auto` would give a row's learning rate today."""
    automatic = row.config.replace(learning_rate=None).with_rate_for(data_of(row).train_images)
    return row.config.learning_rate == automatic.learning_rate
