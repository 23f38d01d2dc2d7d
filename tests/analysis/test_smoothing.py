"""Smoother curves."""

import numpy as np
import pytest

from mnist_tui.analysis.smoothing import running_mean

pytestmark = pytest.mark.quick


def test_each_value_is_the_mean_of_as_many_on_either_side() -> None:
    values = np.array([1.0, 2.0, 6.0, 2.0, 1.0])
    assert running_mean(values, 1).tolist() == [1, 3, pytest.approx(10 / 3), 3, 1]


@pytest.mark.parametrize("half", [0, 1, 3, 100])
def test_a_straight_line_stays_what_it_is(half: int) -> None:
    line = np.linspace(3, -4, 29)
    assert running_mean(line, half) == pytest.approx(line)


def test_nothing_stays_nothing() -> None:
    assert running_mean(np.array([]), 3).tolist() == []
