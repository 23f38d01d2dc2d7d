"""Sweeps: which comparisons are one, where their points lie, and whether the best one lies at an edge."""

from typing import Any

import pytest

from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.analysis.sweep_curve import Edge, are_spaced_by_ratios, sweep_curve, sweep_grid
from mnist_tui.settings.run_config import TUNED_LEARNING_RATES
from tests.analysis.helpers import BASE, row
from tests.runs.helpers import started

pytestmark = pytest.mark.quick


def swept(name: str, accuracies: dict[Any, float]) -> Comparison:
    """A row for each value: two seeds, half a point above and below the accuracy."""
    return compare(
        run
        for value, accuracy in accuracies.items()
        for run in row(BASE.replace(**{name: value}), [accuracy - 0.005, accuracy + 0.005])
    )


def test_points_rise_and_have_intervals() -> None:
    curve = sweep_curve(swept("l2_lambda", {0.1: 0.97, 0.01: 0.98, 1.0: 0.96}))
    assert curve
    assert curve.name == "l2_lambda"
    assert curve.values == (0.01, 0.1, 1.0)
    assert curve.places == pytest.approx((0, 0.5, 1))
    assert [point.mean for point in curve.points] == pytest.approx([0.98, 0.97, 0.96])
    first = curve.points[0]
    assert (first.count, first.label) == (2, "0.01")
    assert first.low == pytest.approx(0.98 - 12.706 * 0.005, abs=1e-4)
    assert first.high == pytest.approx(0.98 + 12.706 * 0.005, abs=1e-4)


def test_a_single_run_has_no_interval() -> None:
    curve = sweep_curve(
        compare(run for size in (64, 128, 256) for run in row(BASE.replace(batch_size=size), [0.9]))
    )
    assert curve
    assert [(point.low, point.high, point.count) for point in curve.points] == [(None, None, 1)] * 3


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.01, 0.1, 1), True),
        ((0.01, 0.03, 0.1, 0.3, 1), True),
        ((1, 2, 5, 10), True),
        ((64, 128, 256), True),
        ((0, 0.01, 0.1), True),
        ((0, 0.1, 0.3, 1), True),
        ((0.001, 0.01, 1), True),
        ((0.1, 0.2, 0.3), False),
        ((0, 0.1, 0.2, 0.5), True),
        ((0, 0.2, 0.5), False),
        ((1, 2, 3, 5), False),
        ((10, 20, 30, 50), False),
        ((0, 1), False),
    ],
)
def test_which_values_are_spaced_by_ratios(values: tuple[float, ...], expected: bool) -> None:
    assert are_spaced_by_ratios(values) is expected


def test_zero_stands_a_step_before_a_logarithmic_axis() -> None:
    curve = sweep_curve(swept("l2_lambda", {0.0: 0.9, 0.01: 0.9, 0.1: 0.9, 1.0: 0.9}))
    assert curve
    assert curve.has_zero_apart
    assert curve.places == pytest.approx((0, 1 / 3, 2 / 3, 1))


@pytest.mark.parametrize(
    ("name", "accuracies", "edge"),
    [
        ("l2_lambda", {0.01: 0.9, 0.1: 0.95, 1.0: 0.91}, None),
        ("l2_lambda", {0.01: 0.9, 0.1: 0.91, 1.0: 0.95}, Edge.HIGHEST),
        ("l2_lambda", {0.01: 0.95, 0.1: 0.91, 1.0: 0.9}, Edge.LOWEST),
        pytest.param("l2_lambda", {0.0: 0.95, 0.1: 0.91, 1.0: 0.9}, None, id="below 0 there is nothing"),
        pytest.param("l2_lambda", {10.0: 0.9, 100.0: 0.91, 1000.0: 0.95}, None, id="nor above the limit"),
        ("dropout", {0.1: 0.9, 0.2: 0.91, 0.3: 0.95}, Edge.HIGHEST),
    ],
)
def test_the_best_value_at_an_edge(name: str, accuracies: dict[Any, float], edge: Edge | None) -> None:
    curve = sweep_curve(swept(name, accuracies))
    assert curve
    assert curve.best.mean == max(point.mean for point in curve.points)
    assert curve.edge is edge


def test_what_is_no_sweep() -> None:
    assert sweep_curve(compare([])) is None
    assert sweep_curve(swept("l2_lambda", {0.0: 0.9})) is None
    assert sweep_curve(swept("l2_lambda", {0.0: 0.9, 0.1: 0.9})) is None, "a switch"
    assert sweep_curve(swept("schedule", {"constant": 0.9, "cosine": 0.9, "step": 0.9})) is None, "no numbers"
    assert sweep_curve(swept("momentum", {0.5: 0.9, 0.8: 0.9, 0.9: 0.9})) is None, "sgd uses no momentum"


def test_rows_on_other_data_and_rows_that_were_stopped_are_no_points() -> None:
    runs = [run for value in (0.1, 0.2, 0.3) for run in row(BASE.replace(dropout=value), [0.9, 0.91])]
    runs += row(BASE.replace(dropout=0.4), [0.99], data=started(dataset_sha256="cd" * 32))
    runs += row(BASE.replace(dropout=0.5), [0.99], status="stopped")
    curve = sweep_curve(compare(runs))
    assert curve
    assert curve.values == (0.1, 0.2, 0.3)


def test_two_settings_make_a_grid() -> None:
    runs = [
        run
        for optimizer in ("sgd", "adam")
        for dropout in (0.2, 0.0, 0.1)
        for run in row(
            BASE.replace(optimizer=optimizer, learning_rate=TUNED_LEARNING_RATES[optimizer], dropout=dropout),
            [0.9 + dropout / 10],
        )
    ]
    grid = sweep_grid(compare(runs))
    assert grid
    assert grid.names == ("dropout", "optimizer"), "a rate that was tuned for the optimizer goes with it"
    assert (grid.lines, grid.columns) == ((0.0, 0.1, 0.2), ("sgd", "adam"))
    assert grid.best.values == (0.2, "sgd")
    assert sweep_curve(compare(runs)) is None
    holes = sweep_grid(compare(runs[1:]))
    assert holes
    assert len(holes.points) == 5
    assert sweep_grid(compare([runs[0], runs[4]])) is None, "two rows of four combinations"


def test_two_switches_are_no_grid() -> None:
    rows = [BASE.replace(batch_norm=norm, dropout=drop) for norm in (False, True) for drop in (0.0, 0.2)]
    assert sweep_grid(compare(run for config in rows for run in row(config, [0.9]))) is None
