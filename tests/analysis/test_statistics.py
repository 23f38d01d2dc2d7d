"""Means, spreads and Wilson's interval, against published numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.analysis.formatting import clock, count, percent, seconds
from mnist_tui.analysis.statistics import Summary, wilson_interval

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


def test_a_summary_of_one_value_has_no_deviation() -> None:
    assert Summary.of([3.0]) == Summary(3.0, None, 1)


@pytest.mark.parametrize(
    ("values", "as_percent", "as_seconds", "as_count"),
    [
        ([0.98071], "98.07 %", "1.0 s", "1"),
        ([13.0], "1300.00 %", "13.0 s", "13"),
        ([0.5, 1.5], "100.00 ± 70.71 %", "1.0 ± 0.7 s", "1.0 ± 0.7"),
    ],
)
def test_summaries_as_people_read_them(
    values: list[float], as_percent: str, as_seconds: str, as_count: str
) -> None:
    summary = Summary.of(values)
    assert (percent(summary), seconds(summary), count(summary)) == (as_percent, as_seconds, as_count)


@pytest.mark.parametrize(
    ("total", "text"), [(0, "0:00"), (59.6, "1:00"), (65, "1:05"), (3599, "59:59"), (7200, "2:00:00")]
)
def test_clock(total: float, text: str) -> None:
    assert clock(total) == text
