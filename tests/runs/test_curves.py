"""Curves: what is measured, where, and how long ones are thinned out."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.runs.curves import METRICS, MOST_PARTS, MOST_POINTS, Curve, Metric, MetricSeries
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch, Event, Numbers, Resumed, Step
from tests.runs.helpers import epoch, started, step

pytestmark = pytest.mark.quick


def run_of(*events: Event) -> Run:
    run = Run(RunDirectory(Path("20260101-000000000-x-000000")), RunConfig())
    for event in events:
        run.apply(event)
    return run


def lines_of(key: str, *events: Event) -> list[MetricSeries]:
    return METRICS[key].series(run_of(started(steps_per_epoch=4), *events))


# Metrics


def test_every_metric_reads_fields_that_the_events_have() -> None:
    numbers = {one.name for one in fields(Epoch) if one.type in (int, float, Numbers)}
    for metric in METRICS.values():
        assert metric.source.step_field or metric.source.epoch_field
        assert metric.step_field in {"", *(one.name for one in fields(Step))}
        assert metric.epoch_field in {"", *numbers}


def test_all_that_an_epoch_measures_is_a_metric() -> None:
    measured = {one.name for one in fields(Epoch)} - {"epoch", "step"}
    drawn = {name for one in METRICS.values() for name in (one.step_field, one.epoch_field)}
    assert measured - drawn == {"train_seconds", "cpu_seconds"}  # the x axis, and what grows beside it


def test_loss_has_a_point_a_step_event_and_a_point_an_epoch() -> None:
    training, validation = lines_of("loss", step(2), step(4), epoch(1), step(6, 2))
    assert (training.kind, validation.kind) == ("train", "validation")
    assert list(training.epoch) == [0.5, 1.0, 1.5]
    assert list(training.step) == [2, 4, 6]
    assert list(training.seconds) == pytest.approx([0.2, 0.4, 0.6])
    assert list(training.y) == [1 / 2, 1 / 4, 1 / 6]
    assert list(validation.epoch) == [1.0]
    assert list(validation.step) == [4]
    assert list(validation.seconds) == [0.4]
    assert list(validation.y) == [0.6]


def test_a_number_of_the_whole_network_is_one_line_of_the_epochs() -> None:
    [line] = lines_of("weight_norm", step(2), epoch(1, weight_norm=3.0), epoch(2, weight_norm=4.0))
    assert (line.part, line.kind, list(line.y)) == ("", "epoch", [3.0, 4.0])


@pytest.mark.parametrize("key", [key for key, metric in METRICS.items() if metric.by_part])
def test_numbers_by_name_are_a_line_each(key: str) -> None:
    field = METRICS[key].epoch_field
    first, second = lines_of(
        key,
        epoch(1, **{field: {"linear1": 1.0, "linear2": 5.0}}),
        epoch(2, **{field: {"linear1": 2.0, "linear2": 6.0}}),
    )
    assert (first.part, second.part) == ("linear1", "linear2")
    assert (list(first.y), list(second.y)) == ([1.0, 2.0], [5.0, 6.0])
    assert list(first.epoch) == list(second.epoch) == [1.0, 2.0]


def test_a_name_that_some_epochs_lack_has_points_where_it_was_measured() -> None:
    first, second = lines_of(
        "weight_norms",
        epoch(1, weight_norms={"linear1": 1.0}),
        epoch(2, weight_norms={"linear1": 2.0, "linear2": 6.0}),
        epoch(3, weight_norms={"linear2": 7.0}),
    )
    assert (list(first.step), list(second.step)) == ([4, 8], [8, 12])


@pytest.mark.parametrize("key", METRICS)
def test_what_was_not_measured_has_no_line(key: str) -> None:
    assert lines_of(key) == []


def test_more_names_than_a_chart_can_show_are_left_out() -> None:
    [*lines] = lines_of("weight_norms", epoch(1, weight_norms={f"layer{i}": 1.0 for i in range(1000)}))
    assert len(lines) == MOST_PARTS


def test_what_was_lost_and_trained_again_stands_in_every_line_once() -> None:
    lost: list[Event] = [step(4), epoch(1, weight_norms={"linear1": 1.0}), step(8, 2)]
    again: list[Event] = [Resumed(4), step(8, 2), epoch(2, weight_norms={"linear1": 2.0})]
    run = run_of(started(steps_per_epoch=4), *lost, epoch(2, weight_norms={"linear1": 9.0}), *again)
    assert [list(line.step) for line in METRICS["loss"].series(run)] == [[4, 8], [4, 8]]
    assert [list(line.y) for line in METRICS["weight_norms"].series(run)] == [[1.0, 2.0]]


def test_ten_thousand_epochs_are_thinned_in_every_line() -> None:
    events = [epoch(number, weight_norms={"linear1": number}) for number in range(1, 10_001)]
    for key in ("loss", "weight_norms"):
        [line] = lines_of(key, *events)
        assert MOST_POINTS // 2 < len(line.y) <= MOST_POINTS
        assert (line.epoch[0], line.epoch[-1]) == (1, 10_000)


def test_a_new_metric_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    metric = Metric("cpu", "CPU time", "seconds of all threads", unit="s", epoch_field="cpu_seconds")
    monkeypatch.setitem(METRICS, "cpu", metric)
    [line] = lines_of("cpu", epoch(1), epoch(2))
    assert list(line.y) == pytest.approx([0.7, 1.4])


# Curves


def curve_of(points: int) -> Curve:
    curve = Curve([("loss", "train_loss"), ("rate", "learning_rate")])
    for number in range(1, points + 1):
        curve.add(number / 4, step(number, learning_rate=number / 7))
    return curve


@pytest.mark.parametrize("points", [MOST_POINTS, MOST_POINTS + 1, 3 * MOST_POINTS, 20_000])
def test_a_long_curve_is_thinned_out_and_keeps_its_ends(points: int) -> None:
    curve = curve_of(points)
    assert MOST_POINTS // 2 < len(curve) <= MOST_POINTS
    assert (curve.step[0], curve.step[-1]) == (1, points)
    assert list(curve.step) == sorted(set(curve.step))


def test_the_columns_of_a_thinned_curve_stay_together() -> None:
    curve = curve_of(MOST_POINTS + 100)
    np.testing.assert_array_equal(curve.epoch, curve.step / 4)
    np.testing.assert_array_equal(curve.seconds, 0.1 * curve.step)
    np.testing.assert_array_equal(curve["loss"], 1 / curve.step)
    np.testing.assert_array_equal(curve["rate"], curve.step / 7)


def test_a_curve_is_cut_after_a_step() -> None:
    curve = curve_of(10)
    curve.cut(7)
    assert list(curve.step) == list(range(1, 8))
    assert len(curve["loss"]) == len(curve) == 7
    curve.cut(7)
    assert len(curve) == 7
    curve.cut(0)
    assert len(curve) == 0


def test_a_curve_that_somebody_looks_at_can_grow() -> None:
    curve = curve_of(3)
    seen = curve["loss"]
    curve.add(1.0, step(4))
    assert (len(seen), len(curve)) == (3, 4)


def test_a_number_too_large_for_a_curve_leaves_no_half_of_a_point() -> None:
    curve = curve_of(3)
    with pytest.raises(OverflowError):
        curve.add(1.0, step(4, train_loss=10**400))
    assert (len(curve), curve["rate"][-1]) == (3, 3 / 7)
