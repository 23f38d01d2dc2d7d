"""Groups: rows that are made together, to be compared.

A group is a plain file, `runs/.groups/GROUP_ID.json`, that says what was planned. Which runs belong to it
stands in their own `config.json`, so that neither a lost group nor a lost run tears the others apart.
`runs.rows` puts the runs together again.
"""

import json
import re
import secrets
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from mnist_tui import paths
from mnist_tui.errors import ConfigError, RunError
from mnist_tui.runs.files import read_foreign, write_atomically, write_error
from mnist_tui.runs.moments import next_moment, written
from mnist_tui.settings.labels import distinct_labels
from mnist_tui.settings.run_config import RunConfig, setting_names
from mnist_tui.text import printable

GROUP_ID = re.compile(r"[0-9]{8}-[0-9]{9}-[0-9a-f]{6}", re.ASCII)

LARGEST_FILE = 1 << 20
"""Bytes; a group of 200 rows takes a tenth of it."""

_DECIDED_LATER = ("dataset", "learning_rate", "threads")
"""Settings that may say `auto` when a group is planned, and are decided when a run is made."""


@dataclass(frozen=True)
class PlannedRow:
    """A row of a group, before it has runs.

    Attributes:
        label: Its name among the rows of the group.
        config: The configuration, with the first of the group's seeds.
    """

    label: str
    config: RunConfig


@dataclass(frozen=True)
class Group:
    """Rows that are made together.

    Attributes:
        group_id: When it was made (UTC), and six random digits.
        created: The same moment, ISO 8601.
        rows: The configurations, told apart.
        seeds: The seeds that each row is trained with.
        baseline: The number of the row that the others are compared with, from 0; `None` where there is none.
    """

    group_id: str
    created: str
    rows: tuple[PlannedRow, ...]
    seeds: tuple[int, ...]
    baseline: int | None = None

    @property
    def path(self) -> Path:
        """Its file."""
        return _directory() / f"{self.group_id}.json"

    def membership(self, config: RunConfig) -> dict[str, Any]:
        """What stands under `group` in the `config.json` of a run of this group.

        Args:
            config: One of the configurations that the group was made of, with any seed; what says `auto` may
                have been decided since.

        Raises:
            RunError: It is none of them.
        """
        fitting = [number for number, row in enumerate(self.rows) if _may_become(row.config, config)]
        if not fitting:
            raise RunError(
                f"{config.display_name} is no row of the group {self.group_id}: make a group with it."
            )
        row = max(fitting, key=lambda number: _likeness(self.rows[number].config, config))
        return {"id": self.group_id, "row": row}

    def to_dict(self) -> dict[str, Any]:
        """The group as JSON values."""
        return {
            "v": 1,
            "id": self.group_id,
            "created": self.created,
            "rows": [{"label": row.label, "config": row.config.to_dict()} for row in self.rows],
            "seeds": list(self.seeds),
            "baseline": self.baseline,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The group in a JSON object of unknown origin.

        Raises:
            ValueError: It is none.
            TypeError: It is none.
            KeyError: It is none.
            ConfigError: A row's settings are out of range.
        """
        rows = tuple(
            PlannedRow(printable(_checked(row["label"], str)), RunConfig.from_dict(row["config"]))
            for row in values["rows"]
        )
        seeds = tuple(RunConfig(seed=_checked(seed, int)).seed for seed in values["seeds"])
        baseline = values.get("baseline")
        if baseline is not None and not 0 <= _checked(baseline, int) < len(rows):
            raise ValueError("its baseline is none of its rows")
        group_id = _checked(values["id"], str)
        if not GROUP_ID.fullmatch(group_id):
            raise ValueError("its id is none of a group")
        return cls(group_id, printable(str(values["created"])), rows, seeds, baseline)


def make(configs: Sequence[RunConfig]) -> Group:
    """Write down that some runs are about to be made together.

    Args:
        configs: What will be trained, as it was asked for: `auto` may still be decided run by run. Those that
            differ by the seed alone are one row.

    Raises:
        RunError: The home directory cannot be written.
    """
    firsts: dict[Hashable, RunConfig] = {}
    for config in configs:
        firsts.setdefault(without(config, "seed"), config)
    rows = list(firsts.values())
    now = next_moment()
    group = Group(
        f"{written(now)}-{secrets.token_hex(3)}",
        now.isoformat(),
        tuple(map(PlannedRow, distinct_labels(rows), rows)),
        tuple(dict.fromkeys(config.seed for config in configs)),
    )
    try:
        group.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(group.path.parent, error) from error
    write_atomically(group.path, json.dumps(group.to_dict(), indent=1).encode())
    return group


def read(group_id: str) -> Group:
    """A group from the disk.

    Raises:
        RunError: It is not there, or its file is damaged.
    """
    path = _directory() / f"{_checked_id(group_id)}.json"
    try:
        group = Group.from_dict(json.loads(read_foreign(path, LARGEST_FILE)))
        if group.group_id != group_id:
            raise ValueError(f"it is the group {group.group_id}")
    except (OSError, ValueError, TypeError, KeyError, RecursionError, ConfigError) as error:
        raise RunError(f"{path} cannot be read ({error}): its runs are grouped by what they say.") from error
    return group


def list_groups() -> list[Group]:
    """All groups, oldest first; what is damaged or no group is passed over."""
    try:
        names = sorted(path.stem for path in _directory().iterdir() if path.suffix == ".json")
    except OSError:
        return []
    found = []
    for name in names:
        try:
            found.append(read(name))
        except RunError:
            continue
    return found


def without(config: RunConfig, *left_out: str) -> Hashable:
    """A configuration's values but for some settings: equal, and fit for a key, where they are the same."""
    return tuple(getattr(config, name) for name in setting_names() if name not in left_out)


def _may_become(planned: RunConfig, config: RunConfig) -> bool:
    """Whether a configuration is a planned one, with any seed and with what was automatic decided."""
    return without(planned, "seed", *_DECIDED_LATER) == without(config, "seed", *_DECIDED_LATER) and all(
        getattr(planned, name) in {None, getattr(config, name)} for name in ("learning_rate", "threads")
    )


def _likeness(planned: RunConfig, config: RunConfig) -> int:
    """In how many of the settings that may be decided later the two are equal."""
    return sum(getattr(planned, name) == getattr(config, name) for name in _DECIDED_LATER)


def _directory() -> Path:
    return paths.runs_directory() / ".groups"


def _checked_id(group_id: Any) -> str:
    if not isinstance(group_id, str) or not GROUP_ID.fullmatch(group_id):
        raise RunError("That is no group's id: 20260115-093012345-1f3a9c would be one.")
    return group_id


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")
    return value
