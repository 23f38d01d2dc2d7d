"""Configurations with a name."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from mnist_tui.settings.labels import differing_settings
from mnist_tui.settings.run_config import RunConfig, default_value, setting, setting_names
from mnist_tui.settings.text import format_setting

PresetName: TypeAlias = Literal["plain", "batchnorm", "l2", "fast", "best"]

CLASSIC_PRESETS: dict[PresetName, dict[str, Any]] = {
    "plain": {"batch_norm": False, "l2_lambda": 0.0},
    "batchnorm": {"batch_norm": True, "l2_lambda": 0.0},
    "l2": {"batch_norm": False, "l2_lambda": 0.1},
}
"""The three rows of the study this grew out of."""

_ONE_CYCLE: dict[str, Any] = {
    "batch_norm": True,
    "optimizer": "momentum",
    "schedule": "one-cycle",
    "early_stopping": 0,
}

PRESETS: dict[PresetName, dict[str, Any]] = {
    **CLASSIC_PRESETS,
    "fast": {
        **_ONE_CYCLE,
        "hidden": (256, 128),
        "l2_lambda": 0.1,
        "learning_rate": 0.4,
        "epochs": 4,
        "augment": "shift",
    },
    "best": {
        **_ONE_CYCLE,
        "hidden": (1024, 1024),
        "l2_lambda": 0.05,
        "dropout": 0.05,
        "learning_rate": 0.3,
        "epochs": 100,
        "augment": "elastic",
    },
}
"""Every configuration with a name: `fast` is 98.5 % in the least time, `best` the highest accuracy."""

UNTOUCHED = ("seed", "dataset")
"""What a preset leaves alone."""


def nearest_preset(config: RunConfig) -> tuple[PresetName, list[str]]:
    """The preset that a configuration has most settings in common with, and those in which they differ.

    Args:
        config: Any; of presets that are equally near, the first is meant.
    """
    untouched = {name: getattr(config, name) for name in UNTOUCHED}
    differing = {
        preset: differing_settings([RunConfig(**values, **untouched), config])
        for preset, values in PRESETS.items()
    }
    return min(differing.items(), key=lambda one: len(one[1]))


def what_it_sets(config: RunConfig) -> str:
    """What a configuration is beside the presets, for example `custom: fast, but Epochs 5`."""
    preset, differing = nearest_preset(config)
    if differing:
        return f"custom: {preset}, but {_set(config, differing)}."
    chosen = [name for name in changed_settings(config) if name not in UNTOUCHED]
    return f"{preset}: {_set(config, chosen)}." if chosen else f"{preset}: all as usual."


def changed_settings(config: RunConfig) -> list[str]:
    """The settings that are not as usual."""
    return [name for name in setting_names() if getattr(config, name) != default_value(name)]


def _set(config: RunConfig, names: Sequence[str]) -> str:
    return " · ".join(f"{setting(name).label} {format_setting(getattr(config, name))}" for name in names)


STUDY: dict[str, Any] = {
    "batch_size": 256,
    "optimizer": "sgd",
    "schedule": "constant",
    "dropout": 0.0,
    "augment": "none",
}
"""What the study had in all its rows."""


def classic_rows(shared: RunConfig) -> list[RunConfig]:
    """The rows of the study: plain, batch normalisation, and L2 with λ = 0.1.

    Args:
        shared: Where everything else comes from, also where that is not as in the study; see
            `differences_from_study`.
    """
    return [shared.replace(name=None, **switches) for switches in CLASSIC_PRESETS.values()]


def differences_from_study(shared: RunConfig) -> str:
    """In what rows with these settings are not those of the study, for example `Optimizer adam, not sgd`.

    Returns:
        Words for people, separated by semicolons; empty where nothing differs.
    """
    return "; ".join(
        f"{setting(name).label} {format_setting(getattr(shared, name))}, not {format_setting(value)}"
        for name, value in STUDY.items()
        if getattr(shared, name) != value
    )
