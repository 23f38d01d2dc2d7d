"""Rows against a baseline: which runs are compared, how, and what is concluded."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_tui.analysis.differences import (
    Correct,
    Difference,
    Discordant,
    Judgement,
    Verdict,
    differences,
    judge,
)
from mnist_tui.analysis.statistics import Estimate, Method
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.rows import Row, rows
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.diagnosis import DIVERGED
from mnist_tui.training.events import Changed, RunFailed
from tests.runs.helpers import finished_run, started

pytestmark = pytest.mark.quick


def trained(name: str, accuracies: dict[int, float], **data: Any) -> list[Run]:
    """Runs of one row: seed to test accuracy; no two have the same weights."""
    return [
        finished_run(
            RunConfig(name=name, seed=seed),
            data=started(**{"test_images": 10_000, **data}),
            test_accuracy=accuracy,
            weight_norm=seed + ord(name[0]),
        )
        for seed, accuracy in accuracies.items()
    ]


def diverged(name: str, seed: int) -> Run:
    run = Run(RunDirectory(Path(f"{name}-{seed}")), RunConfig(name=name, seed=seed))
    for event in (started(test_images=10_000), RunFailed("Its loss grew without bounds.", DIVERGED)):
        run.apply(event)
    return run


def nobody(_run: Run) -> Correct | None:
    return None


def compared(*runs: Run, correct: Callable[[Run], Correct | None] = nobody) -> list[Difference]:
    return differences(rows(runs), 0, correct)


def test_the_same_seeds_are_pairs() -> None:
    [found] = compared(
        *trained("a", {0: 0.980, 1: 0.982, 2: 0.981}), *trained("b", {2: 0.986, 1: 0.987, 0: 0.9852})
    )
    assert found.accuracy
    assert found.accuracy.method is Method.PAIRED
    assert found.accuracy.count == 3
    assert found.accuracy.value == pytest.approx((0.0052 + 0.005 + 0.005) / 3)
    assert found.verdict is Verdict.BETTER
    assert found.is_about_methods


def test_other_seeds_are_no_pairs() -> None:
    [found] = compared(*trained("a", {0: 0.98, 1: 0.99}), *trained("b", {2: 0.98, 3: 0.985, 4: 0.97}))
    assert found.accuracy
    assert found.accuracy.method is Method.WELCH
    assert found.verdict is Verdict.UNCLEAR
    assert found.seeds_needed
    assert found.seeds_needed > 3


def test_one_run_each_is_about_two_networks_on_the_same_images() -> None:
    answers = {"a": np.arange(1000) >= 30, "b": np.arange(1000) >= 10}
    [found] = compared(
        *trained("a", {0: 0.97}), *trained("b", {0: 0.99}), correct=lambda run: answers[run.name]
    )
    assert found.accuracy
    assert found.accuracy.method is Method.MCNEMAR
    assert found.discordant == Discordant(fixed=20, broken=0)
    assert found.verdict is Verdict.BETTER
    assert not found.is_about_methods


def test_without_predictions_one_run_each_is_not_compared() -> None:
    [found] = compared(*trained("a", {0: 0.97}), *trained("b", {0: 0.99}))
    assert found.verdict is None
    assert "predictions" in found.reasons["test_accuracy"]


def test_seeds_that_agree_by_chance_are_no_proof() -> None:
    baseline = {0: 0.98, 1: 0.975}
    apart, alike, far = compared(
        *trained("a", baseline),
        *trained("b", {seed: accuracy + 0.0003 for seed, accuracy in baseline.items()}),
        *trained("c", baseline),
        *trained("d", {seed: accuracy + 0.01 for seed, accuracy in baseline.items()}),
    )
    for one in (apart, alike, far):
        assert one.accuracy
        assert one.accuracy.low is not None
        assert one.accuracy.high is not None
        assert one.accuracy.high - one.accuracy.low > 0.0005
        assert not one.is_identical
    assert apart.verdict is Verdict.SAME
    assert alike.verdict is Verdict.SAME
    assert far.verdict is Verdict.BETTER


def test_two_seeds_that_agree_on_few_images_settle_nothing() -> None:
    [found] = compared(
        *trained("a", {0: 0.75, 1: 0.5}, test_images=100), *trained("b", {0: 0.75, 1: 0.5}, test_images=100)
    )
    assert found.verdict is Verdict.UNCLEAR
    assert found.seeds_needed


def test_networks_that_are_the_same_are_the_same_on_few_images_too() -> None:
    runs = trained("a", {0: 0.75, 1: 0.5}, test_images=100)
    twins = [replace(run, config=run.config.replace(name="b")) for run in runs]
    [found] = compared(*runs, *twins)
    assert found.is_identical
    assert found.verdict is Verdict.SAME
    assert found.adjusted_p is None


def test_two_networks_are_the_same_where_answers_and_weights_are() -> None:
    [run] = trained("a", {0: 0.75}, test_images=4)
    twin = replace(run, config=run.config.replace(name="b"))
    other = trained("c", {0: 0.75}, test_images=4)[0]
    right = np.array([True, True, True, False])
    same, alike = compared(run, twin, other, correct=lambda _: right)
    assert same.is_identical
    assert same.verdict is Verdict.SAME
    assert not alike.is_identical
    assert alike.verdict is Verdict.UNCLEAR


def test_other_data_is_not_compared() -> None:
    [found] = compared(*trained("a", {0: 0.98}), *trained("b", {0: 0.98}, dataset_sha256="f" * 64))
    assert found.verdict is None
    assert all("different data" in reason for reason in found.reasons.values())


def test_another_share_for_validation_is_a_setting_like_others() -> None:
    split = {"train_images": 900, "validation_images": 200}
    [found] = compared(*trained("a", {0: 0.98, 1: 0.981}), *trained("b", {0: 0.99, 1: 0.9912}, **split))
    assert found.verdict is not None


def test_a_row_whose_seeds_diverged_is_not_better_for_those_that_did_not() -> None:
    better = {0: 0.99, 1: 0.9911, 2: 0.9905}
    runs = [*trained("a", {0: 0.98, 1: 0.981, 2: 0.9804}), *trained("b", better)]
    [whole] = compared(*runs)
    [found] = differences(rows(runs), 0, nobody, left_out=[diverged("b", 3)])
    assert whole.verdict is Verdict.BETTER
    assert not whole.is_withheld
    assert found.verdict is Verdict.UNCLEAR
    assert found.is_withheld
    assert found.seeds_needed is None
    assert [run.config.seed for run in found.missing] == [3]
    [worse] = differences(rows(reversed(runs)), 0, nobody, left_out=[diverged("b", 3)])
    assert worse.verdict is Verdict.UNCLEAR
    assert [run.config.seed for run in worse.missing_from_baseline] == [3]


def test_a_row_that_is_worse_is_so_whether_seeds_diverged_or_not() -> None:
    runs = [*trained("a", {0: 0.99, 1: 0.9911, 2: 0.9905}), *trained("b", {0: 0.98, 1: 0.981, 2: 0.9804})]
    [found] = differences(rows(runs), 0, nobody, left_out=[diverged("b", 3)])
    assert found.verdict is Verdict.WORSE
    assert len(found.missing) == 1


def test_a_run_that_was_changed_on_the_way_is_one_network() -> None:
    several = trained("a", {0: 0.98, 1: 0.981, 2: 0.9804})
    changed = trained("a", {3: 0.99})[0]
    changed.apply(Changed(10, 2, {"learning_rate": 0.01}, {"learning_rate": 0.4}))
    changed.status = Status.COMPLETED
    right = np.arange(10_000) >= 200
    [found] = compared(*several, changed, correct=lambda run: right)
    assert found.row.runs == (changed,)
    assert found.accuracy
    assert found.accuracy.method is Method.MCNEMAR
    assert not found.is_about_methods


def test_times_are_those_of_the_pairs_that_were_taken_alike() -> None:
    quick, slow = trained("a", {0: 0.98, 1: 0.981, 2: 0.982}), trained("b", {0: 0.98, 1: 0.982, 2: 0.981})
    for seconds, run in enumerate([*quick, *slow]):
        assert run.finished
        run.finished = replace(run.finished, train_seconds=10.0 + seconds, cpu_seconds=20.0 + seconds)
    assert slow[2].finished
    slow[2].finished = replace(slow[2].finished, train_seconds=99.0, other_runs=1)
    [found] = compared(*quick, *slow)
    assert found.estimates["train_seconds"].value == pytest.approx(3)
    assert found.estimates["train_seconds"].count == 2
    assert found.estimates["test_accuracy"].count == 3
    assert not found.cpu_time


def test_times_that_cannot_be_compared_are_cpu_times_or_none() -> None:
    alone, beside = trained("a", {0: 0.98}), trained("b", {0: 0.98})
    assert beside[0].finished
    beside[0].finished = replace(beside[0].finished, other_runs=1, cpu_seconds=9.0)
    [found] = compared(*alone, *beside)
    assert found.cpu_time == {"train_seconds", "epoch_seconds"}
    assert found.estimates["train_seconds"].value == pytest.approx(9.0 - 2.5)
    beside[0].manifest["machine"] = {"processor": "another"}
    [found] = compared(*alone, *beside)
    assert "machine" in found.reasons["train_seconds"]
    assert "train_seconds" not in found.estimates


def test_an_interval_within_the_margin_is_the_same_though_it_is_not_zero() -> None:
    [judged] = judge([Estimate(0.001, 0.0005, 0.0015, 0.001, 5, Method.PAIRED, 0.0004)])
    assert judged == Judgement(Verdict.SAME, 0.001)


def test_rows_that_are_told_leave_more_room_for_those_that_are_not() -> None:
    open_, told = Estimate(0.004, -0.001, 0.009, 0.09, 3, Method.PAIRED, 0.002), Verdict.BETTER
    sure = Estimate(0.02, 0.015, 0.025, 0.0001, 3, Method.PAIRED, 0.002)
    alone, *_ = judge([open_, open_, open_])
    first, second, last = judge([sure, sure, open_])
    assert first.verdict is second.verdict is told
    assert alone.seeds_needed is not None
    assert last.seeds_needed is not None
    assert last.seeds_needed < alone.seeds_needed


def test_several_rows_share_one_chance_of_an_error() -> None:
    baseline = {0: 0.980, 1: 0.981, 2: 0.982}
    shifts = {"b": (0.010, 0.0101, 0.0102), "c": (0.0005, 0.003, 0.0055), "d": (0.000, 0.001, 0.002)}
    runs = trained("a", baseline)
    for name, shift in shifts.items():
        runs += trained(name, {seed: baseline[seed] + shift[seed] for seed in baseline})
    found = compared(*runs)
    raw = [one.accuracy.p_value for one in found if one.accuracy]
    assert [one.adjusted_p for one in found] != raw
    assert all((one.adjusted_p or 0) >= (p or 0) for one, p in zip(found, raw, strict=True))
    assert found[0].verdict is Verdict.BETTER


def test_a_row_without_a_result_is_not_compared() -> None:
    waiting = Run(RunDirectory(Path("b")), RunConfig(name="b"), {})
    [found] = differences([*rows(trained("a", {0: 0.98})), Row("b", waiting.config, (waiting,))], 0, nobody)
    assert found.verdict is None
    assert "no result" in found.reasons["test_accuracy"]
