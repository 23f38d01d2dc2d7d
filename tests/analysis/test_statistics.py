"""Means, spreads and Wilson's interval, against published numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.analysis.statistics import Summary, pooled_deviation, wilson_interval

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_the_published_ones(
    successes: int, trials: int, low: float, high: float
) -> None:
    assert wilson_interval(successes / trials, trials) == pytest.approx((low, high), abs=5e-5)


def test_wilson_intervals_mirror_each_other() -> None:
    low, high = wilson_interval(1 / 29, 29)
    assert wilson_interval(28 / 29, 29) == pytest.approx((1 - high, 1 - low))


def test_more_confidence_needs_more_room() -> None:
    low, high = wilson_interval(0.98, 10_000)
    wider_low, wider_high = wilson_interval(0.98, 10_000, confidence=0.99)
    assert wider_low < low < 0.98 < high < wider_high


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_wilson_intervals_hold_the_measurement_and_stay_inside_0_to_1(images: int, share: float) -> None:
    accuracy = round(share * images) / images
    low, high = wilson_interval(accuracy, images)
    assert 0 <= low <= accuracy + 1e-12
    assert accuracy - 1e-12 <= high <= 1
    assert low < high


def test_a_summary_of_several_values_has_a_sample_deviation() -> None:
    summary = Summary.of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])
    assert summary.mean == 5.0
    assert summary.deviation == pytest.approx((32 / 7) ** 0.5)
    assert summary.count == 8


def test_deviations_of_several_groups_are_pooled_by_their_degrees_of_freedom() -> None:
    groups = [Summary.of([0.0, 2.0, 4.0]), Summary.of([10.0, 11.0]), Summary.of([7.0])]
    assert pooled_deviation(groups) == pytest.approx(((2 * 4 + 1 * 0.5) / 3) ** 0.5)
    assert pooled_deviation(groups[2:]) is None
    assert pooled_deviation([]) is None


def test_a_summary_of_one_value_has_no_deviation() -> None:
    assert Summary.of([3.0]) == Summary(3.0, None, 1)
