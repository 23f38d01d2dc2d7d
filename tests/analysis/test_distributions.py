"""Histograms on an axis that several of them share."""

import numpy as np
import pytest

from mnist_tui.analysis.distributions import common_axis, on_axis, without_zeros, zeros
from mnist_tui.training.histograms import BINS, count

pytestmark = pytest.mark.quick

RNG = np.random.default_rng(0)
NARROW = count(RNG.normal(0, 1, 50_000).astype(np.float32))
WIDE = count(RNG.normal(2, 5, 50_000).astype(np.float32))


def test_the_axis_holds_all_but_the_tails_of_both() -> None:
    low, high = common_axis([NARROW[None], WIDE[None]])
    assert -17 < low < -12
    assert 16 < high < 22
    assert common_axis([NARROW[None]])[1] < 5


def test_there_is_an_axis_where_there_is_nothing() -> None:
    assert common_axis([]) == (-1, 1)
    assert common_axis([np.zeros((3, BINS), np.uint32)]) == (-1, 1)
    low, high = common_axis([count(np.zeros(9, np.float32))[None]])
    assert low < 0 < high


def test_shares_add_up_and_have_the_shape_of_what_was_counted() -> None:
    shares = on_axis(NARROW, -6, 6, 24)
    assert shares.sum() == pytest.approx(1, abs=1e-6)
    exact, _ = np.histogram(RNG.normal(0, 1, 50_000), np.linspace(-6, 6, 25))
    np.testing.assert_allclose(shares, exact / 50_000, atol=0.01)
    both = on_axis(np.stack([NARROW, WIDE]), -6, 6, 24)
    np.testing.assert_array_equal(both[0], shares)
    assert both[1].sum() < 0.9, "what lies beyond the axis is in no cell"


def test_zeros_are_a_number_of_their_own() -> None:
    counts = count(np.array([0, 0, 0, 1], np.float32))
    assert zeros(counts) == 0.75
    assert without_zeros(counts).sum() == 1
    assert counts.sum() == 4
    assert zeros(np.stack([counts, counts])).tolist() == [0.75, 0.75]
