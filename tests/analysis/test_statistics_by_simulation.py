"""What the verdicts promise, by simulation: how often they are wrong, and how far estimates are off.

Everything is drawn from seeds of its own, so that a test that passes once passes always. `at_most` allows
for what 1,500 or so repetitions leave open, and no more.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from scipy.special import stdtr

from mnist_tui.analysis.differences import Judgement, Verdict, judge
from mnist_tui.analysis.margin import MARGIN
from mnist_tui.analysis.statistics import (
    Estimate,
    discordant_difference,
    paired_difference,
    unpaired_difference,
)
from tests.analysis.simulated import IMAGES, RESOLUTION, accuracies, answers, seeds_that_told

FAMILIES = 1_500
TOLD = {Verdict.BETTER, Verdict.WORSE}
ROWS = {2: 3, 3: 6, 5: 2, 10: 4}
"""Seeds to rows beside the baseline."""
DEVIATIONS = (0.0005, 0.001, 0.002)
"""Of an accuracy from seed to seed: 0.05 to 0.2 points."""


def at_most(share: float, times: int) -> float:
    """What a share of so many repetitions stays below, but for one time in 1,000, if the truth is this."""
    return share + 3.09 * math.sqrt(share * (1 - share) / times)


def pairs_with_first(rows: Sequence[Sequence[float]]) -> list[Estimate]:
    baseline, *others = rows
    return [paired_difference(row, baseline, RESOLUTION) for row in others]


@cache
def families(seeds: int, deviation: float) -> list[list[Estimate]]:
    """Rows that share one baseline and differ from it in nothing."""
    chance = np.random.default_rng([seeds, round(deviation * IMAGES)])
    some = accuracies(chance, FAMILIES // len(DEVIATIONS), seeds, deviation, [0.0] * (1 + ROWS[seeds]))
    return [pairs_with_first(rows) for rows in some.tolist()]


@cache
def families_of_networks(rows: int) -> list[list[Estimate]]:
    """One run each, of equally good networks."""
    chance = np.random.default_rng(rows)
    return [
        [discordant_difference(both, fixed, broken, neither) for both, fixed, broken, neither in tables]
        for tables in answers(chance, FAMILIES, 1 + rows)
    ]


def share_told(some: Iterable[Sequence[Estimate]], margin: float = MARGIN) -> float:
    """In how many families at least one row is called better or worse."""
    return float(
        np.mean([any(one.verdict in TOLD for one in judge(estimates, margin)) for estimates in some])
    )


def coverage(estimates: Iterable[Estimate], truth: float) -> float:
    """How many intervals have the truth in them; a bound that is the truth, but for rounding, does."""
    ends = np.array([(one.low, one.high) for one in estimates], dtype=float)
    return float(((ends[:, 0] <= truth + 1e-12) & (truth - 1e-12 <= ends[:, 1])).mean())


# Better or worse, without a difference


@pytest.mark.parametrize("margin", [MARGIN, 0.0], ids=["margin", "no margin"])
@pytest.mark.parametrize("seeds", ROWS)
def test_rows_without_a_difference_are_seldom_told_apart(seeds: int, margin: float) -> None:
    # Without a margin nothing is the same, so that no verdict hides behind that word.
    shares = [share_told(families(seeds, deviation), margin) for deviation in DEVIATIONS]
    assert np.mean(shares) <= at_most(0.05, FAMILIES)
    assert max(shares) <= at_most(0.05, FAMILIES // len(DEVIATIONS))


@pytest.mark.parametrize("seeds", [3, 5])
def test_rows_of_other_seeds_without_a_difference_are_seldom_told_apart(seeds: int) -> None:
    chance = np.random.default_rng([seeds, 2])
    some = accuracies(chance, FAMILIES // 2, seeds, 0.001, [0.0] * 4, correlation=0.0).tolist()
    estimates = ([unpaired_difference(row, first, RESOLUTION) for row in others] for first, *others in some)
    assert share_told(estimates, margin=0.0) <= at_most(0.05, len(some))


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_networks_without_a_difference_are_seldom_told_apart(rows: int) -> None:
    assert share_told(families_of_networks(rows), margin=0.0) <= at_most(0.05, FAMILIES)


@pytest.mark.parametrize("seeds", [3, 5])
def test_a_row_that_differs_takes_no_other_with_it(seeds: int) -> None:
    some = accuracies(np.random.default_rng(seeds), FAMILIES // 3, seeds, 0.001, [0.0, 0.01, 0.0, 0.0])
    judged = [judge(pairs_with_first(rows)) for rows in some.tolist()]
    assert np.mean([any(one.verdict in TOLD for one in others) for _, *others in judged]) <= at_most(
        0.05, len(judged)
    )
    assert not any(first.verdict is Verdict.WORSE for first, *_ in judged)


def test_two_seeds_that_happen_to_move_alike_prove_nothing() -> None:
    chance = np.random.default_rng(0)
    some = accuracies(chance, 20_000, 2, 0.0005, [0.0, 0.0], correlation=0.6)
    moved = np.rint(IMAGES * (some[:, 1] - some[:, 0]))
    alike = some[(moved[:, 0] == moved[:, 1]) & (np.abs(moved[:, 0]) == 1)].tolist()
    assert len(alike) > 100
    assert {judge(pairs_with_first(rows))[0].verdict for rows in alike} == {Verdict.SAME}


# Intervals


@pytest.mark.parametrize("deviation", DEVIATIONS)
@pytest.mark.parametrize("seeds", ROWS)
def test_intervals_of_pairs_cover_the_truth(seeds: int, deviation: float) -> None:
    estimates = [one for family in families(seeds, deviation) for one in family]
    assert 0.93 <= coverage(estimates, 0.0) <= 0.97


@pytest.mark.parametrize(
    ("seeds", "other_seeds", "deviation", "other_deviation"),
    [(3, 3, 0.001, 0.001), (3, 3, 0.0005, 0.002), (5, 5, 0.002, 0.0005), (4, 10, 0.001, 0.001)],
)
def test_intervals_of_other_seeds_cover_the_truth(
    seeds: int, other_seeds: int, deviation: float, other_deviation: float
) -> None:
    chance = np.random.default_rng([seeds, other_seeds])
    rows = accuracies(chance, FAMILIES, seeds, deviation, [0.003])[:, 0].tolist()
    baselines = accuracies(chance, FAMILIES, other_seeds, other_deviation, [0.0])[:, 0].tolist()
    estimates = (
        unpaired_difference(row, baseline, RESOLUTION) for row, baseline in zip(rows, baselines, strict=True)
    )
    assert 0.93 <= coverage(estimates, 0.003) <= 0.97


@pytest.mark.parametrize(("fixed", "broken"), [(65, 60), (100, 50), (40, 12)])
def test_intervals_of_two_networks_cover_the_truth(fixed: int, broken: int) -> None:
    shares = np.array([9_800 - fixed, fixed, broken, 200 - broken]) / IMAGES
    tables = np.random.default_rng(fixed).multinomial(IMAGES, shares, size=FAMILIES).tolist()
    estimates = (discordant_difference(*table) for table in tables)
    assert 0.93 <= coverage(estimates, (fixed - broken) / IMAGES) <= 0.97


def test_intervals_of_equal_networks_cover_the_truth() -> None:
    assert 0.93 <= coverage((one for [one] in families_of_networks(1)), 0.0) <= 0.97


# The same, where it is not


@pytest.mark.parametrize("deviation", DEVIATIONS)
@pytest.mark.parametrize("seeds", ROWS)
def test_a_difference_of_the_margin_is_seldom_called_none(seeds: int, deviation: float) -> None:
    chance = np.random.default_rng([seeds, round(deviation * IMAGES), 1])
    some = accuracies(chance, FAMILIES // 2, seeds, deviation, [0.0, MARGIN]).tolist()
    judged = [judge(pairs_with_first(rows))[0].verdict for rows in some]
    assert Counter(judged)[Verdict.SAME] / len(judged) <= at_most(0.05, len(judged))


def test_networks_that_differ_by_the_margin_are_seldom_called_the_same() -> None:
    shares = np.array([9_760, 40, 20, 180]) / IMAGES
    tables = np.random.default_rng(1).multinomial(IMAGES, shares, size=FAMILIES).tolist()
    judged = [judge([discordant_difference(*table)])[0].verdict for table in tables]
    assert Counter(judged)[Verdict.SAME] / len(judged) <= at_most(0.05, len(judged))


# How many seeds would tell


def unclear(seeds: int, deviation: float, gain: float) -> Iterator[Judgement]:
    """Comparisons of one row with a baseline that ended without a verdict."""
    chance = np.random.default_rng([seeds, round(deviation * IMAGES), round(gain * IMAGES)])
    some = accuracies(chance, 800, seeds, deviation / math.sqrt(2), [0.0, gain], correlation=0.0)
    judged = (judge(pairs_with_first(rows))[0] for rows in some.tolist())
    return (one for one in judged if one.verdict is Verdict.UNCLEAR)


@pytest.mark.parametrize("gain", [0.0, 0.001, 0.003])
@pytest.mark.parametrize("deviation", [0.0014, 0.0028])
@pytest.mark.parametrize("seeds", [3, 5])
def test_seeds_that_would_tell_are_right_within_half_as_many_again(
    seeds: int, deviation: float, gain: float
) -> None:
    needed = [one.seeds_needed or math.inf for one in unclear(seeds, deviation, gain)]
    assert len(needed) > 40
    truth = seeds_that_told(np.random.default_rng(0), seeds, deviation, gain)
    assert 1 / 1.5 <= np.median(needed) / truth <= 1.5


def test_looking_again_costs_what_the_documentation_says() -> None:
    draws = np.random.default_rng(0).normal(size=(4000, 10))

    def is_told(seeds: int) -> npt.NDArray[np.bool_]:
        """Where p < 0.05 by the paired t test, though there is no difference."""
        errors = draws[:, :seeds].std(axis=1, ddof=1) / np.sqrt(seeds)
        return np.asarray(2 * stdtr(seeds - 1, -abs(draws[:, :seeds].mean(axis=1)) / errors) < 0.05)

    once = [(is_told(few) | is_told(more)).mean() for few, more in ((2, 5), (3, 5), (3, 10), (5, 10))]
    after_each = np.logical_or.reduce([is_told(seeds) for seeds in range(2, 11)]).mean()
    assert all(0.08 < share < 0.105 for share in once)
    assert 0.17 < after_each < 0.22
