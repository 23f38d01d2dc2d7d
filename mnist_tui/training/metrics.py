"""What a network looks like from inside, a number a layer."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from mnist_tui.nn.buffers import Array
from mnist_tui.nn.network import Network

STABILITY = 1e-5
"""Keeps the drift of a unit that never changes from being divided by 0: batch norm's own ε."""


def weight_norm(network: Network) -> float:
    """√Σw² over all weights (no biases, γ, β)."""
    return _norm(network.parameter_vector[: network.weight_count])


def norms(arrays: Mapping[str, Array]) -> dict[str, float]:
    """√Σx² of each layer's weights, or of their gradients.

    Args:
        arrays: A network's `parameters` or `gradients`.

    Returns:
        Layer to norm, for example `linear1`.
    """
    return {
        name.removesuffix(".weight"): _norm(array)
        for name, array in arrays.items()
        if name.endswith(".weight")
    }


def mean_by_name(samples: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each name's numbers; all samples have the same names."""
    names = samples[0] if samples else ()
    return {name: math.fsum(sample[name] for sample in samples) / len(samples) for name in names}


def _norm(array: Array) -> float:
    return float(np.linalg.norm(array.astype(np.float64)))


def drift(before: Mapping[str, Array], after: Mapping[str, Array]) -> dict[str, float]:
    """How far batch norm's running statistics moved, root mean square over the units of a layer.

    A mean's move is counted in standard deviations of its unit, |μ' - μ| / √σ'²; a variance's move as a
    share of it, |σ'² - σ²| / σ'². Near 0, training and evaluation see the same normalisation.

    Args:
        before: A network's `state`, copied.
        after: The same, later.

    Returns:
        Name to drift, for example `batch_norm1.running_mean`; a drift that is not finite is left out.
    """
    moved = {}
    for name, array in after.items():
        layer, _, statistic = name.partition(".")
        variance = after[f"{layer}.running_var"].astype(np.float64) + STABILITY
        scale = np.sqrt(variance) if statistic == "running_mean" else variance
        with np.errstate(invalid="ignore"):
            moved[name] = float(np.sqrt(np.mean(((array - before[name]) / scale) ** 2)))
    return {name: value for name, value in moved.items() if math.isfinite(value)}
