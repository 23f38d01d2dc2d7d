"""Ablations: main effects and interactions, by hand and out of noise, and the best combination."""

from itertools import product
from typing import Any

import pytest

from mnist_tui.analysis.ablation import Ablation, ablation
from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.analysis.differences import Verdict
from mnist_tui.analysis.statistics import Method
from mnist_tui.settings.run_config import TUNED_LEARNING_RATES, RunConfig
from tests.analysis.helpers import BASE, row

pytestmark = pytest.mark.quick

NORM, PENALTY, DROPOUT = {"batch_norm": True}, {"l2_lambda": 0.1}, {"dropout": 0.2}


def factorial(switches: list[dict[str, Any]], *accuracies: list[float]) -> Comparison:
    """A row for each combination, the last switch changing fastest; one list of accuracies for each."""
    rows = []
    for chosen, some in zip(product((False, True), repeat=len(switches)), accuracies, strict=True):
        config = BASE
        for switch, is_on in zip(switches, chosen, strict=True):
            config = config.replace(**switch) if is_on else config
        rows.append(row(config, some))
    return compare(run for runs in rows for run in runs)


def found(comparison: Comparison) -> Ablation:
    result = ablation(comparison)
    assert result
    return result


def values(some: Ablation) -> dict[str, float]:
    """Label of an effect to its value, in points."""
    return {one.label: 100 * one.estimate.value for one in (*some.effects, *some.interactions)}


def test_two_switches_by_hand() -> None:
    """Off and off 90, dropout 92, batch norm 95, both 93.

    Batch norm: (95 - 90 + 93 - 92) / 2 = 3. Dropout: (92 - 90 + 93 - 95) / 2 = 0. Batch norm does 5 without
    dropout and 1 with it: -4.
    """
    some = found(factorial([NORM, DROPOUT], [0.90], [0.92], [0.95], [0.93]))
    assert values(some) == pytest.approx(
        {"batch normalisation": 3, "dropout 0.2": 0, "batch normalisation × dropout 0.2": -4}
    )
    assert [(one.estimate.low, one.verdict) for one in some.effects] == [(None, None)] * 2, "one seed"


def test_three_switches_by_hand() -> None:
    """000: 90, 001: 91, 010: 90, 011: 93, 100: 94, 101: 95, 110: 92, 111: 99.

    Batch norm: (94 + 95 + 92 + 99 - 90 - 91 - 90 - 93) / 4 = 4. It does 4 and 4 without L2, 2 and 6
    with it: 0 together. With dropout it does 4 and 6, without it 4 and 2: 5 - 3 = 2. L2 does 2 and 4 with
    dropout, 0 and -2 without it: 3 + 1 = 4.
    """
    accuracies = [[one / 100] for one in (90, 91, 90, 93, 94, 95, 92, 99)]
    some = found(factorial([NORM, PENALTY, DROPOUT], *accuracies))
    assert values(some) == pytest.approx(
        {
            "batch normalisation": 4,
            "L2 with λ = 0.1": 1,
            "dropout 0.2": 3,
            "batch normalisation × L2 with λ = 0.1": 0,
            "batch normalisation × dropout 0.2": 2,
            "L2 with λ = 0.1 × dropout 0.2": 4,
        }
    )


def test_each_seed_is_one_measurement_of_an_effect() -> None:
    """Batch norm does 2, 3 and 4 points with the three seeds, whatever dropout does: 3 ± 4.303 · 1 / √3."""
    some = found(
        factorial(
            [NORM, DROPOUT],
            [0.90, 0.80, 0.85],
            [0.91, 0.80, 0.86],
            [0.92, 0.83, 0.89],
            [0.93, 0.83, 0.90],
        )
    )
    effect = some.effects[0].estimate
    assert some.seeds == (0, 1, 2)
    assert (effect.method, effect.count) == (Method.PAIRED, 3)
    assert 100 * effect.value == pytest.approx(3)
    assert (100 * (effect.low or 0), 100 * (effect.high or 0)) == pytest.approx((0.516, 5.484), abs=1e-3)
    assert effect.p_value == pytest.approx(0.0351, abs=1e-4)
    assert (some.effects[0].adjusted_p, some.effects[0].verdict) == (
        pytest.approx(0.0702, abs=1e-4),
        Verdict.UNCLEAR,
    ), "one of two effects"


def test_seeds_that_not_all_rows_have_do_not_count() -> None:
    some = found(factorial([NORM, DROPOUT], [0.90, 0.5], [0.92], [0.95, 0.5], [0.93]))
    assert some.seeds == (0,)
    assert values(some)["batch normalisation"] == pytest.approx(3)


def test_the_best_combination_and_its_lead() -> None:
    some = found(factorial([NORM, DROPOUT], [0.90, 0.91], [0.92, 0.91], [0.95, 0.96], [0.93, 0.95]))
    assert (some.best.row.label, some.best.second.label) == ("batchnorm", "batchnorm + dropout 0.2")
    assert some.best.lead.value == pytest.approx(0.015)
    assert (some.best.lead.count, some.best.rows) == (2, 4)


def test_factors_are_found_from_the_settings() -> None:
    """What is off is off, whatever the order; where nothing says which it is, the first row does."""
    rows = [
        BASE.replace(hidden=hidden, optimizer=optimizer, learning_rate=TUNED_LEARNING_RATES[optimizer])
        for hidden, optimizer in product([(128,), (256,)], ["adam", "sgd"])
    ]
    some = found(compare(run for config in rows for run in row(config, [0.9])))
    assert [(one.name, one.off, one.on) for one in some.factors] == [
        ("hidden", (128,), (256,)),
        ("optimizer", "sgd", "adam"),
    ]
    assert [one.words for one in some.factors] == [
        "hidden 256 instead of 128",
        "Adam (rate 0.001) instead of sgd (rate 0.4)",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([BASE], id="one row"),
        pytest.param([BASE, BASE.replace(**NORM)], id="one switch"),
        pytest.param([BASE, BASE.replace(**NORM), BASE.replace(**DROPOUT)], id="one combination is missing"),
        pytest.param(
            [BASE.replace(dropout=drop, **norm) for drop in (0.0, 0.1, 0.2) for norm in ({}, NORM)],
            id="three values",
        ),
    ],
)
def test_what_is_no_ablation(rows: list[RunConfig]) -> None:
    assert ablation(compare(run for config in rows for run in row(config, [0.9]))) is None


def test_rows_without_a_seed_in_common_are_no_ablation() -> None:
    rows = [BASE, BASE.replace(**NORM), BASE.replace(**DROPOUT), BASE.replace(**NORM, **DROPOUT)]
    runs = [run for seed, config in enumerate(rows) for run in row(config, [0.9], first_seed=seed)]
    assert ablation(compare(runs)) is None
