"""The run that a person means: by its id or a part of it, by its name, or as the last one."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from mnist_tui.errors import RunError, UnknownRunError
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.settings.labels import distinct_labels
from mnist_tui.settings.run_config import RunConfig

LAST = "last"
"""Means the run that was made last."""

MOST_SHOWN = 4
"""Runs of one name that a sentence lists."""

DIGITS = 6
"""At the end of a run's id: enough to tell it from all others."""

LISTED = "`mnist-tui runs` lists them."


def find(text: str) -> RunDirectory:
    """The directory of a run that a person named.

    Args:
        text: The whole id, or enough of its end or start to tell it from all others; its name, or what tells
            it from others of that name, such as `plain, seed 1`; or `last`.

    Raises:
        UnknownRunError: There is none, or more than one, that fits.
    """
    return one_of(text, list_runs(), LISTED)


def find_all(text: str) -> list[RunDirectory]:
    """The same, but a name means all runs that have it, oldest first."""
    return _meant(text, list_runs(), LISTED)


def one_of(text: str, among: Sequence[Path], where: str) -> RunDirectory:
    """The run among some that a person named, see `find`.

    Args:
        text: What the person said.
        among: Directories of runs, oldest first.
        where: What to do where there is none.

    Raises:
        UnknownRunError: There is none, or more than one, that fits.
    """
    found = _meant(text, among, where)
    if len(found) == 1:
        return found[0]
    raise UnknownRunError(f"{len(found)} runs are called “{text}”: say which by its id, {_ends(found)}.")


def _meant(text: str, among: Sequence[Path], where: str) -> list[RunDirectory]:
    """One run, or all that have a name."""
    if exact := [path for path in among if path.name == text]:
        return [RunDirectory(exact[0])]
    if text == LAST and among:
        return [RunDirectory(among[-1])]
    by_id = [path for path in among if text and (path.name.startswith(text) or path.name.endswith(text))]
    names = _names(among)
    by_name = [path for path in names if names[path].display_name == text] or _labelled(text, names)
    fitting = [path for path in among if path in by_id or path in by_name]
    if len(fitting) == 1 or (fitting and not by_id):
        return list(map(RunDirectory, fitting))
    if fitting:
        raise UnknownRunError(f"{len(fitting)} runs fit “{text}”: {where}")
    shown = text[:60] if text.isprintable() else "?"
    close = difflib.get_close_matches(text, {config.display_name for config in names.values()}, n=1)
    hint = f"did you mean “{close[0]}”? " if close else ""
    raise UnknownRunError(f"There is no run “{shown}”: {hint}{where}")


def _names(among: Sequence[Path]) -> dict[Path, RunConfig]:
    """The settings of runs, which have their names, as far as they can be read."""
    found = {}
    for path in among:
        try:
            found[path] = RunDirectory(path).read_config()
        except RunError:
            continue
    return found


def _labelled(text: str, names: dict[Path, RunConfig]) -> list[Path]:
    labels = distinct_labels(list(names.values()))
    return [path for path, label in zip(names, labels, strict=True) if label == text]


def _ends(found: Sequence[RunDirectory]) -> str:
    """The ends of the ids of runs with one name, and in what they differ; of many the last ones."""
    configs = [directory.read_config() for directory in found]
    labels = distinct_labels(configs)
    ends = []
    for directory, config, label in zip(found, configs, labels, strict=True):
        differs = label.removeprefix(config.display_name).removeprefix(", ").strip()
        ends.append(directory.run_id[-DIGITS:] + (f" ({differs})" if differs and ", " in label else ""))
    *first, last = ends[-MOST_SHOWN:]
    more = f"; `mnist-tui runs` lists {len(ends) - MOST_SHOWN} more" if len(ends) > MOST_SHOWN else ""
    return f"{', '.join(first)} or {last}{more}"
