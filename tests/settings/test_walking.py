"""Steps through common values."""

import itertools

import pytest

from mnist_tui.settings.run_config import setting
from mnist_tui.settings.walking import neighbour

pytestmark = pytest.mark.quick

RATES = ("auto", "0.001", "0.1", "0.3", "1", "3")


@pytest.mark.parametrize(
    ("value", "direction", "reached"),
    [
        ("0.1", 1, "0.3"),
        ("0.1", -1, "0.001"),
        ("0.4", -1, "0.3"),
        ("0.4", 1, "1"),
        ("4e-1", 1, "1"),
        ("0.0001", -1, "auto"),
        ("0.0001", 1, "0.001"),
        ("50", -1, "3"),
        ("50", 1, "50"),
        ("3", 1, "3"),
        ("auto", -1, "auto"),
        ("auto", 1, "0.001"),
        ("-", 1, "auto"),
        ("", -1, "3"),
    ],
)
def test_numbers_go_to_the_next_common_one_and_end_where_the_list_does(
    value: str, direction: int, reached: str
) -> None:
    assert neighbour(value, RATES, direction) == reached


def test_widths_are_as_large_as_their_sum() -> None:
    steps = setting("hidden").steps
    assert neighbour("32", steps, -1) == "32"
    assert neighbour("300,100", steps, -1) == "256,128"
    assert neighbour("300,100", steps, 1) == "512,256"


def test_names_go_round_and_numbers_do_where_that_is_asked_for() -> None:
    names = ("off", "on")
    assert [neighbour("on", names, by) for by in (1, -1)] == ["off", "off"]
    assert neighbour("custom", names, 1) == "off"
    assert neighbour("custom", names, -1) == "on"
    assert neighbour("3", RATES, 1, around=True) == "auto"


def test_the_common_values_of_all_settings_rise() -> None:
    for name in ("learning_rate", "l2_lambda", "dropout", "momentum", "hidden", "batch_size", "epochs"):
        steps = [step for step in setting(name).steps if step != "auto"]
        for low, high in itertools.pairwise(steps):
            assert neighbour(low, steps, 1) == high, name
            assert neighbour(high, steps, -1) == low, name
