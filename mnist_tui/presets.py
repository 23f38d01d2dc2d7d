"""Configurations with a name."""

from typing import Any

from mnist_tui.config import RunConfig

CLASSIC_PRESETS: dict[str, dict[str, Any]] = {
    "plain": {"batch_norm": False, "l2_lambda": 0.0},
    "batchnorm": {"batch_norm": True, "l2_lambda": 0.0},
    "l2": {"batch_norm": False, "l2_lambda": 0.1},
}
"""The three rows of the study this grew out of."""


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
