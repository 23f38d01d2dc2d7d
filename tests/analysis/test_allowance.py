"""Budgets of runs that train beside each other: when the next seed of every row is begun."""

import pytest

from mnist_tui.analysis.allowance import Allowance, Progress

pytestmark = pytest.mark.quick

MINUTE = Allowance(60, planned=3, most=12)
WAITS, OVER = Progress(has_begun=False), Progress(has_begun=True, share=1.0)


def at(share: float) -> Progress:
    return Progress(has_begun=True, share=share)


def test_the_first_round_is_begun_and_one_that_was_trained_earlier_costs_nothing() -> None:
    assert MINUTE.wants_round(0, [], 0, 3)
    assert MINUTE.wants_round(70, [OVER] * 3, 1, 0)
    assert MINUTE.wants_round(0, [], 2, 3), "two rounds were trained earlier"


def test_no_round_is_begun_while_a_run_waits_or_nothing_tells_how_long_one_takes() -> None:
    assert not MINUTE.wants_round(10, [OVER, at(0.5), WAITS], 1, 3)
    assert not MINUTE.wants_round(1, [at(0), at(0)], 1, 2)


@pytest.mark.parametrize(
    ("elapsed", "shares", "rounds", "wanted"),
    [
        (20, (1, 1, 1), 1, True),  # as planned
        (40, (1, 1, 1, 1, 1, 1), 2, True),
        (60, (1,) * 9, 3, False),
        (33, (1, 1, 1), 1, True),  # slower: 66 is nearer to 60 than 33
        (66, (1,) * 6, 2, False),
        (40, (1, 1, 1), 1, False),  # 80 is not
        (45, (1,) * 9, 3, True),  # faster: a fourth seed
        (15, (1, 1, 0.5), 1, True),  # one of them trains on
        (48, (1,) * 8 + (0.1,), 3, False),  # which takes until 53 itself
    ],
)
def test_another_round_is_begun_by_what_the_others_took(
    elapsed: float, shares: tuple[float, ...], rounds: int, wanted: bool
) -> None:
    assert MINUTE.wants_round(elapsed, [at(share) for share in shares], rounds, 3) is wanted


def test_there_are_no_more_seeds_than_there_may_be() -> None:
    assert not Allowance(60, planned=3, most=3).wants_round(1, [OVER] * 9, 3, 3)


def test_what_waits_and_would_end_too_late_is_given_up() -> None:
    runs = [OVER, OVER, OVER, at(0.5), at(0.5), WAITS]
    assert not MINUTE.gives_up(40, runs)  # a run has 10 of the time, two at once take 20: 60
    assert MINUTE.gives_up(52, runs)
    assert MINUTE.gives_up(70, [OVER, WAITS])
