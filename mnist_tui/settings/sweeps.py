"""One setting, several values: a row of a comparison for each."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mnist_tui.errors import ConfigError
from mnist_tui.settings.run_config import RunConfig, default_value, setting_names
from mnist_tui.settings.text import format_setting, parse_setting

MAX_ROWS = 200
"""More rows than this are more likely a slip of the keyboard than a plan."""


@dataclass(frozen=True)
class Sweep:
    """The values that one setting takes, one after the other.

    Attributes:
        name: Field of `RunConfig`.
        values: At least two, all different.
    """

    name: str
    values: tuple[Any, ...]

    @classmethod
    def parse(cls, text: str) -> "Sweep":
        """Read a sweep as a person types it.

        Args:
            text: For example `l2_lambda=0,0.01,0.1`, `optimizer=sgd,adam` or, because a list of widths has
                commas of its own, `hidden=512,256;128`.

        Raises:
            ConfigError: It names no setting, has fewer than two values, or one that is not allowed.
        """
        name, equals, listed = text.partition("=")
        name = name.strip().removeprefix("--").replace("-", "_")
        if name not in _SWEPT or not equals:
            raise ConfigError(
                "sweep", f"sweep must be SETTING=VALUE,VALUE,… with one of {', '.join(_SWEPT)}."
            )
        separator = _separator(name, listed)
        parts = [part.strip() for part in listed.split(separator)]
        values = tuple(dict.fromkeys(parse_setting(name, part) for part in parts if part))
        if len(values) < 2:
            raise ConfigError(
                "sweep", f"sweep of {name} needs two different values or more, separated by “{separator}”."
            )
        for value in values:
            if name != "augment_strength":  # which values it may have depends on the kind of augmentation
                RunConfig(**{name: value})
        return cls(name, values)

    def __str__(self) -> str:
        """As `parse` reads it."""
        texts = [format_setting(value) for value in self.values]
        return f"{self.name}={_separator(self.name, '').join(texts)}"


_SWEPT = [name for name in setting_names() if name != "name"]


def _separator(name: str, listed: str) -> str:
    return ";" if isinstance(default_value(name), tuple) or ";" in listed else ","


def count_rows(sweeps: Sequence[Sweep]) -> int:
    """How many combinations of values there are."""
    return math.prod(len(sweep.values) for sweep in sweeps)


def grid(shared: RunConfig, sweeps: Sequence[Sweep]) -> list[RunConfig]:
    """A configuration for each combination of values; the last sweep changes fastest.

    Args:
        shared: Everything that is not swept.
        sweeps: Each over another setting.

    Raises:
        ConfigError: A setting is swept twice, a combination is not allowed, or there are too many.
    """
    names = [sweep.name for sweep in sweeps]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ConfigError("sweep", f"sweep has {twice} twice: put all its values into one.")
    rows = count_rows(sweeps)
    if rows > MAX_ROWS:
        raise ConfigError("sweep", f"sweep makes {rows:,} rows, at most {MAX_ROWS} are allowed.")
    combinations = itertools.product(*(sweep.values for sweep in sweeps))
    return [shared.replace(**dict(zip(names, values, strict=True))) for values in combinations]
