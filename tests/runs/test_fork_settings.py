"""Which settings a fork may have of its own."""

from typing import Any

import pytest

from mnist_tui.errors import ConfigError
from mnist_tui.runs.forks import changed_config
from mnist_tui.settings.choices import MANY_IMAGES
from mnist_tui.settings.forkable import FIXED, FORKABLE
from mnist_tui.settings.run_config import TUNED_LEARNING_RATES, RunConfig, setting_names

OTHER_VALUES: dict[str, Any] = {
    "dataset": "mnist",
    "hidden": (8,),
    "batch_norm": True,
    "batch_size": 32,
    "validation_size": 10,
    "seed": 1,
    "threads": 2,
    "l2_lambda": 0.5,
    "dropout": 0.5,
    "optimizer": "adam",
    "learning_rate": 0.01,
    "momentum": 0.5,
    "schedule": "cosine",
    "epochs": 7,
    "augment": "shift",
    "augment_strength": 2.0,
    "early_stopping": 9,
    "name": "branch",
}


def test_every_setting_is_either_shared_or_free() -> None:
    assert set(OTHER_VALUES) == set(setting_names()) == FIXED | set(FORKABLE)
    assert not FIXED & set(FORKABLE)


@pytest.mark.parametrize("name", sorted(FIXED))
def test_what_a_fork_shares_cannot_change(name: str) -> None:
    with pytest.raises(
        ConfigError, match=f"{name} cannot change in a fork; these can: l2_lambda, "
    ) as caught:
        changed_config(RunConfig(), {name: OTHER_VALUES[name]}, MANY_IMAGES)
    assert caught.value.field == name


@pytest.mark.parametrize("name", FORKABLE)
def test_all_else_can(name: str) -> None:
    changed = changed_config(RunConfig(), {name: OTHER_VALUES[name]}, MANY_IMAGES)
    assert getattr(changed, name) == OTHER_VALUES[name]


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigError, match="warp cannot change"):
        changed_config(RunConfig(), {"warp": 9}, MANY_IMAGES)


def test_a_value_out_of_range_is_refused() -> None:
    with pytest.raises(ConfigError, match="dropout must be"):
        changed_config(RunConfig(), {"dropout": 1.0}, MANY_IMAGES)


def test_another_optimizer_gets_the_rate_tuned_for_it() -> None:
    before = RunConfig(optimizer="sgd", learning_rate=0.4)

    def rate(images: int = MANY_IMAGES, **changes: Any) -> float | None:
        return changed_config(before, changes, images).learning_rate

    assert rate(optimizer="adam") == TUNED_LEARNING_RATES["adam"]
    assert rate(optimizer="adam", learning_rate=0.02) == 0.02
    assert rate(dropout=0.1) == rate(1000, dropout=0.1) == 0.4
    assert rate(learning_rate=None) == TUNED_LEARNING_RATES["sgd"]
    assert rate(1000, learning_rate=None) == 0.05


def test_naming_the_same_optimizer_again_keeps_its_rate() -> None:
    before = RunConfig(optimizer="sgd", learning_rate=0.05)
    assert changed_config(before, {"optimizer": "sgd", "dropout": 0.1}, MANY_IMAGES).learning_rate == 0.05
