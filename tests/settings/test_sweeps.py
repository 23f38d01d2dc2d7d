"""Sweeps: what a person types, and the configurations that come of it."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.errors import ConfigError
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.settings.sweeps import MAX_ROWS, Sweep, grid

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("l2_lambda=0,0.01,0.1,1,10", "l2_lambda", (0.0, 0.01, 0.1, 1.0, 10.0)),
        ("l2-lambda = 0 , 1e-3", "l2_lambda", (0.0, 0.001)),
        ("--seed=1;2", "seed", (1, 2)),
        ("optimizer=sgd,momentum", "optimizer", ("sgd", "momentum")),
        ("batch_norm=off,on", "batch_norm", (False, True)),
        ("learning_rate=auto,0.1", "learning_rate", (None, 0.1)),
        ("hidden=512,256;128", "hidden", ((512, 256), (128,))),
        ("epochs=1,2,1,2,", "epochs", (1, 2)),
    ],
)
def test_a_sweep_is_read_as_typed(text: str, name: str, values: tuple[object, ...]) -> None:
    sweep = Sweep.parse(text)
    assert (sweep.name, sweep.values) == (name, values)
    assert Sweep.parse(str(sweep)) == sweep


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["SETTING=VALUE", "l2_lambda"]),
        ("l2_lambda", ["SETTING=VALUE"]),
        ("lambda=1,2", ["SETTING=VALUE", "l2_lambda"]),
        ("name=a,b", ["SETTING=VALUE"]),
        ("l2_lambda=0.1", ["l2_lambda", "two different values"]),
        ("l2_lambda=0.1,0.10", ["l2_lambda", "two different values"]),
        ("hidden=512,256", ["hidden", "“;”"]),
        ("l2_lambda=0,-1", ["l2_lambda", "-1", "from 0 to 1,000"]),
        ("epochs=1,many", ["epochs", "many", "whole number"]),
        ("optimizer=sgd,lion", ["optimizer", "lion", "adam"]),
    ],
)
def test_a_wrong_sweep_says_what_is_allowed(text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        Sweep.parse(text)
    assert all(word in str(error.value) for word in words)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_refused_or_survives_being_written_down(text: str) -> None:
    for typed in (text, f"l2_lambda={text}", f"hidden={text}"):
        with contextlib.suppress(ConfigError):
            sweep = Sweep.parse(typed)
            assert Sweep.parse(str(sweep)) == sweep


def test_a_grid_holds_every_combination_and_the_last_sweep_changes_fastest() -> None:
    shared = RunConfig(seed=3)
    rows = grid(shared, [Sweep.parse("dropout=0,0.5"), Sweep.parse("optimizer=sgd,adam")])
    assert [(row.dropout, row.optimizer) for row in rows] == [
        (0.0, "sgd"),
        (0.0, "adam"),
        (0.5, "sgd"),
        (0.5, "adam"),
    ]
    assert all(row.replace(dropout=0.0, optimizer="sgd") == shared for row in rows)


def test_a_setting_is_swept_once() -> None:
    with pytest.raises(ConfigError, match="epochs twice"):
        grid(RunConfig(), [Sweep.parse("epochs=1,2"), Sweep.parse("epochs=3,4")])


def test_a_combination_that_is_not_allowed_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"whole pixels.*1\.5"):
        grid(RunConfig(), [Sweep.parse("augment=affine,shift"), Sweep.parse("augment_strength=1,1.5")])


def test_rows_are_counted_before_they_are_made() -> None:
    hundred = ",".join(map(str, range(1, 101)))
    sweeps = [Sweep.parse(f"{name}={hundred}") for name in ("seed", "epochs", "batch_size", "early_stopping")]
    with pytest.raises(ConfigError, match="100,000,000 rows"):
        grid(RunConfig(), sweeps)


def test_too_many_rows_are_refused() -> None:
    many = ",".join(map(str, range(MAX_ROWS + 1)))
    with pytest.raises(ConfigError, match=f"at most {MAX_ROWS}"):
        grid(RunConfig(), [Sweep.parse(f"seed={many}")])
