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


SHORT_LABEL = 22
"""Cells that a name may take on the dashboard."""

_SHORT = {
    "learning_rate": "rate",
    "batch_size": "batch",
    "batch_norm": "bn",
    "l2_lambda": "l2",
    "early_stopping": "stop",
    "validation_size": "valid",
    "augment_strength": "strength",
}
_BY_THEMSELVES = {"dataset", "optimizer", "schedule", "augment"}


def short_labels(configs: Sequence[RunConfig], width: int = SHORT_LABEL) -> list[str]:
    """A short name for each configuration, for where columns tell how they differ.

    Those that share a name get as many settings as it takes to tell them apart, in words (`plain rate 0.4`)
    or, where these are too long, as values alone (`plain 512,256 0.4`); else a number: `plain (2)`.

    Args:
        configs: Any, equal ones too.
        width: Characters that a name may have.
    """
    found: dict[str, list[str]] = {}
    for shared_name, some in _namesakes(configs).items():
        telling = _enough(some, _telling(some))
        ways = [[" ".join([shared_name, *_words(config, telling)]) for config in some]]
        ways += [[" ".join([shared_name, *_values(config, telling)]) for config in some]]
        fitting = (way for way in ways if max(map(len, way)) <= width)
        found[shared_name] = next(fitting, [shared_name] * len(some))
    takes = {shared_name: iter(labels) for shared_name, labels in found.items()}
    return _numbered([next(takes[config.display_name]) for config in configs], width)


def _namesakes(configs: Sequence[RunConfig]) -> dict[str, list[RunConfig]]:
    """Those that share a name, by their name."""
    found: dict[str, list[RunConfig]] = defaultdict(list)
    for config in configs:
        found[config.display_name].append(config)
    return found


def _telling(configs: Sequence[RunConfig]) -> list[str]:
    """The settings that tell namesakes apart."""
    return [name for name in differing_settings(configs) if name not in {"threads", "name"}]


def _enough(configs: Sequence[RunConfig], telling: Sequence[str]) -> Sequence[str]:
    """The first of some settings, as many as it takes to tell all apart that can be."""

    def kinds(count: int) -> int:
        return len({tuple(getattr(config, name) for name in telling[:count]) for config in configs})

    return telling[: next(count for count in range(len(telling) + 1) if kinds(count) == kinds(len(telling)))]


def _words(config: RunConfig, telling: Sequence[str]) -> list[str]:
    return [
        value if name in _BY_THEMSELVES else f"{_SHORT.get(name, setting(name).label.lower())} {value}"
        for name, value in zip(telling, _values(config, telling), strict=True)
    ]


def _values(config: RunConfig, telling: Sequence[str]) -> list[str]:
    return [format_value(getattr(config, name)).replace(", ", ",") for name in telling]


def _numbered(labels: Sequence[str], width: int) -> list[str]:
    """Labels that are no longer than that, a number behind those that are there already."""
    unique: dict[str, None] = {}  # a set that keeps its order
    numbers: dict[str, int] = defaultdict(lambda: 1)
    for label in labels:
        one = label if len(label) <= width else f"{label[: width - 1].rstrip()}…"
        while one in unique:
            numbers[label] += 1
            end = f" ({numbers[label]})"
            room = width - len(end)
            one = f"{label if len(label) <= room else label[: room - 1].rstrip() + '…'}{end}"
        unique[one] = None
    return list(unique)


def distinct_labels(configs: Sequence[RunConfig]) -> list[str]:
    """A name for each configuration; those that share a name get what tells them apart.

    For example `plain` and `plain` with other layers become `plain, hidden 512, 256` and
    `plain, hidden 128`; the second of two equal ones becomes `plain (2)`.
    """
    telling = {shared_name: _telling(some) for shared_name, some in _namesakes(configs).items()}
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
