"""No step leaves numbers behind that processors slow down over."""

from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import Dataset
from mnist_tui.training.trainer import Trainer
from tests.training.helpers import config_of

pytestmark = pytest.mark.quick

STEPS = 1200
"""Enough for what shrinks by a tenth at each to leave the normal numbers (830 of them)."""


@pytest.mark.parametrize(
    "settings",
    [{"l2_lambda": 100.0}, {"optimizer": "momentum", "momentum": 0.9, "l2_lambda": 10.0}],
    ids=["weights under a strong penalty", "velocities of what has no gradient any more"],
)
def test_weights_and_velocities_that_vanish_become_zero(tiny: Dataset, settings: dict[str, Any]) -> None:
    config = config_of(**settings)
    split = tiny.train
    with Trainer(config, tiny).engine() as engine:
        rows = np.arange(config.batch_size)
        engine.train_steps(split, [rows] * STEPS, [config.peak_learning_rate] * STEPS)
        state, _ = engine.optimizer_state()
    vectors = [engine.network.parameter_vector, *state.values()]
    least = np.finfo(np.float32).tiny
    assert [np.count_nonzero((vector != 0) & (np.abs(vector) < least)) for vector in vectors] == [0] * len(
        vectors
    )
    assert any(np.any(vector == 0) for vector in vectors)  # they did get there
