"""Whole training runs beside PyTorch's: same initial weights, same batches, same loss curve."""

import contextlib
import itertools
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from threadpoolctl import threadpool_limits

from mnist_tui.data.dataset import Split
from mnist_tui.nn.losses import l2_penalty
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.build import make_optimizer, make_schedule
from mnist_tui.training.engine import Engine
from tests.nn import pytorch_reference as reference
from tests.nn.pytorch_reference import BATCH_SIZE, CASES, STEPS, Case

GOLDEN = json.loads(reference.FILE.read_text())

FLOAT32_STEPS = 5
"""Rounding grows from step to step, and another processor sums in another order: one activation that falls
on the other side of 0 moves later losses by any amount. So float32 is compared over the first steps alone."""


@pytest.fixture(autouse=True)
def one_blas_thread() -> Iterator[None]:
    """As in a run; more would only wait for one another here."""
    with threadpool_limits(1, user_api="blas"):
        yield


def rate(case: Case, step: int) -> float:
    return case.lr * make_schedule(RunConfig(schedule=case.schedule))(step, STEPS)


def plain_losses(case: Case) -> list[float]:
    """The cost at each step, trained as a reader of the README would, in float64."""
    network = reference.make_network(case, np.float64)
    optimizer = make_optimizer(RunConfig(optimizer=case.optimizer, learning_rate=case.lr))
    images, labels = reference.digits()
    curve = []
    for step, rows in enumerate(reference.batches(len(labels))):
        curve.append(network.loss_and_gradients(images[rows] / 255, labels[rows]))
        optimizer.lr = rate(case, step)
        optimizer.step(network.parameter_vector, network.gradient_vector)
    return curve


def engine_losses(case: Case, threads: int, dtype: npt.DTypeLike, steps: int = STEPS) -> list[float]:
    """The cost at each of the first steps, trained as runs are: mini-batches split over threads."""
    network = reference.make_network(case, dtype)
    config = RunConfig(optimizer=case.optimizer, learning_rate=case.lr)
    images, labels = reference.digits()
    split, curve = Split(images, labels), []
    with ThreadGroup[Any](threads) as group:
        optimizers = [make_optimizer(config) for _ in range(threads)]
        rngs = [np.random.default_rng() for _ in range(threads)]
        engine = Engine.on_threads(network, optimizers, rngs, group)
        for step, rows in enumerate(reference.batches(len(labels))[:steps]):
            penalty = l2_penalty(network.parameter_vector[: network.weight_count], case.l2_lambda, BATCH_SIZE)
            [(loss_sum, _)] = engine.train_steps(split, [rows], [rate(case, step)])
            curve.append(loss_sum / BATCH_SIZE + penalty)
    return curve


def test_golden_values_are_there_for_every_case() -> None:
    assert GOLDEN.keys() == CASES.keys()
    assert {len(curve) for curve in GOLDEN.values()} == {STEPS}


@pytest.mark.parametrize("name", CASES)
def test_loss_curve_is_pytorchs(name: str) -> None:
    np.testing.assert_allclose(plain_losses(CASES[name]), GOLDEN[name], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "name", ["batch norm and l2", "nesterov", "rmsprop", "adam, batch norm and l2", "cosine"]
)
def test_loss_curve_of_the_engine_is_pytorchs(name: str) -> None:
    """Split over threads; of all cases, these say between them all that there is to say."""
    np.testing.assert_allclose(engine_losses(CASES[name], 2, np.float64), GOLDEN[name], rtol=0, atol=1e-9)


@pytest.mark.quick
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", CASES)
def test_first_steps_of_the_engine_are_pytorchs_in_float32_too(name: str, threads: int) -> None:
    losses = engine_losses(CASES[name], threads, np.float32, FLOAT32_STEPS)
    np.testing.assert_allclose(losses, GOLDEN[name][:FLOAT32_STEPS], rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_golden_values_are_what_pytorch_says_today(name: str) -> None:
    pytest.importorskip("torch")
    np.testing.assert_allclose(reference.losses(CASES[name]), GOLDEN[name], rtol=0, atol=1e-9)


def test_the_cases_tell_each_other_apart() -> None:
    """A switch that did nothing would still agree with its golden values, were those of another case."""
    for one, other in itertools.combinations(CASES, 2):
        with contextlib.suppress(AssertionError):
            np.testing.assert_allclose(GOLDEN[one], GOLDEN[other], rtol=0, atol=1e-3)
            pytest.fail(f"{one} and {other} have the same curve")
