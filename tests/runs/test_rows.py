"""Rows: which runs are the same but for the seed, and which only look as if."""

from collections.abc import Iterable
from typing import Any

import pytest

from mnist_tui.runs.rows import rows
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed, Forked, Resumed, RunFailed
from tests.runs.helpers import finished_run, started

pytestmark = pytest.mark.quick

BASE = RunConfig(dataset="sample", learning_rate=0.5, threads=2)
GROUP = "20260101-000000000-aaaaaa"


def runs_of(*changes: dict[str, Any]) -> list[Run]:
    return [finished_run(BASE.replace(**change)) for change in changes]


def member(seed: int, group: Any = GROUP, row: Any = 0, **settings: Any) -> Run:
    """A finished run of a group."""
    run = finished_run(BASE.replace(seed=seed, **settings))
    run.manifest["group"] = {"id": group, "row": row}
    return run


def seeds_of(runs: Iterable[Run]) -> list[list[int]]:
    return [row.seeds for row in rows(runs)]


# By their settings


def test_runs_that_differ_by_seed_alone_share_a_row_in_their_order() -> None:
    plain, batch_norm, again = runs_of({"seed": 3}, {"batch_norm": True}, {"seed": 1})
    first, second = rows([plain, batch_norm, again])
    assert (first.label, first.runs, first.config) == ("plain", (plain, again), plain.config)
    assert (second.label, second.runs) == ("batchnorm", (batch_norm,))


def test_the_same_seed_once_more_opens_another_row() -> None:
    found = rows(runs_of({}, {}, {"seed": 1}, {}, {"seed": 1}))
    assert [row.label for row in found] == ["plain", "plain (2)", "plain (3)"]
    assert [row.seeds for row in found] == [[0, 1], [0, 1], [0]]


def test_runs_that_had_other_threads_share_a_row() -> None:
    assert seeds_of(runs_of({"seed": 0}, {"seed": 1, "threads": 1})) == [[0, 1]]


@pytest.mark.parametrize(
    "other",
    [
        {"dataset_sha256": "cd" * 32},
        {"train_images": 990, "validation_images": 110},
        {"test_images": 499},
    ],
    ids=["other images", "another split", "another test"],
)
def test_other_data_is_another_row(other: dict[str, Any]) -> None:
    runs = [finished_run(BASE), finished_run(BASE.replace(seed=1), data=started(**other))]
    assert seeds_of(runs) == [[0], [1]]
    for seed, run in enumerate(runs):
        run.manifest["group"] = {"id": GROUP, "row": 0}
        assert run.config.seed == seed
    assert seeds_of(runs) == [[0], [1]]


def test_a_run_that_was_stopped_or_failed_is_not_taken_for_a_complete_one() -> None:
    runs = runs_of({"seed": 0}, {"seed": 1})
    runs.append(finished_run(BASE.replace(seed=2), status="stopped"))
    runs.append(finished_run(BASE.replace(seed=3)))
    runs[-1].apply(Resumed(4))
    runs[-1].apply(RunFailed("why"))
    runs.append(finished_run(BASE.replace(seed=4), status="stopped"))
    runs[-1].apply(Resumed(4))
    runs[-1].abandon()
    found = rows(runs)
    assert [row.seeds for row in found] == [[0, 1], [2], [3], [4]]
    assert [row.label for row in found] == [
        "plain",
        "plain (2), stopped",
        "plain (3), failed",
        "plain (4), interrupted",
    ]
    assert [row.is_cut_short for row in found] == [False, True, True, True]


def test_a_row_of_several_seeds_is_not_called_by_the_first_of_them() -> None:
    twice = [*runs_of({"seed": 1}, {"seed": 2}), *runs_of({"seed": 1}, {"seed": 2})]
    assert [row.label for row in rows(twice)] == ["plain", "plain (2)"]
    elsewhere = finished_run(BASE.replace(seed=3), data=started(dataset_sha256="cd" * 32))
    assert [row.label for row in rows([*runs_of({"seed": 1}), elsewhere])] == [
        "plain, seed 1",
        "plain, seed 3",
    ]


def test_early_stopping_is_an_end_like_any_other() -> None:
    assert seeds_of([*runs_of({}), finished_run(BASE.replace(seed=1), status="early_stopped")]) == [[0, 1]]


@pytest.mark.parametrize(
    "event",
    [
        Changed(3, 1, {"dropout": 0.1}, {"dropout": 0.0}),
        Forked(4, 1, "20260101-000000000-x-000000", {}, {}),
    ],
    ids=["changed", "forked"],
)
def test_a_run_that_its_settings_do_not_tell_has_a_row_of_its_own(event: Changed | Forked) -> None:
    runs = runs_of({"seed": 0}, {"seed": 1}, {"seed": 2}, {"seed": 3})
    for run in runs[2:]:
        run.apply(event)
    assert seeds_of(runs) == [[0, 1], [2], [3]]
    for run in runs:
        run.manifest["group"] = {"id": GROUP, "row": 0}
    assert seeds_of(runs) == [[0, 1], [2], [3]]


def test_a_run_that_has_not_started_yet_waits_in_its_row() -> None:
    waiting = Run(finished_run(BASE).directory, BASE.replace(seed=1))
    assert seeds_of([waiting, *runs_of({"seed": 0})]) == [[1, 0]]
    [row] = rows([waiting])
    assert (row.started, row.results, row.shared_cores) == (None, [], False)


# By their group


def test_members_of_a_row_stay_one_whatever_their_threads() -> None:
    runs = [member(0, threads=2), member(1, threads=1), member(2, threads=4)]
    assert seeds_of(runs) == [[0, 1, 2]]


def test_rows_of_a_sweep_over_threads_stay_apart() -> None:
    runs = [member(seed, row=row, threads=row + 1) for row in (0, 1) for seed in (0, 1)]
    assert seeds_of(runs) == [[0, 1], [0, 1]]


def test_a_run_that_was_made_earlier_shares_the_row_of_those_made_for_it_later() -> None:
    earlier = [*runs_of({"seed": 0, "threads": 1}), member(1, group="20260101-000000000-bbbbbb", row=2)]
    assert seeds_of([*earlier, member(2), member(3)]) == [[0, 1, 2, 3]]
    assert seeds_of([member(2), *earlier]) == [[2, 0, 1]]


def test_a_run_that_was_made_earlier_finds_its_row_in_a_sweep_over_threads() -> None:
    [earlier] = runs_of({"seed": 1, "threads": 1})
    two_threads = [member(seed, row=1, threads=2) for seed in (1, 2)]
    found = rows([*two_threads, earlier, member(2, row=0, threads=1), member(3, row=0, threads=1)])
    assert [(row.config.threads, row.seeds) for row in found] == [(2, [1, 2]), (1, [1, 2, 3])]


def test_rows_that_became_the_same_stay_as_many_as_they_were_planned() -> None:
    """A sweep over learning rates, `auto` among them, may have two that are equal."""
    runs = [member(seed, row=row) for seed in (0, 1) for row in (0, 1)]
    assert seeds_of(runs) == [[0, 1], [0, 1]]


def test_a_membership_that_lies_does_not_mix_settings() -> None:
    assert seeds_of([member(0), member(1, learning_rate=0.1)]) == [[0], [1]]


@pytest.mark.parametrize(
    "group",
    [
        "x",
        ["a"],
        {},
        {"id": GROUP},
        {"id": GROUP, "row": -1},
        {"id": GROUP, "row": True},
        {"id": GROUP, "row": "0"},
        {"id": f"../{GROUP}", "row": 0},
        {"id": {}, "row": 0},
    ],
    ids=str,
)
def test_a_membership_that_is_damaged_counts_as_none(group: Any) -> None:
    damaged = finished_run(BASE.replace(seed=1))
    damaged.manifest["group"] = group
    assert seeds_of([*runs_of({"seed": 0}), damaged]) == [[0, 1]]


# Many


def test_a_thousand_configurations_and_a_thousand_seeds() -> None:
    configurations = runs_of(*({"l2_lambda": number / 1000} for number in range(1000)))
    assert len(rows(configurations)) == 1000
    assert len({row.label for row in rows(configurations)}) == 1000
    assert seeds_of(runs_of(*({"seed": seed} for seed in range(1000)))) == [list(range(1000))]
    same = rows(runs_of(*[{}] * 1000))
    assert (len(same), same[-1].label) == (1000, "plain (1000)")
