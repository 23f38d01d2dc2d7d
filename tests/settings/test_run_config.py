"""Settings: what is allowed, what a bad value is told, and that nothing is lost in translation."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings

from mnist_tui.errors import ConfigError
from mnist_tui.settings.choices import OPTIMIZERS
from mnist_tui.settings.run_config import RunConfig, setting, setting_names
from mnist_tui.settings.setting import MAX_LAYERS, MAX_WIDTH
from mnist_tui.settings.text import format_setting, parse_config, parse_setting
from tests.settings.strategies import configs

pytestmark = pytest.mark.quick


"""Any configuration that is allowed."""


@pytest.mark.parametrize("name", setting_names())
def test_every_step_of_the_form_is_allowed(name: str) -> None:
    for step in setting(name).steps:
        parse_config({name: step})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("l2_lambda", 0.0),
        ("l2_lambda", 1000.0),
        ("dropout", 0.0),
        ("dropout", 0.999),
        ("momentum", 0.0),
        ("learning_rate", 1e-300),
        ("learning_rate", 100.0),
        ("hidden", (1,)),
        ("hidden", (MAX_WIDTH,) * MAX_LAYERS),
        ("batch_size", 1),
        ("batch_size", 60_000),
        ("epochs", 1),
        ("epochs", 10_000),
        ("early_stopping", 0),
        ("validation_size", 1),
        ("seed", 2**32 - 1),
        ("threads", 1),
        ("threads", 64),
    ],
)
def test_bounds_are_allowed(name: str, value: Any) -> None:
    assert getattr(RunConfig(**{name: value}), name) == value


@pytest.mark.parametrize(
    ("name", "text", "shown", "allowed"),
    [
        ("l2_lambda", "-1", "-1", "0 to 1,000"),
        ("l2_lambda", "1000.5", "1000.5", "0 to 1,000"),
        ("l2_lambda", "nan", "nan", "a finite number, from 0 to 1,000"),
        ("l2_lambda", "inf", "inf", "a finite number"),
        ("l2_lambda", "a lot", "“a lot”", "a number, from 0 to 1,000"),
        ("l2_lambda", "", "“”", "a number"),
        ("dropout", "1", "1", "0 or more and below 1"),
        ("dropout", "-0.1", "-0.1", "0 or more and below 1"),
        ("momentum", "1", "1", "below 1"),
        ("learning_rate", "0", "0", "above 0 and at most 100"),
        ("learning_rate", "101", "101", "at most 100"),
        ("learning_rate", "NaN", "nan", "above 0"),
        ("hidden", "0", "0", "widths from 1 to 4,096"),
        ("hidden", "512,0", "0", "widths from 1 to 4,096"),
        ("hidden", "10000000", "10000000", "widths from 1 to 4,096"),
        ("hidden", "-5", "-5", "widths from 1 to 4,096"),
        ("hidden", "", "empty", "1 to 8 widths"),
        ("hidden", ",,", "empty", "1 to 8 widths"),
        ("hidden", "1,2,3,4,5,6,7,8,9", "1,2,3,4,5,6,7,8,9", "1 to 8 widths"),
        ("hidden", "12x", "“12x”", "a whole number"),
        ("hidden", "1.5", "“1.5”", "a whole number"),
        ("optimizer", "lion", "“lion”", "one of sgd, momentum, "),
        ("schedule", "", "“”", "one of constant, cosine, "),
        ("batch_norm", "perhaps", "“perhaps”", "on or off"),
        ("batch_size", "0", "0", "from 1 to 60,000"),
        ("batch_size", "2.5", "“2.5”", "a whole number, from 1 to 60,000"),
        ("epochs", "0", "0", "from 1 to 10,000"),
        ("epochs", "10001", "10001", "from 1 to 10,000"),
        ("early_stopping", "-1", "-1", "from 0 to 10,000"),
        ("validation_size", "0", "0", "from 1 to 30,000"),
        ("seed", "-1", "-1", "from 0 to 4,294,967,295"),
        ("threads", "0", "0", "from 1 to 64"),
        ("threads", "many", "“many”", "a whole number, from 1 to 64"),
    ],
)
def test_a_bad_text_names_field_value_and_what_is_allowed(
    name: str, text: str, shown: str, allowed: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config({name: text})
    message = str(caught.value)
    assert caught.value.field == name
    assert message.startswith(f"{name} must be ")
    assert message.endswith(f", not {shown}.")
    assert allowed in message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["dataset", "name"])
@pytest.mark.parametrize("text", ["\x1b[31mred", "two\nlines", "bell\a", "x" * 1001, "   "])
def test_text_that_could_steer_a_terminal_is_refused_and_not_repeated(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match="printable characters") as caught:
        RunConfig.from_dict({name: text})
    assert caught.value.field == name
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["\x1b[2J", "1\x00"])
def test_an_unprintable_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ConfigError, match="l2_lambda must be a number") as caught:
        parse_config({"l2_lambda": text})
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", True),
        ("epochs", "5"),
        ("epochs", 5.0),
        ("epochs", None),
        ("epochs", [5]),
        ("l2_lambda", False),
        ("l2_lambda", "0.1"),
        ("l2_lambda", float("nan")),
        ("l2_lambda", {"value": 1}),
        ("batch_norm", 1),
        ("batch_norm", "on"),
        ("dataset", 3),
        ("dataset", ""),
        ("dataset", None),
        ("optimizer", ["sgd"]),
        ("hidden", 512),
        ("hidden", "512,256"),
        ("hidden", [512, True]),
        ("hidden", [512.0]),
        ("hidden", [[512]]),
        ("hidden", []),
        ("hidden", {"1": 2}),
        ("threads", 1.5),
        ("name", 7),
        ("name", ""),
    ],
)
def test_wrong_json_types_are_refused(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"^{name} must be ") as caught:
        RunConfig.from_dict({name: value})
    assert caught.value.field == name


@pytest.mark.parametrize("name", ["l2_lambda", "learning_rate", "epochs", "seed"])
def test_an_integer_too_large_for_a_float_is_refused_like_any_other(name: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} must be "):
        RunConfig.from_dict({name: 10**400})


def test_a_whole_number_is_good_enough_for_a_float() -> None:
    config = RunConfig.from_dict({"l2_lambda": 1})
    assert config.l2_lambda == 1.0
    assert isinstance(config.l2_lambda, float)


def test_keys_of_newer_versions_are_passed_over() -> None:
    assert RunConfig.from_dict({"epochs": 3, "warp_drive": [1], "v": 99}) == RunConfig(epochs=3)


@settings(max_examples=50, deadline=None)
@given(configs)
def test_json_round_trip(config: RunConfig) -> None:
    assert RunConfig.from_dict(config.to_dict()) == config


@settings(max_examples=50, deadline=None)
@given(configs)
def test_text_round_trip(config: RunConfig) -> None:
    texts = {name: format_setting(getattr(config, name)) for name in setting_names()}
    assert parse_config(texts) == config


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hidden", "512 256", (512, 256)),
        ("hidden", " 512, 256 ,", (512, 256)),
        ("batch_norm", "Yes", True),
        ("batch_norm", " off ", False),
        ("learning_rate", "auto", None),
        ("learning_rate", "1e-3", 0.001),
        ("threads", "AUTO", None),
        ("name", "", None),
        ("name", "  my run ", "my run"),
        ("seed", "7", 7),
    ],
)
def test_settings_are_read_as_people_type_them(name: str, text: str, value: Any) -> None:
    assert parse_setting(name, text) == value


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "plain"),
        ({"batch_norm": True}, "batchnorm"),
        ({"l2_lambda": 0.1}, "l2 0.1"),
        ({"dropout": 0.25}, "dropout 0.25"),
        ({"optimizer": "adam"}, "adam"),
        (
            {"batch_norm": True, "l2_lambda": 0.1, "dropout": 0.5, "optimizer": "momentum"},
            "batchnorm + l2 0.1 + dropout 0.5 + momentum",
        ),
        ({"batch_norm": True, "name": "my favourite"}, "my favourite"),
    ],
)
def test_a_run_is_called_after_what_is_switched_on(changes: dict[str, Any], name: str) -> None:
    assert RunConfig(**changes).display_name == name


def test_the_learning_rate_follows_the_optimizer_unless_given() -> None:
    for name, choice in OPTIMIZERS.items():
        assert RunConfig(optimizer=name).peak_learning_rate == choice.learning_rate
    assert RunConfig(optimizer="adam", learning_rate=0.2).peak_learning_rate == 0.2


def test_replace_validates_again() -> None:
    with pytest.raises(ConfigError, match="epochs"):
        RunConfig().replace(epochs=0)


def test_a_configuration_cannot_be_changed_behind_its_validation() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        RunConfig().epochs = 0  # type: ignore[misc]
