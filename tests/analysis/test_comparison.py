"""Finished runs side by side: which rows, and in which settings they differ."""

import pytest

from mnist_tui.analysis.comparison import compare, compare_rows, summary
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import RunFailed
from tests.runs.helpers import finished_run, started

pytestmark = pytest.mark.quick

BASE = RunConfig(dataset="sample", learning_rate=0.5, threads=2)


def runs_of(*some: RunConfig) -> list[Run]:
    return [finished_run(config) for config in some]


def test_runs_that_differ_by_seed_alone_share_a_row() -> None:
    runs = [
        finished_run(BASE.replace(seed=0), test_accuracy=0.8),
        finished_run(BASE.replace(seed=0, batch_norm=True), test_accuracy=0.9),
        finished_run(BASE.replace(seed=1), test_accuracy=0.9),
    ]
    comparison = compare(runs)
    assert [row.label for row in comparison.rows] == ["plain", "batchnorm"]
    plain, batch_norm = comparison.rows
    assert plain.seeds == [0, 1]
    assert summary(plain, "test_accuracy").mean == pytest.approx(0.85)
    assert summary(plain, "test_accuracy").deviation == pytest.approx(0.0707, abs=1e-4)
    assert summary(batch_norm, "test_accuracy").deviation is None
    assert comparison.runs == [runs[0], runs[2], runs[1]]


def test_runs_without_a_result_are_left_out() -> None:
    failed = Run(finished_run(BASE).directory, BASE)
    failed.apply(started())
    failed.apply(RunFailed("why"))
    comparison = compare([failed, finished_run(BASE)])
    assert len(comparison.rows) == 1
    assert compare([failed]).rows == ()


def test_rows_that_are_known_stay_as_they_are() -> None:
    again, first, second = runs_of(BASE, BASE, BASE.replace(seed=1))
    failed = Run(finished_run(BASE).directory, BASE.replace(seed=2))
    comparison = compare_rows([[again], [first, second, failed], []])
    assert [(row.label, row.runs) for row in comparison.rows] == [
        ("plain", (again,)),
        ("plain (2)", (first, second)),
    ]
    assert comparison.left_out == (failed,)
    assert comparison.differing == ("seed",)


def test_shared_and_differing_settings() -> None:
    comparison = compare(
        runs_of(BASE, BASE.replace(l2_lambda=0.1), BASE.replace(l2_lambda=0.1, epochs=9, name="mine"))
    )
    assert set(comparison.differing) == {"l2_lambda", "epochs"}
    assert comparison.shared["batch_size"] == 256
    assert comparison.shared["seed"] == 0
    assert not set(comparison.shared) & {"l2_lambda", "epochs", "name"}


def test_several_seeds_differ() -> None:
    comparison = compare(runs_of(BASE, BASE.replace(seed=1)))
    assert comparison.differing == ("seed",)
    assert "seed" not in comparison.shared
