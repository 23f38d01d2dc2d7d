"""The whole network: its gradients, its cost, its flat vectors and where it starts from."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from mnist_tui.nn import Network
from mnist_tui.nn.network import array_shapes
from tests.nn.gradient_check import Float64Array, check_gradient

pytestmark = pytest.mark.quick

INPUTS, CLASSES, ROWS = 7, 3, 8
IMAGES = np.random.default_rng(100).standard_normal((ROWS, INPUTS))
LABELS = np.array([0, 1, 2, 2, 1, 0, 0, 1], np.uint8)


def make_network(hidden: tuple[int, ...] = (6, 4), *, seed: int = 0, **options: Any) -> Network:
    """A small float64 network; the same seed gives the same weights and the same dropout masks."""
    rng = np.random.default_rng(seed)
    return Network((INPUTS, *hidden, CLASSES), rng=rng, dtype=np.float64, **options)


def make_random_network(hidden: tuple[int, ...] = (6, 4), **options: Any) -> Network:
    """As `make_network`, with biases, γ and β that are not 0 or 1 either."""
    network = make_network(hidden, **options)
    network.parameter_vector[:] += 0.5 * np.random.default_rng(7).standard_normal(
        network.parameter_vector.size
    )
    return network


def written_out_cost(network: Network, images: Float64Array, labels: Any) -> float:
    """The cost in training mode from the formulas alone; without dropout."""
    parameters, eps = network.parameters, 1e-5
    depth = sum(name.endswith(".weight") for name in parameters)
    activations = images
    for number in range(1, depth + 1):
        sums = activations @ parameters[f"linear{number}.weight"] + parameters[f"linear{number}.bias"]
        if number == depth:
            break
        if f"batch_norm{number}.gamma" in parameters:
            mean, variance = sums.mean(axis=0), sums.var(axis=0)
            sums = (sums - mean) / np.sqrt(variance + eps)
            sums = sums * parameters[f"batch_norm{number}.gamma"] + parameters[f"batch_norm{number}.beta"]
        activations = np.where(sums > 0, sums, 0)
    count = len(images)
    exponentials = np.exp(sums)
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    cross_entropy = -np.log(probabilities[np.arange(count), labels]).sum() / count
    squares = sum((parameters[f"linear{number}.weight"] ** 2).sum() for number in range(1, depth + 1))
    return float(cross_entropy + network.l2_lambda / (2 * count) * squares)


COMBINATIONS = [
    pytest.param(
        hidden,
        {"batch_norm": batch_norm, "l2_lambda": l2_lambda, "dropout": dropout},
        id=f"{hidden}-batch_norm={batch_norm}-l2={l2_lambda}-dropout={dropout}",
    )
    for hidden, batch_norm, l2_lambda, dropout in itertools.product(
        ((5,), (6, 4)), (False, True), (0.0, 0.1), (0.0, 0.3)
    )
]


@pytest.mark.parametrize(("hidden", "options"), COMBINATIONS)
def test_gradients_agree_with_central_differences(hidden: tuple[int, ...], options: dict[str, Any]) -> None:
    def cost(vector: Float64Array) -> float:
        changed = make_network(hidden, **options)
        changed.parameter_vector[:] = vector
        return changed.loss_and_gradients(IMAGES, LABELS)

    network = make_random_network(hidden, **options)
    point = network.parameter_vector.copy()
    assert network.loss_and_gradients(IMAGES, LABELS) == cost(point)
    assert np.count_nonzero(network.gradient_vector) > 0.75 * len(point)  # hardly a dead unit
    check_gradient(cost, point, network.gradient_vector.copy(), "of the parameters")


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("l2_lambda", [0.0, 0.1, 5.0])
@pytest.mark.parametrize("rows", [ROWS, 3])
def test_cost_is_cross_entropy_plus_penalty_over_the_mini_batch(
    batch_norm: bool, l2_lambda: float, rows: int
) -> None:
    network = make_random_network(batch_norm=batch_norm, l2_lambda=l2_lambda)
    cost = network.loss_and_gradients(IMAGES[:rows], LABELS[:rows])
    assert cost == pytest.approx(written_out_cost(network, IMAGES[:rows], LABELS[:rows]), rel=1e-10)


def test_penalty_spares_biases_gamma_and_beta() -> None:
    plain, penalised = (make_random_network(batch_norm=True, l2_lambda=value) for value in (0.0, 0.4))
    for network in (plain, penalised):
        network.loss_and_gradients(IMAGES, LABELS)
    for name, gradient in penalised.gradients.items():
        decay = 0.4 / ROWS * penalised.parameters[name] if name.endswith(".weight") else 0
        np.testing.assert_allclose(gradient, plain.gradients[name] + decay, rtol=1e-10, atol=1e-14)


def test_gradients_do_not_depend_on_earlier_mini_batches() -> None:
    used, fresh = make_random_network(batch_norm=True), make_random_network(batch_norm=True)
    used.loss_and_gradients(IMAGES[::-1], LABELS)
    used.loss_and_gradients(IMAGES[:2], LABELS[:2])
    assert used.loss_and_gradients(IMAGES, LABELS) == fresh.loss_and_gradients(IMAGES, LABELS)
    np.testing.assert_array_equal(used.gradient_vector, fresh.gradient_vector)


def test_a_step_against_the_gradient_lowers_the_cost() -> None:
    network = make_random_network(batch_norm=True, l2_lambda=0.1)
    before = network.loss_and_gradients(IMAGES, LABELS)
    network.parameter_vector -= 0.01 * network.gradient_vector
    assert network.loss_and_gradients(IMAGES, LABELS) < before


# Names, shapes, flat vectors


def test_parameters_have_names_and_shapes() -> None:
    shapes = {name: array.shape for name, array in make_network(batch_norm=True).parameters.items()}
    assert shapes == {
        "linear1.weight": (INPUTS, 6),
        "linear1.bias": (6,),
        "batch_norm1.gamma": (6,),
        "batch_norm1.beta": (6,),
        "linear2.weight": (6, 4),
        "linear2.bias": (4,),
        "batch_norm2.gamma": (4,),
        "batch_norm2.beta": (4,),
        "linear3.weight": (4, CLASSES),
        "linear3.bias": (CLASSES,),
    }


def test_without_batch_norm_there_are_weights_and_biases_only() -> None:
    network = make_network((5,), dropout=0.3)
    assert set(network.parameters) == {"linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"}
    assert network.state == {}


def test_state_holds_the_running_statistics() -> None:
    shapes = {name: array.shape for name, array in make_network(batch_norm=True).state.items()}
    assert shapes == {
        "batch_norm1.running_mean": (6,),
        "batch_norm1.running_var": (6,),
        "batch_norm2.running_mean": (4,),
        "batch_norm2.running_var": (4,),
    }


@pytest.mark.parametrize(
    ("views", "flat"), [("parameters", "parameter_vector"), ("gradients", "gradient_vector")]
)
def test_named_arrays_are_views_that_cover_the_flat_vector_once(views: str, flat: str) -> None:
    network = make_network(batch_norm=True)
    vector = getattr(network, flat)
    vector[:] = np.arange(len(vector))
    arrays = getattr(network, views)
    assert all(np.shares_memory(array, vector) for array in arrays.values())
    seen = np.concatenate([array.ravel() for array in arrays.values()])
    np.testing.assert_array_equal(np.sort(seen), np.arange(len(vector)))
    for number, array in enumerate(arrays.values()):
        array[...] = -number - 1
    assert (vector < 0).all()


def test_gradients_are_laid_out_like_the_parameters() -> None:
    network = make_network(batch_norm=True)
    network.parameter_vector[:] = network.gradient_vector[:] = np.arange(network.parameter_vector.size)
    assert list(network.gradients) == list(network.parameters)
    for name, array in network.parameters.items():
        np.testing.assert_array_equal(network.gradients[name], array)


def test_weights_stand_first_in_the_flat_vector() -> None:
    network = make_network(batch_norm=True)
    assert network.weight_count == INPUTS * 6 + 6 * 4 + 4 * CLASSES
    network.parameter_vector[: network.weight_count] = 99
    for name, array in network.parameters.items():
        assert (array == 99).all() == name.endswith(".weight")


def test_network_computes_with_its_parameter_vector() -> None:
    network = make_network()
    network.parameter_vector[:] = 0
    network.parameters["linear3.bias"][:] = [math.log(2), math.log(1), math.log(5)]
    np.testing.assert_allclose(network.predict_probabilities(IMAGES), [[2 / 8, 1 / 8, 5 / 8]] * ROWS)


def test_parameters_are_float32_unless_told_otherwise() -> None:
    network = Network((INPUTS, 5, CLASSES), batch_norm=True)
    network.loss_and_gradients(IMAGES, LABELS)
    arrays = {**network.parameters, **network.gradients, **network.state}
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}


# Where it starts from


@pytest.mark.parametrize(
    "options",
    [{"batch_norm": True}, {"dropout": 0.3}, {"l2_lambda": 0.1}, {"batch_norm": True, "dropout": 0.5}],
)
def test_same_seed_gives_the_same_initial_weights_whatever_is_switched_on(options: dict[str, Any]) -> None:
    plain, other = make_network(), make_network(**options)
    for number in (1, 2, 3):
        for name in (f"linear{number}.weight", f"linear{number}.bias"):
            np.testing.assert_array_equal(other.parameters[name], plain.parameters[name])


def test_another_seed_gives_other_initial_weights() -> None:
    one, other = make_network(seed=1), make_network(seed=2)
    for number in (1, 2, 3):
        name = f"linear{number}.weight"
        assert not np.isclose(one.parameters[name], other.parameters[name]).any()


def test_batch_norm_starts_as_pure_normalisation() -> None:
    network = make_network(batch_norm=True)
    np.testing.assert_array_equal(network.parameters["batch_norm1.gamma"], np.ones(6))
    np.testing.assert_array_equal(network.parameters["batch_norm1.beta"], np.zeros(6))


# Snapshots and predictions


def test_snapshot_brings_back_predictions_after_more_training() -> None:
    network = make_random_network(batch_norm=True)
    network.loss_and_gradients(IMAGES, LABELS)
    before, snapshot = network.predict_probabilities(IMAGES), network.snapshot()
    for _ in range(3):
        network.loss_and_gradients(IMAGES, LABELS)
        network.parameter_vector -= network.gradient_vector
    assert not np.allclose(network.predict_probabilities(IMAGES), before)

    network.restore(snapshot)
    np.testing.assert_array_equal(network.predict_probabilities(IMAGES), before)
    other = make_network(batch_norm=True, seed=5)
    other.restore(snapshot)
    np.testing.assert_array_equal(other.predict_probabilities(IMAGES), before)


def test_snapshot_is_a_copy_of_every_parameter_and_statistic() -> None:
    network = make_random_network(batch_norm=True)
    snapshot = network.snapshot()
    assert set(snapshot) == {*network.parameters, *network.state}
    before = {name: array.copy() for name, array in snapshot.items()}
    network.loss_and_gradients(IMAGES, LABELS)
    network.parameter_vector[:] = 0
    for name, array in before.items():
        np.testing.assert_array_equal(snapshot[name], array)


def test_restoring_writes_into_the_flat_vector() -> None:
    network = make_random_network()
    before, snapshot = network.parameter_vector.copy(), network.snapshot()
    network.parameter_vector[:] = 0
    network.restore(snapshot)
    np.testing.assert_array_equal(network.parameter_vector, before)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_probabilities_of_every_image_sum_to_one(dtype: type[np.floating]) -> None:
    network = Network((INPUTS, 5, CLASSES), batch_norm=True, rng=np.random.default_rng(0), dtype=dtype)
    probabilities = network.predict_probabilities(100 * IMAGES)
    assert probabilities.shape == (ROWS, CLASSES)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)


def test_predicting_draws_no_dropout_and_changes_nothing() -> None:
    network = make_random_network(batch_norm=True, dropout=0.5)
    snapshot = network.snapshot()
    first = network.predict_probabilities(IMAGES)
    second = network.predict_probabilities(IMAGES)
    assert first is not second
    np.testing.assert_array_equal(first, second)
    for name, array in network.snapshot().items():
        np.testing.assert_array_equal(array, snapshot[name])


def test_dropout_is_on_in_training() -> None:
    network = make_random_network(dropout=0.5)
    costs = {network.loss_and_gradients(IMAGES, LABELS) for _ in range(5)}
    assert len(costs) > 1


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("sizes", [(5, 3), (784, 16, 10), (7, 6, 5, 4, 3)], ids=str)
def test_the_shapes_of_a_network_are_known_before_it_is_made(
    sizes: tuple[int, ...], batch_norm: bool
) -> None:
    made = Network(sizes, batch_norm=batch_norm).snapshot()
    shapes = array_shapes(sizes, batch_norm=batch_norm)
    assert shapes == {name: array.shape for name, array in made.items()}
