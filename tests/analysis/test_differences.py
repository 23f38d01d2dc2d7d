"""Rows against a baseline: which runs are compared, how, and what is concluded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_tui.analysis.differences import Correct, Difference, Discordant, Verdict, differences
from mnist_tui.analysis.statistics import Method
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.rows import Row, rows
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from tests.runs.helpers import finished_run, started

pytestmark = pytest.mark.quick


def trained(name: str, accuracies: dict[int, float], **data: Any) -> list[Run]:
    """Runs of one row: seed to test accuracy."""
    return [
        finished_run(RunConfig(name=name, seed=seed), data=started(**data), test_accuracy=accuracy)
        for seed, accuracy in accuracies.items()
    ]


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


def test_seeds_that_agree_to_the_last_image_give_no_interval() -> None:
    runs = (
        trained("a", {0: 0.75, 1: 0.5}),
        trained("b", {0: 0.875, 1: 0.625}),
        trained("c", {0: 0.75, 1: 0.5}),
    )
    apart, alike = compared(*runs[0], *runs[1], *runs[2])
    assert alike.verdict is Verdict.SAME
    assert apart.verdict is Verdict.UNCLEAR
    assert apart.seeds_needed is None


def test_other_data_is_not_compared() -> None:
    [found] = compared(*trained("a", {0: 0.98}), *trained("b", {0: 0.98}, dataset_sha256="f" * 64))
    assert found.verdict is None
    assert all("different data" in reason for reason in found.reasons.values())


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
