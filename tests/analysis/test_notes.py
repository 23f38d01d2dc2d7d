"""What a comparison says its numbers cannot tell: one run, many seeds, mixed states and machines."""

from typing import Any

import pytest

from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.analysis.notes import certainty, notes
from mnist_tui.runs.run import Run
from mnist_tui.training.events import Resumed, RunFailed
from tests.reports.helpers import BASE, comparison_of
from tests.runs.helpers import finished_run, started

pytestmark = pytest.mark.quick


def seeds(*some: int, **result: Any) -> list[Run]:
    """A finished run for each of these seeds; the accuracies rise by a point from one to the next."""
    return [
        finished_run(BASE.replace(seed=seed), **{"test_accuracy": 0.9 + seed / 100, **result})
        for seed in some
    ]


def unfinished(seed: int, *events: Any) -> Run:
    run = Run(finished_run(BASE).directory, BASE.replace(seed=seed))
    for event in (started(), *events):
        run.apply(event)
    return run


def on(run: Run, **machine: Any) -> Run:
    """The same run on another machine."""
    run.manifest = {**run.manifest, "machine": {**run.manifest["machine"], **machine}}
    return run


def note(comparison: Comparison, words: str) -> str:
    """The note with these words."""
    [found] = [one for one in notes(comparison) if words in one]
    return found


def test_rows_that_are_alike_need_no_note() -> None:
    assert notes(comparison_of({}, {"batch_norm": True})) == []
    assert notes(compare(seeds(0, 1, 2))) == []
    assert notes(compare([])) == []


# Which runs a mean is over


def test_a_run_that_was_stopped_is_in_no_mean_and_said_to_be_stopped() -> None:
    comparison = compare([*seeds(0, 1), *seeds(2, status="stopped", epochs=1)])
    assert [(row.label, row.seeds) for row in comparison.rows] == [
        ("plain", [0, 1]),
        ("plain (2), stopped", [2]),
    ]
    assert note(comparison, "ended by hand") == (
        "Rows that end with “stopped” were ended by hand before their last epoch: plain (2), stopped "
        "(1 of 30 epochs). No mean has them in it."
    )


def test_a_run_that_failed_after_it_had_a_result_is_in_no_mean_either() -> None:
    failed = seeds(2)[0]
    failed.apply(Resumed(8))
    failed.apply(RunFailed("The disk is full."))
    comparison = compare([*seeds(0, 1), failed])
    assert [(row.label, row.seeds) for row in comparison.rows] == [
        ("plain", [0, 1]),
        ("plain (2), failed", [2]),
    ]
    assert note(comparison, "failed") == (
        "Failed after they had been tested: plain (2), failed (3 of 30 epochs). No mean has them in it."
    )


def test_two_stopped_runs_make_no_mean() -> None:
    assert len(compare(seeds(0, 1, status="stopped")).rows) == 2


def test_runs_without_a_result_are_named() -> None:
    comparison = compare([*seeds(0, 1), unfinished(2, RunFailed("It diverged.")), unfinished(3)])
    assert (
        note(comparison, "No result")
        == "No result, and in no row: plain, seed 2 (failed); plain, seed 3 (training)."
    )


def test_of_many_runs_without_a_result_the_first_are_named() -> None:
    comparison = compare([*seeds(0), *(unfinished(seed) for seed in range(1, 21))])
    assert note(comparison, "No result").endswith("plain, seed 6 (training); and 14 more.")


def test_rows_with_different_numbers_of_seeds_say_so() -> None:
    batch_norm = finished_run(BASE.replace(batch_norm=True, seed=0))
    assert note(compare([*seeds(0, 1, 2, 5), batch_norm]), "seeds") == (
        "The rows have different seeds: plain 4 (0–2, 5); batchnorm 1 (0)."
    )


def test_rows_with_other_seeds_say_so_though_they_have_as_many() -> None:
    other = [finished_run(BASE.replace(batch_norm=True, seed=seed)) for seed in (1, 2)]
    assert note(compare([*seeds(0, 1), *other]), "seeds") == (
        "The rows have different seeds: plain 2 (0, 1); batchnorm 2 (1, 2)."
    )


def test_a_run_that_was_stopped_does_not_make_its_row_one_with_other_seeds() -> None:
    comparison = compare([*seeds(0, 1), *seeds(2, status="stopped")])
    assert not any("different seeds" in one for one in notes(comparison))


# Where times were taken


def test_times_beside_other_runs_are_said_to_compare_with_no_others() -> None:
    comparison = comparison_of({}, other_runs=1)
    assert note(comparison, "∥") == (
        "∥: other runs trained at the same time and shared the cores; alone, it takes less time. CPU time is "
        "not what it is alone either, and not by the same share in every row: neither compares with a row "
        "without ∥."
    )


def test_a_row_from_two_machines_says_that_its_times_stand_apart() -> None:
    comparison = compare([seeds(0)[0], on(seeds(1)[0], processor="Slide rule")])
    assert note(comparison, "apart") == (
        "Times of plain stand apart, with “;” between them: its runs differ in machine."
    )
    assert "their times do not compare" in note(comparison, "do not compare")


def test_a_row_of_runs_alone_and_in_company_says_that_its_times_stand_apart() -> None:
    assert note(compare([*seeds(0), *seeds(1, other_runs=1)]), "apart") == (
        "Times of plain stand apart, with “;” between them: its runs differ in company of other runs."
    )


def test_rows_from_two_machines_or_versions_do_not_compare_in_time() -> None:
    here, there = comparison_of({}, {"batch_norm": True}).runs
    assert note(compare([here, on(there, cores=64)]), "compare") == (
        "The runs differ in machine: their times do not compare."
    )
    there.manifest = {**there.manifest, "versions": {"numpy": "1"}}
    assert note(compare([here, there]), "compare") == (
        "The runs differ in machine and versions: their times do not compare."
    )


# How sure


def test_one_run_a_row_says_that_the_seed_is_not_in_its_interval() -> None:
    [sentence] = certainty(comparison_of({}, {"batch_norm": True}))
    assert sentence == (
        "With 500 test images (MNIST), their choice alone leaves ±2.64 points on an accuracy here (95 %). "
        "Another seed moves it too, and one run a row does not tell how far: several seeds (--seeds) do. "
        "Neither is the interval of a difference: rows share the test images, and mostly the seeds, so "
        "differences have intervals of their own."
    )


def test_a_row_near_chance_does_not_lend_its_width_to_the_others() -> None:
    good = finished_run(BASE, "run-good", test_accuracy=0.98)
    lost = finished_run(BASE.replace(l2_lambda=100.0), "run-lost", test_accuracy=0.3)
    [sentence] = certainty(compare([good, lost]))
    assert "leaves ±1.28 to ±4.00 points on an accuracy, by the row (95 %)." in sentence


def test_a_single_run_is_compared_with_nothing() -> None:
    [sentence] = certainty(comparison_of({}))
    assert "two rows" not in sentence
    assert "one run does not tell how far" in sentence


def test_with_seeds_their_spread_is_told_in_numbers() -> None:
    batch_norm = [
        finished_run(BASE.replace(batch_norm=True, seed=seed), test_accuracy=0.9) for seed in (0, 1)
    ]
    [sentence] = certainty(compare([*seeds(0, 1, 2), *batch_norm]))
    assert "by a standard deviation of 0.82 points within the 2 rows that have several" in sentence


@pytest.mark.parametrize("order", [1, -1])
def test_the_widest_row_counts_whatever_the_order(order: int) -> None:
    runs = [
        finished_run(BASE, test_accuracy=0.98),
        finished_run(BASE.replace(l2_lambda=1000), test_accuracy=0.5),
    ]
    [sentence] = certainty(compare(runs[::order]))
    assert "±4.37 points" in sentence


def test_every_data_set_has_a_sentence_of_its_own() -> None:
    other = started(dataset="Letters", dataset_sha256="cd" * 32, test_images=77)
    first, second = certainty(compare([*seeds(0), finished_run(BASE.replace(seed=8), data=other)]))
    assert "500 test images (MNIST)" in first
    assert "77 test images (Letters)" in second
    assert "two rows" not in first + second


def test_a_machine_that_was_busy_with_something_else_is_told() -> None:
    waiting = seeds(0, 1, train_seconds=60.0, cpu_seconds=20.0)
    told = note(compare([*waiting, *seeds(2)]), "busy")
    assert told.startswith(
        "The machine was busy with something else while 2 of the 3 runs trained: they had 0.3 cores on"
    )
    assert told.endswith("CPU time tells more.")
    assert notes(compare(seeds(0, 1, train_seconds=60.0, cpu_seconds=60.0))) == []
