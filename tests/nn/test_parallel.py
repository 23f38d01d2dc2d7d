"""Several threads, one mathematics: training steps on any number of threads are those of one."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from mnist_tui.data.dataset import CLASSES, PIXELS, Split
from mnist_tui.nn import Network
from mnist_tui.nn.losses import l2_penalty
from mnist_tui.nn.optimizers import Adam, Momentum, Optimizer
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.training.engine import Engine
from tests.nn.gradient_check import Float64Array, check_gradient
from tests.patience import in_time

pytestmark = pytest.mark.quick

SIZES = [1, 2, 3]


ROWS = 40
SPLIT = Split(
    np.random.default_rng(0).integers(0, 256, (ROWS, PIXELS), dtype=np.uint8),
    (np.arange(ROWS) % CLASSES).astype(np.uint8),
)
BATCHES = [np.random.default_rng(size).permutation(ROWS)[:size] for size in (32, 7, 2, 1, 31)]
"""Two of them smaller than three threads: some threads then have no images at all."""


def make_network(dtype: npt.DTypeLike, **options: Any) -> Network:
    return Network((PIXELS, 12, 8, CLASSES), rng=np.random.default_rng(1), dtype=dtype, **options)


def make_optimizer() -> Optimizer:
    return Momentum(lr=0.1, momentum=0.5)


def train(network: Network, threads: int) -> tuple[list[tuple[float, int]], Any]:
    """Loss sum and hits of every training step, and the evaluation after them."""
    rngs = [np.random.default_rng(rank) for rank in range(threads)]
    with ThreadGroup[tuple[float, int]](threads) as group:
        engine = Engine.on_threads(network, [make_optimizer() for _ in range(threads)], rngs, group)
        rates = [0.1 / number for number in range(1, len(BATCHES) + 1)]
        steps = engine.train_steps(SPLIT, BATCHES, rates)
        return steps, engine.evaluate(SPLIT)


def train_plainly(network: Network) -> list[float]:
    """The same steps by the network's own face, without an engine; the costs."""
    optimizer = make_optimizer()
    costs = []
    for number, rows in enumerate(BATCHES, start=1):
        costs.append(network.loss_and_gradients(SPLIT.images[rows] / 255, SPLIT.labels[rows]))
        optimizer.lr = 0.1 / number
        optimizer.step(network.parameter_vector, network.gradient_vector)
    return costs


def in_the_vector(network: Network) -> list[str]:
    """The names of the parameters in the order of the flat vector."""
    return sorted(network.parameters, key=lambda name: not name.endswith(".weight"))


def assert_same(network: Network, reference: Network, tolerance: float) -> None:
    """Parameters and running statistics agree, relative to the largest of each array."""
    for name, array in reference.snapshot().items():
        error = np.abs(network.snapshot()[name] - array).max() / max(np.abs(array).max(), 0.1)
        assert error < tolerance, f"{name} is off by {error:.3g}"


@pytest.mark.parametrize("threads", SIZES)
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("l2_lambda", [0.0, 0.5])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
def test_training_on_any_number_of_threads_is_plain_training(
    threads: int, batch_norm: bool, l2_lambda: float, dtype: npt.DTypeLike, tolerance: float
) -> None:
    options = {"batch_norm": batch_norm, "l2_lambda": l2_lambda}
    network, reference = make_network(dtype, **options), make_network(dtype, **options)
    start = reference.snapshot()
    train_plainly(reference)
    in_time(lambda: train(network, threads))

    moved = np.linalg.norm(reference.parameters["linear1.weight"] - start["linear1.weight"])
    assert moved > 0.01
    assert_same(network, reference, tolerance)


def test_running_statistics_move_once_a_step_on_any_number_of_threads() -> None:
    networks = [make_network(np.float64, batch_norm=True) for _ in SIZES]
    for network, threads in zip(networks, SIZES, strict=True):
        train(network, threads)
    for name, running in networks[0].state.items():
        assert not np.isclose(running, 0 if name.endswith("mean") else 1).all()
        for network in networks[1:]:
            np.testing.assert_allclose(network.state[name], running, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("threads", SIZES)
def test_step_reports_the_sum_of_the_cross_entropy_without_the_penalty(threads: int) -> None:
    costs = train_plainly(make_network(np.float64, batch_norm=True))
    steps, _ = train(make_network(np.float64, batch_norm=True), threads)
    for cost, rows, (loss_sum, _) in zip(costs, BATCHES, steps, strict=True):
        assert loss_sum == pytest.approx(cost * len(rows), rel=1e-9)

    plain, penalised = make_network(np.float64), make_network(np.float64, l2_lambda=100.0)
    first_steps = [train(network, threads)[0][0] for network in (plain, penalised)]
    assert first_steps[0] == first_steps[1]


@pytest.mark.parametrize("threads", SIZES)
def test_step_counts_the_images_that_were_classified_correctly_before_the_update(threads: int) -> None:
    network = make_network(np.float64)
    predictions = network.predict_probabilities(SPLIT.images[BATCHES[0]] / 255).argmax(axis=1)
    expected = int((predictions == SPLIT.labels[BATCHES[0]]).sum())
    assert train(network, threads)[0][0][1] == expected


def test_gradients_agree_with_central_differences_with_everything_switched_on() -> None:
    """Each thread has dropout masks of its own; for some of the weights and all other parameters."""
    options = {"batch_norm": True, "dropout": 0.3, "l2_lambda": 0.4}
    rows, rng, threads = BATCHES[0], np.random.default_rng(5), 2
    network = make_network(np.float64, **options)
    count, weights = network.parameter_vector.size, network.weight_count
    start = network.parameter_vector + 0.1 * rng.standard_normal(count)
    places = np.append(rng.choice(weights, 20, replace=False), range(weights, count))

    def cost_and_gradient(values: Float64Array) -> tuple[float, Float64Array]:
        vector = start.copy()
        vector[places] = values
        network = make_network(np.float64, **options)
        network.parameter_vector[:] = vector
        rngs = [np.random.default_rng(rank) for rank in range(threads)]
        with ThreadGroup[tuple[float, int]](threads) as group:
            engine = Engine.on_threads(network, [make_optimizer() for _ in range(threads)], rngs, group)
            [(loss, _)] = engine.train_steps(SPLIT, [rows], [0.0])
            gradient = np.concatenate([engine.gradients[name].ravel() for name in in_the_vector(network)])
        return loss / len(rows) + l2_penalty(vector[:weights], 0.4, len(rows)), gradient[places]

    _, gradient = cost_and_gradient(start[places])
    assert np.count_nonzero(gradient) > 0.75 * len(places)
    check_gradient(lambda values: cost_and_gradient(values)[0], start[places], gradient)


@pytest.mark.parametrize("threads", SIZES)
def test_evaluation_agrees_with_the_network_itself(threads: int) -> None:
    network = make_network(np.float64, batch_norm=True, dropout=0.3, l2_lambda=0.5)
    _, evaluation = train(network, threads)
    probabilities = network.predict_probabilities(SPLIT.images / 255)
    picked = probabilities[np.arange(ROWS), SPLIT.labels]
    np.testing.assert_allclose(evaluation.probabilities, probabilities, rtol=1e-5, atol=1e-7)
    assert evaluation.loss == pytest.approx(-np.log(picked).mean(), rel=1e-9)
    assert evaluation.accuracy == (probabilities.argmax(axis=1) == SPLIT.labels).mean()


def test_evaluation_looks_at_every_image_of_a_large_split() -> None:
    large = Split(np.tile(SPLIT.images, (60, 1)), np.tile(SPLIT.labels, 60))
    network = make_network(np.float64)
    with ThreadGroup[tuple[float, int]](2) as group:
        engine = Engine.on_threads(network, [Adam(), Adam()], [np.random.default_rng()] * 2, group)
        small, whole = engine.evaluate(SPLIT), engine.evaluate(large)
    assert whole.loss == pytest.approx(small.loss, rel=1e-9)
    assert whole.accuracy == pytest.approx(small.accuracy)
    np.testing.assert_allclose(whole.probabilities, np.tile(small.probabilities, (60, 1)), rtol=1e-5)


def test_every_thread_draws_its_dropout_masks_from_the_stream_it_was_given() -> None:
    def loss_of_twins(seeds: list[int]) -> float:
        """The loss sum of the same image on each thread."""
        twins = Split(SPLIT.images[[0] * len(seeds)], SPLIT.labels[[0] * len(seeds)])
        with ThreadGroup[tuple[float, int]](len(seeds)) as group:
            engine = Engine.on_threads(
                make_network(np.float64, dropout=0.5),
                [make_optimizer() for _ in seeds],
                [np.random.default_rng(seed) for seed in seeds],
                group,
            )
            [(loss, _)] = engine.train_steps(twins, [np.arange(len(seeds))], [0.1])
            return loss

    alone = [loss_of_twins([seed]) for seed in (3, 4)]
    assert alone[0] != pytest.approx(alone[1])
    assert loss_of_twins([3, 3]) == pytest.approx(2 * alone[0])
    assert loss_of_twins([3, 4]) == pytest.approx(alone[0] + alone[1])
