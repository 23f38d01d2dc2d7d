"""Runs that diverge: said once, with the likely cause, and the best weights are kept."""

import re
from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import Dataset
from mnist_tui.nn import schedules
from mnist_tui.settings.choices import OPTIMIZERS
from mnist_tui.training.engine import Engine
from mnist_tui.training.events import Epoch, RunFailed, RunFinished
from mnist_tui.training.trainer import Trainer
from tests.training.helpers import EVERYTHING, config_of, of_kind, train


@pytest.mark.parametrize("threads", [1, 2])
def test_exploding_run_fails_with_a_hint_at_the_learning_rate_and_without_a_result(
    tiny: Dataset, threads: int
) -> None:
    """The penalty alone multiplies the weights by 1 - 100 · 10 / 30 each step: no luck can save them.

    No warning may come from the overflow either, from whichever thread: warnings are errors here.
    """
    trainer, events = train(tiny, learning_rate=100, l2_lambda=10, threads=threads)
    assert isinstance(events[-1], RunFailed)
    assert events[-1].reason.endswith("the learning rate 100 is likely too high; try 10.")
    assert not of_kind(events, RunFinished)
    assert trainer.test is None


def test_a_huge_but_finite_loss_among_others_is_a_mini_batch_like_any_other(
    tiny: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Engine.train_steps

    def spiking(engine: Engine, *arguments: Any) -> list[tuple[float, int]]:
        (_, correct), *others = original(engine, *arguments)
        return [(2e6, correct), *others]

    monkeypatch.setattr(Engine, "train_steps", spiking)
    trainer, events = train(tiny, batch_size=1, learning_rate=0.01, epochs=1)
    assert isinstance(events[-1], RunFinished)
    assert trainer.step == 270


def test_run_that_its_penalty_blows_up_fails_with_a_hint_at_lambda(tiny: Dataset) -> None:
    _, events = train(tiny, learning_rate=0.4, l2_lambda=1000)
    assert isinstance(events[-1], RunFailed)
    assert events[-1].reason.endswith("λ = 1000 is likely too high for the learning rate 0.4; try 20.")


@pytest.mark.parametrize("threads", [1, 2])
def test_run_that_explodes_after_good_epochs_fails_too(
    tiny: Dataset, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "constant", lambda step, total: 1.0 if step < total / 2 else 1e30)
    _, events = train(tiny, epochs=4, threads=threads)
    assert [event.epoch for event in of_kind(events, Epoch)] == [1, 2]
    assert isinstance(events[-1], RunFailed)
    assert not of_kind(events, RunFinished)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "options",
    [
        {"batch_norm": True},
        {"dropout": 0.5},
        *({"optimizer": name} for name in OPTIMIZERS),
        {"augment": "elastic"},
        {"batch_norm": True, "dropout": 0.5, "optimizer": "adam", "augment": "affine"},
        {**EVERYTHING, "schedule": "constant"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("good_steps", "noticed_at"),
    [
        pytest.param(9, 11, id="within an epoch, by the loss of a mini-batch"),
        pytest.param(17, 18, id="at the last step of one, by the validation loss"),
    ],
)
def test_whatever_is_switched_on_an_explosion_names_the_learning_rate_and_keeps_the_best_weights(
    tiny: Dataset,
    good_steps: int,
    noticed_at: int,
    options: dict[str, Any],
    threads: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No warning may come of it either: warnings are errors here."""
    monkeypatch.setattr(schedules, "constant", lambda step, total: 1.0 if step < good_steps else 1e30)
    trainer = Trainer(config_of(**{**options, "learning_rate": 0.02, "threads": threads}), tiny)
    events, snapshots = [], []
    for event in trainer.run():
        events.append(event)
        if isinstance(event, Epoch):
            snapshots.append(trainer.network.snapshot())
    assert len(snapshots) == 1
    assert not of_kind(events, RunFinished)
    assert isinstance(event, RunFailed)
    assert re.fullmatch(
        rf"The loss became \S+ at step {noticed_at}: the learning rate 0\.02 is likely too high; "
        r"try 0\.002\. The weights of epoch 1, the best so far, are kept\.",
        event.reason,
    )
    assert trainer.best.keys() == snapshots[0].keys()
    for name, array in snapshots[0].items():
        np.testing.assert_array_equal(trainer.best[name], array)
        assert np.isfinite(array).all()
