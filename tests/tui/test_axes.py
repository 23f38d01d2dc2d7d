"""Axes: what they show, how they grow, and which part of them is looked at."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.tui.renderables.axes import Axis, grown, x_axis, y_axis
from mnist_tui.tui.renderables.series import Series

pytestmark = pytest.mark.quick

EPOCHS = np.arange(1.0, 31.0)


def curve(y: list[float] | np.ndarray, *, dotted: bool = False) -> Series:
    values = np.array(y, float)
    return Series("●", "blue", np.arange(1.0, len(values) + 1), values, dotted)


def learning(end: float, start: float = 0.5) -> Series:
    return curve(end + (start - end) * np.exp(-EPOCHS))


def inside(axis: Axis, values: np.ndarray) -> bool:
    shares = axis.share(values)
    return bool((shares >= 0).all() and (shares <= 1).all())


def test_the_x_axis_grows_in_steps() -> None:
    ends = [x_axis([(epochs, 0.0)]).high for epochs in range(1, 31)]
    assert sorted(set(ends)) == [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30]


def test_it_leaves_room_for_the_names_where_curves_end() -> None:
    assert x_axis([(10, 0.0)]).high == 10
    assert x_axis([(10, 0.3)]).high == 15
    assert x_axis([(10, 0.0), (4, 0.3)]).high == 10


def test_without_a_number_above_0_it_goes_to_1() -> None:
    assert x_axis([]).high == x_axis([(0.0, 0.3)]).high == 1


@given(st.floats(1e-9, 1e12))
def test_a_step_is_at_or_above_the_number_and_near_it(value: float) -> None:
    assert value * (1 - 1e-6) <= grown(value) <= value * 1.51


def test_the_y_axis_stands_still_while_a_curve_goes_on_within_it() -> None:
    noise = np.random.default_rng(0).normal(0, 0.001, 30)
    accuracies = [
        y_axis([curve(0.98 - 0.1 * np.exp(-EPOCHS[:n] / 3) + noise[:n])], log=False, clipped=False)
        for n in range(5, 31)
    ]
    assert len(set(accuracies)) <= 6


def test_a_row_that_went_astray_leaves_the_chart_unless_all_is_to_be_seen() -> None:
    good = [learning(end) for end in (0.981, 0.982, 0.984)]
    astray = curve(np.full(30, 0.11))
    clipped = y_axis([*good, astray], log=False, clipped=True)
    assert inside(clipped, np.array([0.981, 0.984]))
    assert clipped.low > 0.4
    assert inside(y_axis([*good, astray], log=False, clipped=False), astray.y)


def test_of_two_rows_neither_is_astray() -> None:
    axis = y_axis([learning(0.98), curve(np.full(30, 0.11))], log=False, clipped=True)
    assert inside(axis, np.array([0.11, 0.98]))


def test_training_takes_half_as_much_as_validation_at_most_on_either_side() -> None:
    validation = curve([0.2, 0.1, 0.1])
    training = curve([2.0, 0.05, 0.001], dotted=True)
    axis = y_axis([training, validation], log=True, clipped=True)
    assert axis.low > 0.05
    assert axis.high < 0.35
    assert inside(y_axis([training, validation], log=True, clipped=False), training.y)


def test_98_0_and_98_4_percent_look_different_as_errors_on_a_log_axis() -> None:
    errors = [curve([0.08, 0.03, 0.020]), curve([0.08, 0.03, 0.016])]
    axis = y_axis(errors, log=True, clipped=True)
    assert axis.share_between(0.016, 0.020) > 0.1


def test_y_follows_what_is_in_sight_of_x() -> None:
    one = curve([2.0, 1.0, 0.11, 0.10, 0.10])
    axis = y_axis([one], log=False, clipped=True, sight=Axis(4.2, 5))
    assert axis.high < 0.2
    assert y_axis([one], log=False, clipped=True, sight=Axis(7, 8)) == y_axis([one], log=False, clipped=True)


@pytest.mark.parametrize("log", [False, True])
def test_zooming_keeps_what_is_pointed_at_in_its_place(log: bool) -> None:
    axis = Axis(1, 100, log)
    closer = axis.zoomed(0.5, about=0.25)
    assert closer.value(0.25) == pytest.approx(axis.value(0.25))
    assert axis.share_between(closer.low, closer.high) == pytest.approx(0.5)


@pytest.mark.parametrize("log", [False, True])
def test_what_is_looked_at_never_leaves_the_whole(log: bool) -> None:
    whole = Axis(1, 100, log)
    moved = whole.zoomed(0.5, 0.5).moved(9).within(whole)
    assert moved.high == pytest.approx(100)
    assert whole.share_between(moved.low, moved.high) == pytest.approx(0.5)
    assert whole.zoomed(7, 0.5).within(whole).high == pytest.approx(100)
    assert whole.zoomed(1e-9, 0.5).within(whole).high > whole.value(0.5)


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=40), st.booleans(), st.booleans())
def test_any_curve_lies_inside_where_nothing_is_clipped(values: list[float], log: bool, dotted: bool) -> None:
    one = curve([abs(value) + 1e-9 for value in values] if log else values, dotted=dotted)
    axis = y_axis([one], log=log, clipped=False)
    shares = axis.share(one.y)
    assert axis.low < axis.high
    assert shares.max() <= 1 + 1e-9
    assert shares.min() >= -1e-9 or (log and one.y.min() < one.y.max() * 1e-11)
