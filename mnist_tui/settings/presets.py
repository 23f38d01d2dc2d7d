"""Configurations with a name."""

from typing import Any, Literal, TypeAlias

from mnist_tui.settings.run_config import RunConfig

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


def three_rows(shared: RunConfig) -> list[RunConfig]:
    """Plain, batch normalisation, and L2 with λ = 0.1, with everything else as in `shared`."""
    return [shared.replace(name=None, **switches) for switches in CLASSIC_PRESETS.values()]


def classic_configs(shared: RunConfig) -> list[RunConfig]:
    """The three rows as the study had them: batch 256, gradient descent, no dropout.

    Args:
        shared: Where data, layers, learning rate, epochs, seed and so on come from. A learning rate
            that was meant for another optimizer is left behind.
    """
    rate = shared.learning_rate if shared.optimizer == "sgd" else None
    return three_rows(shared.replace(batch_size=256, optimizer="sgd", dropout=0.0, learning_rate=rate))
