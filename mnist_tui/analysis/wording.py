"""What sentences call a row beside its baseline: its switch where one setting differs, else both names."""

from typing import Any

from mnist_tui.analysis.differences import Difference
from mnist_tui.analysis.factors import effective_settings
from mnist_tui.analysis.statistics import Method
from mnist_tui.runs.rows import Row
from mnist_tui.settings.labels import format_value
from mnist_tui.settings.run_config import RunConfig, setting

MOST_CHARACTERS = 60
"""Of a name in a sentence."""

_SWITCHED_ON = {
    "batch_norm": "batch normalisation",
    "l2_lambda": "L2 with λ = {}",
    "dropout": "dropout {}",
    "augment": "augmentation by {}",
}
_SWITCHED_OFF = {
    "batch_norm": "no batch normalisation",
    "l2_lambda": "no L2 instead of λ = {}",
    "dropout": "no dropout instead of {}",
    "augment": "no augmentation instead of {}",
}


def name(row: Row) -> str:
    """A row's label, cut where it would fill a sentence."""
    return clipped(row.label)


def clipped(label: str) -> str:
    """A label of bounded length."""
    return label if len(label) <= MOST_CHARACTERS else f"{label[: MOST_CHARACTERS - 1]}…"


def subject(difference: Difference) -> str:
    """Who a sentence is about.

    The switch alone, as if it were the cause, only where several seeds are paired that differ in that one
    setting, and nothing was changed on the way.
    """
    row, baseline = difference.row, difference.baseline
    is_paired = difference.accuracy is not None and difference.accuracy.method is Method.PAIRED
    is_altered = any(run.is_altered for run in (*row.runs, *baseline.runs))
    names = effective_settings(row.config, baseline.config)
    if len(names) == 1 and is_paired and not is_altered:
        words = switched(names[0], row.config, baseline.config)
        return words[0].upper() + words[1:]
    return f"{name(row)} beside {name(baseline)}"


def switched(setting_name: str, config: RunConfig, before: RunConfig) -> str:
    """What one setting does to a row, for example `batch normalisation` or `hidden 128 instead of 512`.

    Args:
        setting_name: Field of `RunConfig` in which the two differ.
        config: The row's.
        before: The baseline's.
    """
    value, old = getattr(config, setting_name), getattr(before, setting_name)
    if setting_name == "learning_rate":
        value, old = config.peak_learning_rate, before.peak_learning_rate
    if setting_name == "optimizer":
        return _optimizer(config, before)
    if setting_name not in _SWITCHED_ON:
        label = setting(setting_name).label
        return f"{label[0].lower()}{label[1:]} {format_value(value)} instead of {format_value(old)}"
    if _is_off(setting_name, value):
        return _SWITCHED_OFF[setting_name].format(format_value(old))
    words = _SWITCHED_ON[setting_name].format(format_value(value))
    return words if _is_off(setting_name, old) else f"{words} instead of {format_value(old)}"


def _is_off(setting_name: str, value: Any) -> bool:
    return bool(value == setting(setting_name).off)


def _optimizer(config: RunConfig, before: RunConfig) -> str:
    rates = config.peak_learning_rate, before.peak_learning_rate
    new, old = ("" if rates[0] == rates[1] else f" (rate {rate:g})" for rate in rates)
    return f"{config.optimizer.capitalize()}{new} instead of {before.optimizer}{old}"
