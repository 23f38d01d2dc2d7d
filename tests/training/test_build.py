"""What a configuration asks for is what is trained, and nothing else under its name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mnist_tui.nn import optimizers, schedules
from mnist_tui.nn.optimizers import SGD, Adam, Momentum, Optimizer, RMSprop
from mnist_tui.settings.choices import (
    AUGMENTATIONS,
    CHOICES,
    OPTIMIZERS,
    SCHEDULES,
    AugmentationChoice,
    Choice,
    OptimizerChoice,
)
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training import augment
from mnist_tui.training.augment import Affine, Augmentation, Elastic, Shift
from mnist_tui.training.build import (
    first_weights,
    make_augmentation,
    make_network,
    make_optimizer,
    make_schedule,
)
from mnist_tui.training.streams import Streams

pytestmark = pytest.mark.quick

MAKERS: dict[str, Callable[[RunConfig], Any]] = {
    "optimizer": make_optimizer,
    "schedule": make_schedule,
    "augment": make_augmentation,
}
EVERY_CHOICE = [(setting, name) for setting, choices in CHOICES.items() for name in choices]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"optimizer": "sgd"}, SGD(lr=0.1)),
        ({"optimizer": "momentum", "momentum": 0.5}, Momentum(lr=0.1, momentum=0.5)),
        ({"optimizer": "nesterov", "momentum": 0.5}, Momentum(lr=0.1, momentum=0.5, nesterov=True)),
        ({"optimizer": "rmsprop", "momentum": 0.5}, RMSprop(lr=0.1)),
        ({"optimizer": "adam"}, Adam(lr=0.1)),
    ],
    ids=lambda value: value["optimizer"] if isinstance(value, dict) else "",
)
def test_configuration_chooses_the_optimizer(options: dict[str, Any], expected: Optimizer) -> None:
    made = make_optimizer(RunConfig(**options, learning_rate=0.1))
    assert type(made) is type(expected)
    assert vars(made) == vars(expected)


@pytest.mark.parametrize(
    ("kind", "strength", "expected"),
    [("shift", 3.0, Shift(3)), ("affine", 0.5, Affine(0.5)), ("elastic", 1.5, Elastic(1.5))],
)
def test_configuration_chooses_the_augmentation(kind: str, strength: float, expected: Augmentation) -> None:
    made = make_augmentation(RunConfig(augment=kind, augment_strength=strength))
    assert type(made) is type(expected)
    assert made
    one, other = (each.draw(50, np.random.default_rng(0)) for each in (made, expected))
    np.testing.assert_array_equal(one, other)


def test_no_augmentation_is_none() -> None:
    assert make_augmentation(RunConfig(augment="none")) is None


def test_a_new_entry_is_trained_under_its_own_class(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lion(SGD):
        pass

    class Mirror(Affine):
        pass

    monkeypatch.setattr(optimizers, "Lion", Lion, raising=False)
    monkeypatch.setattr(augment, "Mirror", Mirror, raising=False)
    monkeypatch.setitem(OPTIMIZERS, "sgd", OptimizerChoice("Lion", learning_rate=0.01))
    monkeypatch.setitem(AUGMENTATIONS, "shift", AugmentationChoice("Mirror"))
    monkeypatch.setitem(SCHEDULES, "constant", Choice("cosine"))
    config = RunConfig(augment="shift")
    assert type(make_optimizer(config)) is Lion
    assert type(make_augmentation(config)) is Mirror
    assert make_schedule(config) is schedules.cosine


@pytest.mark.parametrize(
    ("setting", "entry"),
    [
        ("optimizer", OptimizerChoice("Missing", learning_rate=0.01)),
        ("schedule", Choice("missing")),
        ("augment", AugmentationChoice("Missing")),
    ],
)
def test_an_entry_without_its_class_fails_instead_of_training_something_else(
    setting: str, entry: Choice, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = RunConfig()
    monkeypatch.setitem(CHOICES[setting], getattr(config, setting), entry)
    with pytest.raises(LookupError, match=r"has no [Mm]issing, which settings\.choices names"):
        MAKERS[setting](config)


@pytest.mark.parametrize(("setting", "name"), EVERY_CHOICE)
def test_every_choice_makes_what_its_entry_names(setting: str, name: str) -> None:
    made = MAKERS[setting](RunConfig.from_dict({setting: name}))
    names = {type(made).__name__, getattr(made, "__name__", None)}
    assert CHOICES[setting][name].made_by in names or (made is None and name == "none")


@pytest.mark.parametrize(
    ("options", "unused"),
    [
        ({}, {"momentum", "augment_strength"}),
        ({"optimizer": "nesterov"}, {"augment_strength"}),
        ({"augment": "elastic"}, {"momentum"}),
        ({"optimizer": "momentum", "augment": "shift"}, set()),
    ],
)
def test_settings_that_change_nothing_are_known(options: dict[str, Any], unused: set[str]) -> None:
    assert RunConfig(**options).unused == unused


@pytest.mark.parametrize("options", [{}, {"batch_norm": True, "dropout": 0.5, "seed": 3, "threads": 2}])
def test_the_first_weights_are_those_that_a_network_begins_with(options: dict[str, Any]) -> None:
    config = RunConfig(hidden=(6, 4), **options)
    streams = Streams(config.seed, config.threads or 1)
    network = make_network(config, streams.weights, streams.dropout[0])
    np.testing.assert_array_equal(first_weights(config), network.parameters["linear1.weight"])
