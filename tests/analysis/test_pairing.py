"""Which runs of two rows are compared, of which times, and which seeds are missing."""

from collections.abc import Iterable
from typing import Any

import pytest

from mnist_tui.analysis.comparison import waited_for_cores
from mnist_tui.analysis.pairing import Pairing, missing_seeds, pairs, settings, unlike, with_like_times
from mnist_tui.runs.rows import Row, rows
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.diagnosis import DIVERGED
from mnist_tui.training.events import RunFailed
from tests.runs.helpers import finished_run, started

pytestmark = pytest.mark.quick


def run(name: str, seed: int, *, processor: str = "Abacus 3000", threads: int = 2, **result: Any) -> Run:
    made = finished_run(RunConfig(name=name, seed=seed), data=started(threads=threads), **result)
    made.manifest = {**made.manifest, "machine": {"processor": processor}}
    return made


def row(name: str, *seeds: int) -> Row:
    [found] = rows([run(name, seed) for seed in seeds])
    return found


def compared(mine: Iterable[int], theirs: Iterable[int]) -> tuple[list[int], list[int], bool]:
    """The seeds of the runs that are compared."""
    pairing = pairs(row("b", *mine), row("a", *theirs))
    return [one.config.seed for one in pairing.mine], [one.config.seed for one in pairing.theirs], pairing[2]


def seeds(pairing: Pairing | None) -> list[list[int]] | None:
    return pairing and [[one.config.seed for one in runs] for runs in pairing[:2]]


def test_the_same_seeds_are_pairs_in_order() -> None:
    assert compared([2, 0, 1], [1, 2, 0]) == ([0, 1, 2], [0, 1, 2], True)


def test_seeds_beyond_those_of_the_smaller_row_are_left_out() -> None:
    assert compared([0, 1, 2], range(10)) == ([0, 1, 2], [0, 1, 2], True)
    assert compared(range(10), [4, 7]) == ([4, 7], [4, 7], True)


def test_a_few_seeds_in_common_throw_no_others_away() -> None:
    assert compared([0, 1, 2, 3, 4], [3, 4, 5, 6, 7]) == ([0, 1, 2, 3, 4], [3, 4, 5, 6, 7], False)


def test_one_run_is_compared_with_one_of_its_seed_where_there_is_one() -> None:
    assert compared([3], range(5)) == ([3], [3], True)
    assert compared([8], range(5)) == ([8], [0], False)


@pytest.mark.parametrize("few", [2, 3])
def test_a_few_runs_that_are_no_pairs_stand_beside_as_many(few: int) -> None:
    mine = list(range(20, 20 + few))
    assert compared(mine, range(10)) == (mine, list(range(few)), False)
    assert compared(range(10), mine) == (list(range(few)), mine, False)


def test_four_runs_stand_beside_many() -> None:
    assert compared([20, 21, 22, 23], range(10)) == ([20, 21, 22, 23], list(range(10)), False)


def paired(mine: list[Run], theirs: list[Run]) -> Pairing:
    return Pairing(mine, theirs, is_paired=True)


def test_times_taken_alike_are_all_compared() -> None:
    pairing = paired([run("b", 0), run("b", 1)], [run("a", 0), run("a", 1)])
    assert with_like_times(pairing) is pairing


def test_of_times_the_most_pairs_that_are_alike_are_compared() -> None:
    mine = [run("b", 0, other_runs=1), run("b", 1), run("b", 2), run("b", 3), run("b", 4, threads=1)]
    theirs = [run("a", 0, other_runs=1), run("a", 1, other_runs=1), *(run("a", seed) for seed in (2, 3, 4))]
    assert seeds(with_like_times(paired(mine, theirs))) == [[2, 3], [2, 3]]


def test_one_pair_of_like_times_is_too_few() -> None:
    mine, theirs = [run("b", 0), run("b", 1, other_runs=1)], [run("a", 0), run("a", 1)]
    assert with_like_times(paired(mine, theirs)) is None


def test_two_runs_in_unlike_circumstances_have_no_like_times() -> None:
    assert with_like_times(paired([run("b", 0, processor="Z3")], [run("a", 0)])) is None


def test_times_of_other_seeds_are_compared_within_the_same_circumstances() -> None:
    mine = [run("b", seed, other_runs=seed % 2) for seed in range(6)]
    theirs = [run("a", seed, other_runs=seed // 12) for seed in range(10, 14)]
    found = with_like_times(Pairing(mine, theirs, is_paired=False))
    assert seeds(found) == [[1, 3], [12, 13]] or seeds(found) == [[0, 2], [10, 11]]


def diverged(name: str, seed: int) -> Run:
    made = Run(run(name, seed).directory, RunConfig(name=name, seed=seed))
    made.apply(started())
    made.apply(RunFailed("Its loss grew without bounds.", DIVERGED))
    return made


def missing(there: list[Run], others: Iterable[Run] = ()) -> list[int]:
    found = missing_seeds(rows(there), others)
    return [one.config.seed for one in found.get(settings(run("a", 0)), [])]


def test_a_seed_that_diverged_is_missing_wherever_it_is_told() -> None:
    alive = [run("a", 0), run("a", 1)]
    assert missing(alive) == []
    assert missing(alive, [diverged("a", 2)]) == [2]
    assert missing([*alive, diverged("a", 2)]) == [2]
    assert missing(alive, [diverged("b", 2)]) == []


def test_a_seed_that_was_trained_again_is_not_missing() -> None:
    assert missing([run("a", 0), run("a", 1)], [diverged("a", 1)]) == []
    assert missing([run("a", 0)], [diverged("a", 1), diverged("a", 1)]) == [1]


def test_a_seed_that_was_stopped_is_missing() -> None:
    assert missing([run("a", 0), run("a", 1), run("a", 2, status="stopped")]) == [2]


def test_times_of_a_run_that_waited_for_cores_are_like_no_others() -> None:
    waiting: dict[str, Any] = {"train_seconds": 60.0, "cpu_seconds": 20.0}
    mine = [run("b", 0, **waiting), run("b", 1), run("b", 2)]
    theirs = [run("a", 0), run("a", 1), run("a", 2)]
    assert seeds(with_like_times(paired(mine, theirs))) == [[1, 2], [1, 2]]
    assert with_like_times(paired(mine[:2], theirs[:2])) is None
    assert unlike([mine[0], theirs[0]]) == {"load of the machine"}
    apart = [run("b", seed, **waiting) for seed in (7, 8)]
    assert with_like_times(Pairing(apart, theirs, is_paired=False)) is None


@pytest.mark.parametrize(
    ("result", "waited"),
    [
        ({"train_seconds": 60.0, "cpu_seconds": 40.0}, True),
        ({"train_seconds": 60.0, "cpu_seconds": 50.0}, False),
        ({"train_seconds": 60.0, "cpu_seconds": 40.0, "other_runs": 1}, False),
        ({"train_seconds": 0.6, "cpu_seconds": 0.4}, False),
        ({"train_seconds": 60.0, "cpu_seconds": 0.0}, False),
    ],
    ids=["less than a core", "nearly a core", "known company", "over too soon", "not recorded"],
)
def test_a_run_waited_where_it_had_less_than_a_core_to_itself(result: dict[str, Any], waited: bool) -> None:
    assert waited_for_cores(run("a", 0, **result)) is waited
