"""What can be typed where there is no screen: the dashboard's keys, each as a line."""

from collections.abc import Mapping
from dataclasses import dataclass

from mnist_tui.errors import ConfigError
from mnist_tui.settings.design import Design
from mnist_tui.settings.run_config import RunConfig, setting_names
from mnist_tui.settings.text import parse_setting

COMMANDS: Mapping[str, str] = {
    "r": "run the network that is set",
    "c": "compare the three classic rows: plain, batch normalisation, L2 with λ = 0.1",
    "p": "pause or resume the run that began last",
    "x": "stop it; it is tested and kept with what it has learnt",
    "i": "say what may be concluded of what was run",
    "l": "list what was run",
    "q": "quit; what trains is stopped, tested and kept",
    "?": "this help",
}
"""The dashboard's keys, and what they do here."""

SEEDS = "seeds"


@dataclass(frozen=True)
class Wish:
    """What was typed.

    Attributes:
        command: Key of `COMMANDS`; empty where something was only set.
        config: The settings from now on.
        seeds: How many each row is trained with, from now on.
    """

    command: str
    config: RunConfig
    seeds: int


def understand(line: str, config: RunConfig, seeds: int) -> Wish:
    """Read a line: settings as `name=value`, and a key of `COMMANDS`, in any order.

    Args:
        line: For example `batch_norm=on seeds=3 r`.
        config: The settings of now.
        seeds: How many each row is trained with now.

    Raises:
        ConfigError: It cannot be understood, or a value is not allowed.
    """
    command, changes = "", {}
    for word in line.split():
        name, is_set, value = word.partition("=")
        name = name.lstrip("-").replace("-", "_")
        if is_set and name == SEEDS:
            seeds = Design((), int(value) if value.isdecimal() else 0).seeds
        elif is_set:
            if name not in setting_names():
                raise _unknown(word)
            changes[name] = parse_setting(name, value)
        elif word in COMMANDS and not command:
            command = word
        else:
            raise _unknown(word)
    return Wish(command, config.replace(**changes) if changes else config, seeds)


def _unknown(word: str) -> ConfigError:
    shown = f"“{word[:40]}”" if word.isprintable() else "that"
    keys = " ".join(COMMANDS)
    return ConfigError(
        "line", f"{shown} means nothing here: type one of {keys}, or NAME=VALUE for a setting."
    )
