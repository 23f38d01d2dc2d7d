"""Findings on data that nobody tuned for: from hopeless to trivial, each sentence is what the runs say.

Fashion-MNIST is not at hand; these stand for it. Networks are really trained, and figures counted again here.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_tui.analysis.comparison import compare
from mnist_tui.analysis.conclusions import Conclusions, conclude
from mnist_tui.analysis.findings import findings
from mnist_tui.data.mnist import FILES
from mnist_tui.data.source import load, resolve
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.trainer import Trainer
from tests.data.helpers import put
from tests.runs.helpers import MANIFEST

SEEDS = range(3)
TEST_IMAGES = 200
QUANTILE = 4.302652729911275
"""Of Student's distribution with two degrees of freedom, 97.5 %; its tails are 1 - t/√(t² + 2)."""
SHARED: dict[str, Any] = {
    "hidden": (16,), "learning_rate": 0.05, "batch_size": 50, "epochs": 10, "threads": 1, "early_stopping": 0,
}  # fmt: skip
ROWS: tuple[dict[str, Any], ...] = ({}, {"batch_norm": True}, {"l2_lambda": 5.0}, {"momentum": 0.5})
"""Beside the first: a switch, a penalty that stifles, and a setting that gradient descent does not use."""


def write(directory: Path, noise: float, *, with_sense: bool) -> None:
    """Ten patterns under so much noise; without sense, the labels have nothing to do with them."""
    lot = np.random.default_rng(4)
    patterns = lot.uniform(0, 255, (10, 28, 28))
    directory.mkdir()
    for count, (images, labels) in zip((400, TEST_IMAGES), (FILES[:2], FILES[2:]), strict=True):
        shown = lot.integers(0, 10, count)
        noisy = patterns[shown] + lot.normal(0, noise, (count, 28, 28))
        put(directory, images, np.clip(noisy, 0, 255).astype(np.uint8))
        told = shown if with_sense else lot.integers(0, 10, count)
        put(directory, labels, told.astype(np.uint8))


def trained(directory: Path) -> Conclusions:
    """Each row with each seed."""
    data = load(resolve(str(directory)), 100)
    runs: list[Run] = []
    for row in ROWS:
        for seed in SEEDS:
            config = RunConfig(dataset=str(directory), seed=seed, **SHARED, **row)
            run = Run(RunDirectory(Path(f"{config.display_name}-{seed}-{len(runs)}")), config, dict(MANIFEST))
            for event in Trainer(config, data).run():
                run.apply(event)
            runs.append(run)
    return conclude(compare(runs))


def accuracies(conclusions: Conclusions, number: int) -> np.ndarray[Any, Any]:
    return np.array([result.test_accuracy for result in conclusions.comparison.rows[number].results])


@pytest.mark.parametrize(
    ("noise", "with_sense", "low", "high"),
    [(20, True, 0.9, 1.0), (300, True, 0.2, 0.9), (20, False, 0.0, 0.25)],
    ids=["trivial", "hard", "hopeless"],
)
def test_every_finding_is_what_the_runs_say(
    tmp_path: Path, noise: float, with_sense: bool, low: float, high: float
) -> None:
    write(tmp_path / "fashion", noise, with_sense=with_sense)
    conclusions = trained(tmp_path / "fashion")
    plain = accuracies(conclusions, 0)
    assert low <= plain.mean() <= high, "as difficult as it is meant to be"
    said = findings(conclusions)
    assert "the same network in each of 3 seeds: same, as neither uses Momentum" in " ".join(said)
    p_values = []
    for number, difference in enumerate(conclusions.differences[:2], 1):
        points = 100 * (accuracies(conclusions, number) - plain)
        [sentence] = [one for one in said if one.startswith(subject(number)) and "points (95 %" in one]
        numbers = [float(one.replace("−", "-")) for one in re.findall(r"[+−]?[0-9]+\.[0-9]+", sentence)]
        assert numbers[0] == pytest.approx(points.mean(), abs=0.006)
        # At least what rounding to whole images leaves.
        spread = max(points.std(ddof=1), 100 / TEST_IMAGES * np.sqrt(2 / 12)) / np.sqrt(len(points))
        ends = points.mean() - QUANTILE * spread, points.mean() + QUANTILE * spread
        assert numbers[1:3] == pytest.approx(ends, abs=0.006)
        errors = abs(points.mean()) / spread
        p_values.append(1 - errors / np.sqrt(errors**2 + 2))
        verdict = str(difference.verdict)
        assert f": {verdict}" in sentence
    least, most = sorted(p_values)
    adjusted = {least: 2 * least, most: max(2 * least, most)}
    for difference, p_value in zip(conclusions.differences, p_values, strict=False):
        is_told = adjusted[p_value] < 0.05
        assert (difference.verdict in {"better", "worse"}) <= is_told


def subject(number: int) -> str:
    return ("", "Batch normalisation", "L2 with λ = 5")[number]
