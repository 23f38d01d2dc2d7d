"""How long runs take: what those that are over tell, and what follows for others."""

import dataclasses
from typing import Any

import pytest

from mnist_tui.analysis.pace import Paces, Shape, slowdown, wall_seconds
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed
from tests.runs.helpers import MANIFEST, finished_run, started

pytestmark = pytest.mark.quick

SIZES = (55_000, 5_000, 10_000)
PLAIN = RunConfig(dataset="sample", learning_rate=0.4, threads=2)
SHAPE = Shape.of(PLAIN, 2, SIZES)
DATA = started(train_images=55_000, validation_images=5_000, test_images=10_000)


def run(number: int = 0, config: RunConfig = PLAIN, *, seconds: float = 1.0, **result: Any) -> Run:
    """A run whose epochs took so long; higher numbers are newer."""
    speed = {"images_per_second": 55_000 / seconds}
    return finished_run(config, f"20260101-00000000{number}-x-000000", DATA, **speed, **result)


def paces(*runs: Run, cores: int = 2) -> Paces:
    return Paces(runs, MANIFEST, cores)


def test_an_epoch_takes_as_long_as_it_took_in_runs_of_the_same_shape() -> None:
    assert paces().train_seconds(SHAPE, 0) is None
    found = paces(run(seconds=0.8), run(config=PLAIN.replace(batch_norm=True), seconds=1.1))
    assert found.train_seconds(SHAPE, 0) == pytest.approx(0.8)
    assert found.train_seconds(Shape.of(PLAIN.replace(batch_norm=True), 2, SIZES), 0) == pytest.approx(1.1)


def test_the_median_of_the_newest_counts() -> None:
    seconds = (9, 9, 9, 9, 0.8, 5, 0.7, 0.9, 0.8)
    assert paces(*(run(number, seconds=one) for number, one in enumerate(seconds))).train_seconds(
        SHAPE, 0
    ) == pytest.approx(0.8)


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden": (16,)},
        {"batch_norm": True},
        {"dropout": 0.1},
        {"l2_lambda": 0.1},
        {"augment": "shift"},
        {"optimizer": "adam"},
        {"batch_size": 128},
        {"threads": 1},
    ],
    ids=str,
)
def test_what_costs_time_is_another_shape(changes: dict[str, Any]) -> None:
    other = PLAIN.replace(**changes)
    assert paces(run()).train_seconds(Shape.of(other, other.threads or 0, SIZES), 0) is None
    assert paces(run()).train_seconds(dataclasses.replace(SHAPE, sizes=(3_600, 400, 1_000)), 0) is None


def test_what_costs_no_time_is_the_same_shape() -> None:
    other = PLAIN.replace(epochs=7, seed=3, learning_rate=0.1, schedule="cosine", early_stopping=0, name="x")
    assert Shape.of(other, 2, SIZES) == SHAPE
    dropped = [
        Shape.of(PLAIN.replace(dropout=dropout, l2_lambda=dropout), 2, SIZES) for dropout in (0.1, 0.2)
    ]
    assert dropped[0] == dropped[1]


def test_a_batch_larger_than_the_data_is_all_of_them() -> None:
    whole = Shape.of(PLAIN.replace(batch_size=60_000), 2, SIZES)
    assert (whole.batch_size, whole.steps, SHAPE.steps) == (55_000, 1, 215)


def test_runs_that_tell_nothing_of_here_and_now_are_passed_over() -> None:
    elsewhere, newer, changed = run(seconds=9), run(seconds=9), run(seconds=9)
    elsewhere.manifest = {**MANIFEST, "machine": {}}
    newer.manifest = {**MANIFEST, "versions": {}}
    changed.apply(Changed(3, 1, {"dropout": 0.1}, {"dropout": 0.0}))
    waiting = Run(changed.directory, PLAIN, dict(MANIFEST))
    still = finished_run(PLAIN, data=DATA, images_per_second=0.0)
    assert paces(elsewhere, newer, changed, waiting, still).train_seconds(SHAPE, 0) is None


def test_a_run_that_was_stopped_has_a_speed_too() -> None:
    assert paces(run(seconds=0.8, status="stopped")).train_seconds(SHAPE, 0) == pytest.approx(0.8)


# Company


def test_a_run_has_its_share_of_the_cores() -> None:
    assert slowdown(threads=2, company=0, cores=2) == 1
    assert slowdown(threads=2, company=1, cores=2) == 2
    assert slowdown(threads=1, company=1, cores=2) == 1
    assert slowdown(threads=4, company=2, cores=8) == 1.5


def test_runs_with_the_same_company_count_before_others() -> None:
    runs = run(0, seconds=0.8), run(1, seconds=1.7, other_runs=1)
    assert paces(*runs).train_seconds(SHAPE, 0) == pytest.approx(0.8)
    assert paces(*runs).train_seconds(SHAPE, 1) == pytest.approx(1.7)
    assert paces(runs[0]).train_seconds(SHAPE, 1) == pytest.approx(1.6)
    assert paces(runs[1]).train_seconds(SHAPE, 0) == pytest.approx(0.85)


def test_a_measurement_counts_until_there_are_enough_runs() -> None:
    found = paces()
    found.learn(SHAPE, 1.2, 0)
    assert (found.train_seconds(SHAPE, 0), found.train_seconds(SHAPE, 1)) == (1.2, 2.4)


@pytest.mark.parametrize(
    ("durations", "at_once", "seconds"),
    [((), 2, 0), ((3, 2, 1), 1, 6), ((3, 2, 1), 2, 3), ((1, 1, 5), 2, 6), ((4, 4), 8, 4)],
)
def test_the_wall_clock_of_several_runs(durations: tuple[float, ...], at_once: int, seconds: float) -> None:
    assert wall_seconds(durations, at_once) == seconds


def test_runs_that_share_the_cores_slow_each_other_down_as_long_as_both_are_there() -> None:
    assert wall_seconds((15, 3), 2, lambda active: active) == 18
    assert wall_seconds((3, 15, 2), 2, lambda active: active) == 20
    assert wall_seconds((3, 15), 2, lambda active: max(1, active / 2)) == 15


def test_a_run_takes_more_than_its_training_steps() -> None:
    assert 8.0 < SHAPE.run_seconds(0.8, 10) < 10.0
    assert SHAPE.run_seconds(0.8, 20) - SHAPE.run_seconds(0.8, 10) == pytest.approx(8.4, abs=0.2)
    wide = Shape.of(PLAIN.replace(hidden=(4096, 4096)), 2, SIZES)
    assert wide.run_seconds(0.8, 10) > SHAPE.run_seconds(0.8, 10) + 5


# Epochs


def test_without_early_stopping_all_epochs_are_trained() -> None:
    assert paces().epochs(PLAIN.replace(early_stopping=0)) == (30, False)
    assert paces().epochs(PLAIN.replace(epochs=5)) == (5, False), "too few to run out of patience"


def test_other_seeds_tell_how_soon_a_run_stops() -> None:
    assert paces().epochs(PLAIN) == (30, True)
    found = paces(
        *(
            run(seed, PLAIN.replace(seed=seed), epochs=epochs, status="early_stopped")
            for seed, epochs in enumerate((12, 16))
        )
    )
    other = PLAIN.replace(seed=9, threads=None, name="x", learning_rate=0.4)
    assert found.epochs(other) == (14, False)
    assert found.epochs(other.replace(learning_rate=None)) == (30, True), "auto is another rate here"
    assert found.epochs(PLAIN.replace(batch_norm=True)) == (30, True)
    assert found.epochs(PLAIN.replace(early_stopping=6)) == (30, True)


def test_runs_with_other_epochs_tell_it_too_where_the_rate_does_not_depend_on_them() -> None:
    early = run(epochs=12, status="early_stopped")
    assert paces(early).epochs(PLAIN.replace(epochs=100)) == (12, False)
    assert paces(early).epochs(PLAIN.replace(epochs=10)) == (10, False)
    whole = run(config=PLAIN.replace(epochs=20), epochs=20)
    assert paces(whole).epochs(PLAIN.replace(epochs=15)) == (15, False)
    assert paces(whole).epochs(PLAIN) == (30, True), "what it would have done after its last epoch"
    cosine = PLAIN.replace(schedule="cosine")
    cooled = run(config=cosine, epochs=12, status="early_stopped")
    assert paces(cooled).epochs(cosine) == (12, False)
    assert paces(cooled).epochs(cosine.replace(epochs=100)) == (100, True)


def test_a_run_that_was_stopped_by_hand_does_not_tell_it() -> None:
    assert paces(run(epochs=7, status="stopped")).epochs(PLAIN) == (30, True)
