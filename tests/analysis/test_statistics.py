"""Estimates beside those of SciPy, of statsmodels and of published papers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.analysis.statistics import (
    MOST_SEEDS,
    Estimate,
    Method,
    Summary,
    discordant_difference,
    holm,
    mcnemar,
    mean_interval,
    paired_difference,
    pooled_deviation,
    seeds_to_settle,
    unpaired_difference,
    wilson_interval,
)

pytestmark = pytest.mark.quick

REFERENCE: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "statistics_reference.json").read_text(encoding="utf-8")
)
"""Made by `scripts/make_statistics_reference.py`."""


def exactly(number: Any) -> Any:
    """To 1e-9 of the number itself; what is left over where that should be 0 is rounding."""
    return pytest.approx(number, rel=1e-9, abs=1e-15)


def assert_agrees(estimate: Estimate, case: dict[str, Any]) -> None:
    assert estimate.low == exactly(case["low"])
    assert estimate.high == exactly(case["high"])
    assert estimate.p_value == exactly(case["p_value"])


@pytest.mark.parametrize("case", REFERENCE["paired"])
def test_pairs_are_estimated_as_by_scipy(case: dict[str, Any]) -> None:
    estimate = paired_difference(case["values"], case["others"])
    assert_agrees(estimate, case)
    assert estimate.method is Method.PAIRED
    assert estimate.count == len(case["values"])


@pytest.mark.parametrize("case", REFERENCE["welch"])
def test_groups_are_estimated_as_by_scipy(case: dict[str, Any]) -> None:
    estimate = unpaired_difference(case["values"], case["others"])
    assert_agrees(estimate, case)
    assert estimate.method is Method.WELCH
    assert estimate.count == min(len(case["values"]), len(case["others"]))


@pytest.mark.parametrize("case", REFERENCE["discordant"])
def test_two_networks_are_compared_as_by_statsmodels(case: dict[str, Any]) -> None:
    assert_agrees(discordant_difference(*case["table"]), case)
    assert mcnemar(*case["table"][1:3]) == exactly(case["p_value"])


ALIKE = [0.9791, 0.9794], [0.979, 0.9793]
"""One image more in both seeds; the computer's differences are not equal in the last bit."""


def test_what_the_computer_rounds_is_no_spread() -> None:
    assert ALIKE[0][0] - ALIKE[1][0] != ALIKE[0][1] - ALIKE[1][1]
    estimate = paired_difference(*ALIKE)
    assert estimate.value == pytest.approx(0.0001)
    assert estimate.deviation == 0
    assert estimate.low is estimate.high is estimate.p_value is None


def test_seeds_that_move_alike_are_no_surer_than_an_image() -> None:
    estimate = paired_difference(*ALIKE, resolution=0.0001)
    assert estimate.deviation == pytest.approx(0.0001 / 6**0.5)
    assert estimate.low is not None
    assert estimate.low < 0
    assert estimate.p_value is not None
    assert estimate.p_value > 0.05


@pytest.mark.parametrize("compare", [paired_difference, unpaired_difference])
def test_a_spread_above_the_resolution_is_left_as_it_is(compare: Callable[..., Estimate]) -> None:
    values, others = [0.9812, 0.9825, 0.9803], [0.9816, 0.9798, 0.9795]
    assert compare(values, others, 0.0001) == compare(values, others)


@pytest.mark.parametrize("compare", [paired_difference, unpaired_difference])
def test_one_measurement_each_has_no_interval(compare: Callable[..., Estimate]) -> None:
    estimate = compare([3.0], [2.5], 1.0)
    assert estimate == Estimate(0.5, None, None, None, 1, Method.SINGLE)


def test_a_mean_has_the_interval_of_its_difference_from_zero() -> None:
    values = [12.25, 11.5, 13.0]
    assert mean_interval(values) == paired_difference(values, [0.0, 0.0, 0.0])


# How many seeds would tell


def estimated(value: float, deviation: float, count: int, method: Method = Method.PAIRED) -> Estimate:
    return Estimate(value, -1.0, 1.0, 0.5, count, method, deviation)


@pytest.mark.parametrize("method", [Method.PAIRED, Method.WELCH])
@pytest.mark.parametrize(("value", "deviation"), [(0.001, 0.002), (0.0, 0.003), (-0.004, 0.006)])
def test_more_spread_needs_more_seeds(value: float, deviation: float, method: Method) -> None:
    needed = seeds_to_settle(estimated(value, deviation, 3, method), 0.002)
    more = seeds_to_settle(estimated(value, 2 * deviation, 3, method), 0.002)
    assert needed is not None
    assert more is not None
    assert 3 < needed < more


def test_more_rows_need_more_seeds_to_tell_a_difference_but_not_to_tell_none() -> None:
    apart, alike = estimated(0.005, 0.005, 3), estimated(0.0, 0.003, 3)
    one, six = (seeds_to_settle(apart, 0.002, tests) for tests in (1, 6))
    assert one is not None
    assert six is not None
    assert one < six
    assert seeds_to_settle(alike, 0.002, 1) == seeds_to_settle(alike, 0.002, 6)


def test_some_differences_take_more_seeds_than_anybody_trains() -> None:
    assert seeds_to_settle(estimated(0.002, 0.5, 3), 0.002) is None
    assert seeds_to_settle(estimated(0.002, 0.0, 3), 0.002) is None
    assert seeds_to_settle(estimated(0.001, 0.003, MOST_SEEDS), 0.002) is None
    assert seeds_to_settle(discordant_difference(9_800, 60, 40, 100), 0.002) is None


@pytest.mark.parametrize("case", REFERENCE["holm"])
def test_p_values_are_adjusted_as_by_statsmodels(case: dict[str, Any]) -> None:
    assert holm(case["p_values"]) == exactly(case["adjusted"])


def test_no_test_needs_no_adjustment() -> None:
    assert holm([]) == []


@pytest.mark.parametrize("case", REFERENCE["wilson"])
def test_wilson_intervals_are_those_of_statsmodels(case: dict[str, Any]) -> None:
    interval = wilson_interval(case["successes"] / case["trials"], case["trials"])
    assert interval == exactly(tuple(case["interval"]))


@pytest.mark.parametrize(
    ("table", "low", "high", "places"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), 2635, method 10.
        ((20, 12, 2, 16), 0.0562, 0.3292, 4),
        ((36, 12, 2, 0), 0.0569, 0.3404, 4),
        # Fagerland, Lydersen and Laake, Statistics in Medicine 33 (2014), 2850.
        ((1, 1, 7, 12), -0.507, -0.026, 3),
    ],
)
def test_intervals_of_paired_proportions_are_the_published_ones(
    table: tuple[int, int, int, int], low: float, high: float, places: int
) -> None:
    estimate = discordant_difference(*table)
    assert estimate.low == pytest.approx(low, abs=0.5 * 10**-places)
    assert estimate.high == pytest.approx(high, abs=0.5 * 10**-places)


@given(st.tuples(*[st.integers(0, 5_000)] * 4).filter(any))
def test_two_networks_mirror_each_other(table: tuple[int, int, int, int]) -> None:
    both, first_only, second_only, neither = table
    estimate = discordant_difference(*table)
    other = discordant_difference(both, second_only, first_only, neither)
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.low <= estimate.value <= estimate.high
    assert other.scaled(-1).low == pytest.approx(estimate.low, abs=1e-12)
    assert other.scaled(-1).high == pytest.approx(estimate.high, abs=1e-12)
    assert other.p_value == estimate.p_value


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
