"""What configurations are called beside each other, and how people read the values of settings."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from mnist_tui.settings.run_config import RunConfig, setting, setting_names


def format_value(value: Any) -> str:
    """A setting's value for people, for example `yes` or `512, 256`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if value is None:
        return "auto"
    return f"{value:g}" if isinstance(value, float) else str(value)


def differing_settings(configs: Sequence[RunConfig]) -> list[str]:
    """The names of the settings that are not the same in all configurations."""
    return [name for name in setting_names() if len({getattr(config, name) for config in configs}) > 1]


def distinct_labels(configs: Sequence[RunConfig]) -> list[str]:
    """A name for each configuration; those that share a name get what tells them apart.

    For example `plain` and `plain` with other layers become `plain, hidden 512, 256` and
    `plain, hidden 128`; the second of two equal ones becomes `plain (2)`.
    """
    namesakes: dict[str, list[RunConfig]] = defaultdict(list)
    for config in configs:
        namesakes[config.display_name].append(config)
    telling = {
        shared_name: [name for name in differing_settings(some) if name not in {"threads", "name"}]
        for shared_name, some in namesakes.items()
    }
    labels: dict[str, None] = {}  # a set that keeps its order
    numbers: dict[str, int] = defaultdict(lambda: 1)
    for config in configs:
        shared_name = config.display_name
        parts = [
            f"{setting(name).label.lower()} {format_value(getattr(config, name))}"
            for name in telling[shared_name]
        ]
        label = unique = ", ".join([shared_name, *parts])
        while unique in labels:
            numbers[label] += 1
            unique = f"{label} ({numbers[label]})"
        labels[unique] = None
    return list(labels)
