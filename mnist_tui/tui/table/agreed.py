"""What all rows of the table agree in, in one line above it."""

from collections.abc import Collection, Mapping
from typing import Any

from mnist_tui.analysis.cells import NOTHING
from mnist_tui.settings.labels import format_value
from mnist_tui.settings.run_config import default_value

WORDS = {
    "hidden": "{}",
    "optimizer": "{}",
    "learning_rate": "rate {}",
    "batch_norm": "batch norm {}",
    "l2_lambda": "L2 {}",
    "dropout": "dropout {}",
    "augment": "{}",
    "batch_size": "batch {}",
    "schedule": "{}",
    "augment_strength": "strength {}",
    "early_stopping": "early stop {}",
    "validation_size": "validation {}",
    "seed": "seed {}",
    "dataset": "{}",
}
"""What is said of a setting that all rows have, in the order of the line."""

ALWAYS = ("hidden", "optimizer", "learning_rate", "batch_size", "seed", "dataset")
"""Settings that are named also where they have their defaults: without them nobody knows what was trained."""

NEVER = ("threads",)
"""Settings that say nothing of what was trained."""


def agreed(texts: Mapping[str, str], used: Collection[str]) -> str:
    """For example `512, 256 · sgd 0.4 · batch 256 · seed 0 · MNIST`.

    Args:
        texts: What all rows have, by the names of the settings.
        used: The settings that do something in one of them.
    """
    parts: list[str] = []
    for key in [*WORDS, *(key for key in texts if key not in {*WORDS, *NEVER})]:
        text = texts.get(key, "")
        if not text or text == NOTHING or (key not in ALWAYS and (key not in used or _is_default(key, text))):
            continue
        if key == "learning_rate" and "optimizer" in texts:
            parts[-1] += f" {text}"
        elif key == "seed" and any(sign in text for sign in "–,"):
            parts.append(f"seeds {text}")
        else:
            words = WORDS.get(key, key.replace("_", " ") + " {}")
            parts.append(words.format(text).removesuffix(" yes"))
    return " · ".join(parts)


def _is_default(key: str, text: str) -> bool:
    default: Any = default_value(key)
    return text == format_value(default)
