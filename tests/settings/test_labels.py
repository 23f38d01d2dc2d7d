"""Names that tell configurations apart."""

from typing import Any

import pytest

from mnist_tui.settings.labels import differing_settings, distinct_labels, format_value, short_labels
from mnist_tui.settings.run_config import RunConfig

pytestmark = pytest.mark.quick

BASE = RunConfig(dataset="sample", learning_rate=0.5, threads=2)


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ([], []),
        ([{}, {"batch_norm": True}], ["plain", "batchnorm"]),
        ([{}, {"hidden": (128,)}], ["plain, hidden 512, 256", "plain, hidden 128"]),
        ([{}, {}], ["plain", "plain (2)"]),
        ([{"threads": 1}, {"threads": 2}], ["plain", "plain (2)"]),
        ([{"name": "a"}, {"name": "a", "epochs": 3}], ["a, epochs 30", "a, epochs 3"]),
        (
            [{}, {}, {"learning_rate": 0.1}],
            ["plain, learn rate 0.5", "plain, learn rate 0.5 (2)", "plain, learn rate 0.1"],
        ),
        ([{}, {}, {"name": "plain (2)"}], ["plain", "plain (2)", "plain (2) (2)"]),
        ([{"name": "plain (2)"}, {}, {}, {}], ["plain (2)", "plain", "plain (3)", "plain (4)"]),
    ],
)
def test_configurations_get_names_that_tell_them_apart(
    changes: list[dict[str, Any]], labels: list[str]
) -> None:
    assert distinct_labels([BASE.replace(**change) for change in changes]) == labels


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ([], []),
        ([{}, {"batch_norm": True}], ["plain", "batchnorm"]),
        ([{}, {"learning_rate": 0.1}], ["plain rate 0.5", "plain rate 0.1"]),
        ([{}, {"hidden": (128,)}], ["plain hidden 512,256", "plain hidden 128"]),
        ([{}, {"hidden": (8,), "batch_size": 64}], ["plain hidden 512,256", "plain hidden 8"]),
        (
            [{}, {"hidden": (8,), "batch_size": 64}, {"batch_size": 64}],
            ["plain 512,256 256", "plain 8 64", "plain 512,256 64"],
        ),
        ([{}, {"hidden": (64,) * 8}, {}], ["plain", "plain (2)", "plain (3)"]),
        ([{"dropout": 0.1 + n / 1000} for n in (1, 2)], ["dropout 0.101", "dropout 0.102"]),
        (
            [{"name": "a name that is longer than it may be"}] * 2,
            ["a name that is longer…", "a name that is lo… (2)"],
        ),
    ],
)
def test_short_names_tell_apart_too(changes: list[dict[str, Any]], labels: list[str]) -> None:
    found = short_labels([BASE.replace(**change) for change in changes])
    assert found == labels
    assert all(len(label) <= 22 for label in found)


def test_settings_that_differ_are_named_in_the_order_of_the_form() -> None:
    some = [BASE, BASE.replace(epochs=3, batch_norm=True), BASE.replace(epochs=4)]
    assert differing_settings(some) == ["batch_norm", "epochs"]
    assert differing_settings([BASE, BASE]) == []
    assert differing_settings([]) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        ((512, 256), "512, 256"),
        (None, "auto"),
        (0.10, "0.1"),
        (7, "7"),
        ("x", "x"),
    ],
)
def test_values_for_people(value: Any, text: str) -> None:
    assert format_value(value) == text
