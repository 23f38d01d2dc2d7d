"""Budgets: how they are typed, what fits into them, when another seed still does."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.analysis.budget import TOLERANCE, Proposal, goes_on, parse_budget, propose
from mnist_tui.errors import ConfigError

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("60s", 60), ("5m", 300), (" 1.5 h ", 5400), ("0.5M", 30), ("1000h", 3_600_000), ("1s", 1)],
)
def test_a_time_is_read_as_typed(text: str, seconds: float) -> None:
    assert parse_budget(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "60", "s", "-5m", "0s", "0.5s", "1001h", "1e3s", "5 days", "nans", "٣s", "1m30s", "x\x1b[2J"]
)
def test_what_is_no_time_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_budget(text)
    assert str(caught.value).startswith(
        "budget must be a time from 1s to 1000h, such as 60s, 5m or 1.5h, not "
    )
    assert str(caught.value).isprintable()


def linear(start: float, epoch: float) -> Callable[[int], float]:
    """What one seed of all rows takes."""
    return lambda epochs: start + epoch * epochs


@pytest.mark.parametrize(
    ("budget", "seeds", "epochs"),
    [
        (1000, 10, 30),  # all epochs, and as many seeds as fit
        (310, 3, 30),  # exactly three
        (250, 3, 24),  # fewer epochs, so that three fit
        (70, 3, 6),  # no fewer than a fifth of them
        (65, 2, 8),  # else two seeds, with the epochs that fit
        (40, 1, 11),  # or one
        (12, 1, 2),  # with fewer than a fifth if need be
        (7.3, 1, 1),
    ],
)
def test_epochs_are_reduced_for_three_seeds_then_seeds_are_added_then_epochs_again(
    budget: float, seeds: int, epochs: int
) -> None:
    proposal = propose(budget, 30, linear(4.0, 3.2))
    assert (proposal.seeds, proposal.epochs) == (seeds, epochs)
    assert proposal.seconds == pytest.approx(seeds * (4.0 + 3.2 * epochs))


def test_what_does_not_fit_at_all_is_refused_with_the_time_it_takes() -> None:
    with pytest.raises(ConfigError, match=r"one epoch of every row takes about 7 s here\."):
        propose(7, 30, linear(4.0, 3.2))


def test_seeds_that_were_asked_for_are_the_most_and_what_is_aimed_at() -> None:
    assert propose(1000, 30, linear(4.0, 3.2), seeds=2) == Proposal(2, 30, 200.0)
    assert propose(250, 30, linear(4.0, 3.2), seeds=1).epochs == 30
    assert propose(250, 30, linear(4.0, 3.2), seeds=5).seeds == 5


@given(
    st.floats(1, 1e5),
    st.integers(1, 200),
    st.floats(0.01, 50),
    st.floats(0.001, 50),
    st.none() | st.integers(1, 9),
)
def test_what_is_proposed_fits_and_more_would_not(
    budget: float, epochs: int, start: float, epoch: float, seeds: int | None
) -> None:
    seconds = linear(start, epoch)
    if seconds(1) > budget:
        with pytest.raises(ConfigError):
            propose(budget, epochs, seconds, seeds)
        return
    found = propose(budget, epochs, seconds, seeds)
    assert found.seconds == pytest.approx(found.seeds * seconds(found.epochs))
    assert found.seconds <= budget * 1.000001
    assert 1 <= found.epochs <= epochs
    assert 1 <= found.seeds <= (seeds or 100)
    if found.seeds < (seeds or 100):
        assert (found.seeds + 1) * seconds(found.epochs) > budget * 0.999999
    if found.epochs < epochs:
        assert found.seeds * seconds(found.epochs + 1) > budget * 0.999999


# While it runs


@pytest.mark.parametrize(
    ("elapsed", "next_round", "planned", "more"),
    [
        (0, 60, True, True),
        (40, 20, True, True),
        (50, 15, True, True),  # 5 beyond is nearer than 10 before, which is much too early
        (55, 8, True, False),
        (50, 30, False, False),
        (30, 50, False, False),
        (59, 20, False, False),
        (61, 1, False, False),
    ],
)
def test_another_round_is_begun_where_it_brings_the_end_nearer(
    elapsed: float, next_round: float, planned: bool, more: bool
) -> None:
    assert goes_on(60, elapsed, next_round, is_planned=True) is planned
    assert goes_on(60, elapsed, next_round, is_planned=False) is more


@given(st.floats(0, 100), st.floats(0, 100), st.booleans())
def test_no_round_is_begun_that_would_end_too_late(
    elapsed: float, next_round: float, is_planned: bool
) -> None:
    if goes_on(60, elapsed, next_round, is_planned=is_planned):
        assert elapsed + next_round < (1 + TOLERANCE) * 60
