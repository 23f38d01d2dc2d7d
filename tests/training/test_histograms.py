"""Counting numbers into bins that never change."""

import numpy as np
import pytest

from mnist_tui.training.histograms import BINS, EDGES, count

pytestmark = pytest.mark.quick


def test_counts_are_those_of_numpy_between_the_same_edges() -> None:
    rng = np.random.default_rng(1)
    numbers = (rng.standard_normal(100_000) * 10 ** rng.uniform(-6, 1.5, 100_000)).astype(np.float32)
    inside = numbers[np.abs(numbers) < 250]
    expected, _ = np.histogram(inside, EDGES)
    np.testing.assert_array_equal(count(inside), expected)


def test_a_bin_holds_its_edge_that_is_closer_to_zero() -> None:
    for number, low, high in ((1.0, 1.0, 1.125), (-1.0, -1.125, -1.0), (0.0, -(2.0**-24), 2.0**-24)):
        [place] = np.flatnonzero(count(np.array([number], np.float32)))
        assert (EDGES[place], EDGES[place + 1]) == (low, high)


def test_nothing_gets_lost_that_is_too_large_or_no_number() -> None:
    counts = count(np.array([[1e30, np.inf, 256], [-1e30, -np.inf, -256]], np.float32))
    assert (counts[0], counts[-1], counts.sum()) == (3, 3, 6)
    assert count(np.array([np.nan], np.float32)).sum() == 1
    assert count(np.empty(0, np.float32)).shape == (BINS,)


def test_edges_ascend_and_are_eight_to_a_doubling() -> None:
    assert (np.diff(EDGES) > 0).all()
    assert np.count_nonzero((EDGES >= 1) & (EDGES < 2)) == 8
    assert len(EDGES) == BINS + 1
