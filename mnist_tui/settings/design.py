"""What is compared: rows, the seeds that each is trained with, and the switches that tell rows apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from mnist_tui.errors import ConfigError
from mnist_tui.settings.labels import differing_settings, distinct_labels
from mnist_tui.settings.run_config import RunConfig, have_tuned_rates, setting, setting_names
from mnist_tui.settings.sweeps import Sweep, grid
from mnist_tui.settings.text import format_setting, parse_setting

MAX_SEEDS = 100
"""More seeds than this are more likely a slip of the keyboard than a plan."""

MAX_SWITCHES = 6
"""Which make 64 rows."""


@dataclass(frozen=True)
class Design:
    """Rows and the seeds that each is trained with.

    Attributes:
        rows: The configurations, each with the first of its seeds.
        seeds: How many there are for each row, counted up from the first.

    Raises:
        ConfigError: There are no seeds, or too many.
    """

    rows: tuple[RunConfig, ...]
    seeds: int = 1

    def __post_init__(self) -> None:
        """Refuse what is no plan."""
        if not 1 <= self.seeds <= MAX_SEEDS:
            raise ConfigError("seeds", f"seeds must be from 1 to {MAX_SEEDS}, not {self.seeds}.")

    @property
    def configs(self) -> list[RunConfig]:
        """One for each run. All rows with the first seed come first: so early results compare."""
        return [
            row.replace(seed=row.seed + offset) if offset else row
            for offset in range(self.seeds)
            for row in self.rows
        ]

    @property
    def labels(self) -> list[str]:
        """A name for each of `configs`."""
        return distinct_labels(self.configs)

    @property
    def row_labels(self) -> list[str]:
        """A name for each row; rows that differ by the seed alone are one."""
        return distinct_labels(list({row.replace(seed=0): row for row in self.rows}.values()))

    def with_epochs(self, epochs: int) -> Self:
        """The same with another number of epochs in all rows."""
        return replace(self, rows=tuple(row.replace(epochs=epochs) for row in self.rows))


@dataclass(frozen=True)
class Switch:
    """A setting that is off in one half of the rows and on in the other.

    Attributes:
        name: Field of `RunConfig`.
        on: Its value where it is on.
    """

    name: str
    on: Any

    @property
    def off(self) -> Any:
        """Its value where it is off."""
        return setting(self.name).off

    @property
    def label(self) -> str:
        """What people call it, for example `Batch norm` or `L2 λ 0.1`."""
        label = setting(self.name).label
        return label if self.on is True else f"{label} {format_setting(self.on)}"

    def is_on(self, config: RunConfig) -> bool:
        """Whether a row has it."""
        return bool(getattr(config, self.name) == self.on)

    def __str__(self) -> str:
        """As `parse_switches` reads it."""
        return self.name if self.on is True else f"{self.name}={format_setting(self.on)}"


SWITCHES = tuple(name for name in setting_names() if setting(name).off is not None)
"""The settings that can be switched on and off."""


def parse_switches(text: str) -> tuple[Switch, ...]:
    """Read switches as a person types them.

    Args:
        text: For example `batch_norm,l2_lambda=0.1,optimizer=adam`.

    Raises:
        ConfigError: One is no setting that can be switched, has no value or one that is not allowed, or there
            are too many.
    """
    switches = tuple(_parse_switch(part) for part in text.split(",") if part.strip())
    names = [switch.name for switch in switches]
    if not 1 <= len(names) <= MAX_SWITCHES:
        raise ConfigError("ablate", f"ablate must name 1 to {MAX_SWITCHES} switches, not {len(names)}.")
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigError("ablate", f"ablate has {twice} twice: sweeps are for several values.")
    return switches


def _parse_switch(text: str) -> Switch:
    name, equals, value = text.partition("=")
    name = name.strip().removeprefix("--").replace("-", "_")
    if name not in SWITCHES:
        shown = f", not “{name[:40]}”" if name.isprintable() else ""
        raise ConfigError("ablate", f"ablate must name any of {', '.join(SWITCHES)}{shown}.")
    off = setting(name).off
    if not equals and isinstance(off, bool):
        return Switch(name, not off)
    if not value.strip():
        example = next(step for step in setting(name).steps if parse_setting(name, step) != off)
        raise ConfigError(
            "ablate", f"ablate of {name} needs the value that it has when it is on, such as {name}={example}."
        )
    on = getattr(RunConfig(**{name: parse_setting(name, value)}), name)
    if on == off:
        raise ConfigError(
            "ablate", f"ablate of {name} needs another value than {format_setting(off)}, which is off."
        )
    return Switch(name, on)


def combinations(shared: RunConfig, switches: Sequence[Switch]) -> list[RunConfig]:
    """A row for each combination of switches: all off first, all on last, the last one changing fastest.

    Args:
        shared: Everything else.
        switches: As from `parse_switches`.

    Raises:
        ConfigError: A combination is not allowed, or a switch changes nothing in any of them.
    """
    rows = grid(shared, [Sweep(switch.name, (switch.off, switch.on)) for switch in switches])
    for switch in switches:
        if all(switch.name in row.unused for row in rows):
            raise ConfigError(
                "ablate",
                f"ablate of {switch.name} changes nothing beside optimizer {shared.optimizer}: "
                "leave it out, or choose another optimizer.",
            )
    return rows


def switches_of(rows: Sequence[RunConfig]) -> tuple[Switch, ...]:
    """The switches whose combinations some rows are; empty where they are nothing of the kind.

    Args:
        rows: In any order; the switches come in the order with which `combinations` gives the rows in theirs.
            Names, seeds and numbers of threads do not count, nor do learning rates where each row has the one
            that is tuned for its optimizer.
    """
    if not rows:
        return ()
    plain = [row.replace(name=None, seed=0, threads=None) for row in rows]
    if have_tuned_rates(plain):
        plain = [row.replace(learning_rate=None) for row in plain]
    names = differing_settings(plain)
    if not set(names) <= set(SWITCHES) or not 1 <= len(names) <= MAX_SWITCHES:
        return ()
    switches = []
    for name in names:
        values = {getattr(row, name) for row in plain}
        if len(values) != 2 or setting(name).off not in values:
            return ()
        [on] = values - {setting(name).off}
        switches.append(Switch(name, on))
    every = {tuple(switch.is_on(row) for switch in switches) for row in plain}
    if len(plain) != len(every) or len(every) != 2 ** len(switches):
        return ()
    first_on = {switch: [switch.is_on(row) for row in plain].index(True) for switch in switches}
    return tuple(sorted(switches, key=first_on.__getitem__, reverse=True))
