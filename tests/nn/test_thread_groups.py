"""What a group of threads promises: an order, sums with the same bits for all, and errors that surface."""

import itertools
import threading

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.nn.parallel import ThreadGroup, parts
from tests.patience import in_time

pytestmark = pytest.mark.quick

SIZES = [1, 2, 3]


@pytest.mark.parametrize("size", SIZES)
def test_results_come_in_order_of_rank_each_from_a_thread_of_its_own(size: int) -> None:
    with ThreadGroup[tuple[int, int]](size) as group:

        def work(rank: int) -> tuple[int, int]:
            group.wait()  # nobody gets past here unless all run at the same time
            return rank, threading.get_ident()

        for _ in range(20):
            results = in_time(lambda: group.run(work))
            assert [rank for rank, _ in results] == list(range(size))
            assert len({thread for _, thread in results}) == size


def test_rank_zero_runs_in_the_calling_thread() -> None:
    with ThreadGroup[int](2) as group:
        assert group.run(lambda rank: threading.get_ident())[0] == threading.get_ident()


@pytest.mark.parametrize("size", SIZES)
def test_all_reduce_sums_over_all_ranks_round_after_round(size: int) -> None:
    rounds = 300

    def contribution(rank: int, number: int) -> npt.NDArray[np.float64]:
        return np.array([rank + 1.0, number * 10.0**rank, -number])

    with ThreadGroup[list[npt.NDArray[np.float64]]](size) as group:

        def work(rank: int) -> list[npt.NDArray[np.float64]]:
            sums = []
            for number in range(rounds):
                if (number + rank) % 3 == 0:
                    np.linalg.inv(np.eye(30))  # now one rank is ahead, now another
                sums.append(group.all_reduce(rank, contribution(rank, number)).copy())
            return sums

        for _ in range(2):  # an odd number of calls in a run must not confuse the next run
            for sums in in_time(lambda: group.run(work)):
                for number, total in enumerate(sums):
                    expected = sum(contribution(rank, number) for rank in range(size))
                    np.testing.assert_array_equal(total, expected)
            rounds = 7


@pytest.mark.parametrize("size", SIZES)
def test_all_reduce_gives_every_rank_the_same_bits(size: int) -> None:
    values = np.random.default_rng(0).standard_normal((size, 1000)).astype(np.float32)
    with ThreadGroup[npt.NDArray[np.float32]](size) as group:
        results = in_time(lambda: group.run(lambda rank: group.all_reduce(rank, values[rank])))
    for result in results:
        assert result.dtype == np.float32
        np.testing.assert_array_equal(result, results[0])


RANKS = [(size, rank) for size in SIZES for rank in range(size)]


@pytest.mark.parametrize(("size", "failing"), RANKS)
def test_exception_of_any_rank_surfaces_while_the_others_wait_for_it(size: int, failing: int) -> None:
    with ThreadGroup[None](size) as group:

        def work(rank: int) -> None:
            if rank == failing:
                raise ZeroDivisionError(f"rank {rank}")
            group.all_reduce(rank, np.ones(3))

        with pytest.raises(ZeroDivisionError, match=f"rank {failing}"):
            in_time(lambda: group.run(work))


@pytest.mark.parametrize(("size", "failing"), RANKS)
def test_exception_of_any_rank_surfaces_when_nobody_waits(size: int, failing: int) -> None:
    with ThreadGroup[int](size) as group:

        def work(rank: int) -> int:
            if rank == failing:
                raise ZeroDivisionError(f"rank {rank}")
            return rank

        with pytest.raises(ZeroDivisionError, match=f"rank {failing}"):
            in_time(lambda: group.run(work))


@pytest.mark.parametrize(("size", "failing"), RANKS)
def test_exception_after_some_rounds_surfaces_too(size: int, failing: int) -> None:
    with ThreadGroup[None](size) as group:

        def work(rank: int) -> None:
            for number in itertools.count():
                if number == 5 and rank == failing:
                    raise ZeroDivisionError(f"rank {rank}")
                if number == 6 and size == 1:
                    return
                group.all_reduce(rank, np.ones(3))

        with pytest.raises(ZeroDivisionError, match=f"rank {failing}"):
            in_time(lambda: group.run(work))


def test_leaving_the_group_ends_its_threads() -> None:
    before = threading.active_count()
    with ThreadGroup[int](3) as group:
        group.run(lambda rank: rank)
        assert threading.active_count() > before
    assert threading.active_count() == before


@settings(deadline=None)
@given(count=st.integers(0, 500), size=st.integers(1, 8))
def test_parts_are_neighbours_of_nearly_the_same_length_that_cover_all_rows(count: int, size: int) -> None:
    slices = parts(count, size)
    lengths = [len(range(count)[part]) for part in slices]
    assert len(slices) == size
    assert [row for part in slices for row in range(count)[part]] == list(range(count))
    assert max(lengths) - min(lengths) <= 1
