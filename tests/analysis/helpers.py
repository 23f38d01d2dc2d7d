"""Rows to order, and what is concluded of them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mnist_tui.analysis.comparison import compare
from mnist_tui.analysis.conclusions import Conclusions, conclude
from mnist_tui.analysis.differences import Correct
from mnist_tui.analysis.margin import MARGIN
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.diagnosis import DIVERGED
from mnist_tui.training.events import Epoch, RunFailed, RunStarted
from tests.runs.helpers import finished_run, started

BASE = RunConfig(dataset="mnist", learning_rate=0.4, threads=2)
IMAGES = 10_000


def row(
    config: RunConfig,
    accuracies: Iterable[float],
    *,
    first_seed: int = 0,
    epochs_seen: Iterable[Epoch] = (),
    data: RunStarted | None = None,
    **results: Any,
) -> list[Run]:
    """The runs of a row, one for each accuracy.

    Args:
        config: All but its seed.
        accuracies: On the test images, as shares.
        first_seed: The others follow.
        epochs_seen: Those that every run had.
        data: What was trained on.
        results: Other numbers of `RunFinished`: one for all runs, or a list with one for each.
    """
    runs = []
    for number, accuracy in enumerate(accuracies):
        its = {key: value[number] if isinstance(value, list) else value for key, value in results.items()}
        values = {"epochs": 10, "convergence_epoch": 8, **its, "test_accuracy": accuracy}
        run = finished_run(
            config.replace(seed=first_seed + number),
            f"run-{config.display_name}-{first_seed + number}",
            data or started(test_images=IMAGES),
            **values,
        )
        for epoch in epochs_seen:
            run.apply(epoch)
        runs.append(run)
    return runs


def diverged(config: RunConfig, summary: str = DIVERGED) -> Run:
    """A run without a result, for this reason."""
    run = Run(RunDirectory(Path(f"diverged-{config.display_name}-{config.seed}")), config)
    for event in (started(test_images=IMAGES), RunFailed("Its loss grew without bounds.", summary)):
        run.apply(event)
    return run


def concluded(
    *rows: Iterable[Run],
    baseline: int = 0,
    margin: float = MARGIN,
    answers: Mapping[str, Correct] | None = None,
) -> Conclusions:
    """What is concluded of some rows.

    Args:
        rows: The runs of each.
        baseline: The number of the row that the others are compared with.
        margin: δ.
        answers: Name of a run to which test images it gets right.
    """
    comparison = compare(run for runs in rows for run in runs)
    return conclude(comparison, baseline, margin, lambda run: (answers or {}).get(run.name))


def right(*wrong: range) -> Correct:
    """Answers that are right but for these images."""
    answers = np.ones(IMAGES, np.bool_)
    for some in wrong:
        answers[some.start : some.stop] = False
    return answers
