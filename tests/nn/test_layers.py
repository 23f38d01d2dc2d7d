"""Each layer's forward pass against its formula, its backward pass against central differences."""

from collections.abc import Callable

import numpy as np
import pytest

from mnist_tui.nn.layers import BatchNorm, Dropout, Layer, Linear, ReLU
from tests.nn.gradient_check import Float64Array, check_gradient

pytestmark = pytest.mark.quick

ROWS, FEATURES = 6, 4


def random(*shape: int, seed: int = 1) -> Float64Array:
    return np.random.default_rng(seed).standard_normal(shape)


def make_linear() -> Layer:
    return Linear(FEATURES, 3, rng=np.random.default_rng(2), dtype=np.float64)


def make_batch_norm() -> Layer:
    return BatchNorm(FEATURES, dtype=np.float64)


def make_dropout() -> Layer:
    """Made anew for each evaluation, so that the mask is always the same."""
    return Dropout(0.4, rng=np.random.default_rng(3))


MAKERS: dict[str, Callable[[], Layer]] = {
    "linear": make_linear,
    "relu": ReLU,
    "batch_norm": make_batch_norm,
    "dropout": make_dropout,
}


def make_with_random_parameters(make: Callable[[], Layer]) -> Layer:
    """A layer none of whose parameters is 0 or 1, where a wrong formula could hide."""
    layer = make()
    for number, array in enumerate(layer.parameters.values()):
        array[...] = random(*array.shape, seed=10 + number)
    return layer


def upstream_gradient(layer: Layer) -> Float64Array:
    """A random ∂cost/∂outputs: with ones, the gradient through batch norm would be 0 throughout."""
    shape = layer.forward(random(ROWS, FEATURES), training=True).shape
    return random(*shape, seed=20)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_input_gradient_agrees_with_central_differences(make: Callable[[], Layer]) -> None:
    upstream = upstream_gradient(make_with_random_parameters(make))
    inputs = random(ROWS, FEATURES)

    def cost(changed: Float64Array) -> float:
        outputs = make_with_random_parameters(make).forward(changed, training=True)
        return float(np.sum(outputs * upstream))

    layer = make_with_random_parameters(make)
    layer.forward(inputs.copy(), training=True)
    analytic = layer.backward(upstream.copy()).copy()

    assert np.abs(analytic).max() > 0.1
    check_gradient(cost, inputs, analytic, "of the inputs")


@pytest.mark.parametrize(
    ("make", "name"),
    [
        pytest.param(make, name, id=f"{layer}.{name}")
        for layer, make in MAKERS.items()
        for name in make().parameters
    ],
)
def test_parameter_gradient_agrees_with_central_differences(make: Callable[[], Layer], name: str) -> None:
    upstream = upstream_gradient(make_with_random_parameters(make))
    inputs = random(ROWS, FEATURES)

    def cost(changed: Float64Array) -> float:
        layer = make_with_random_parameters(make)
        layer.parameters[name][...] = changed
        return float(np.sum(layer.forward(inputs, training=True) * upstream))

    layer = make_with_random_parameters(make)
    layer.forward(inputs.copy(), training=True)
    layer.backward(upstream.copy())

    assert np.abs(layer.gradients[name]).max() > 0.1
    check_gradient(cost, layer.parameters[name].copy(), layer.gradients[name].copy(), f"of {name}")


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_gradients_are_replaced_not_summed_by_the_next_step(make: Callable[[], Layer]) -> None:
    layer = make_with_random_parameters(make)
    upstream = upstream_gradient(layer)
    layer.forward(random(9, FEATURES, seed=5), training=True)
    layer.backward(random(9, *upstream.shape[1:], seed=6))
    if isinstance(layer, Dropout):
        layer.rng = np.random.default_rng(3)
    layer.forward(random(ROWS, FEATURES), training=True)
    input_gradient = layer.backward(upstream.copy()).copy()

    fresh = make_with_random_parameters(make)
    fresh.forward(random(ROWS, FEATURES), training=True)
    np.testing.assert_array_equal(input_gradient, fresh.backward(upstream.copy()))
    for name, gradient in fresh.gradients.items():
        np.testing.assert_array_equal(layer.gradients[name], gradient)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_forward_leaves_its_inputs_alone(make: Callable[[], Layer]) -> None:
    inputs = random(ROWS, FEATURES)
    layer = make_with_random_parameters(make)
    layer.forward(inputs, training=True)
    layer.forward(inputs, training=False)
    np.testing.assert_array_equal(inputs, random(ROWS, FEATURES))


# Linear


def test_linear_is_a_matrix_product_plus_bias() -> None:
    layer = make_with_random_parameters(make_linear)
    inputs = random(ROWS, FEATURES)
    weight, bias = layer.parameters["weight"], layer.parameters["bias"]
    expected = [
        [sum(row[i] * weight[i, j] for i in range(FEATURES)) + bias[j] for j in range(3)] for row in inputs
    ]
    for training in (True, False):
        np.testing.assert_allclose(layer.forward(inputs, training=training), expected, rtol=1e-12)


def test_linear_starts_with_he_initial_weights_and_no_bias() -> None:
    layer = Linear(800, 500, rng=np.random.default_rng(0))
    weight = layer.parameters["weight"]
    assert weight.shape == (800, 500)
    assert weight.dtype == np.float32
    assert weight.mean() == pytest.approx(0, abs=0.001)
    assert weight.std() == pytest.approx(np.sqrt(2 / 800), rel=0.01)
    np.testing.assert_array_equal(layer.parameters["bias"], np.zeros(500))


def test_linear_skips_the_input_gradient_when_told_and_still_has_its_own() -> None:
    upstream = random(ROWS, 3, seed=20)
    full, short = make_with_random_parameters(make_linear), make_with_random_parameters(make_linear)
    assert isinstance(short, Linear)
    short.needs_input_gradient = False
    for layer in (full, short):
        layer.forward(random(ROWS, FEATURES), training=True)

    assert full.backward(upstream.copy()).shape == (ROWS, FEATURES)
    assert short.backward(upstream.copy()).shape != (ROWS, FEATURES)
    for name in ("weight", "bias"):
        np.testing.assert_array_equal(short.gradients[name], full.gradients[name])


# ReLU


def test_relu_cuts_off_what_is_negative() -> None:
    outputs = ReLU().forward(np.array([[-2.0, -0.5, 0.0, 0.5, 2.0]]), training=True)
    np.testing.assert_array_equal(outputs, [[0, 0, 0, 0.5, 2]])


def test_relu_passes_no_gradient_at_zero() -> None:
    layer = ReLU()
    layer.forward(np.array([[-1.0, 0.0, 1.0]]), training=True)
    np.testing.assert_array_equal(layer.backward(np.array([[5.0, 5.0, 5.0]])), [[0, 0, 5]])


# Batch norm


def test_batch_norm_normalises_in_training() -> None:
    layer = make_batch_norm()
    inputs = 3 + 2 * random(50, FEATURES)
    outputs = layer.forward(inputs, training=True)
    variance = inputs.var(axis=0)
    np.testing.assert_allclose(outputs.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(outputs.var(axis=0), variance / (variance + 1e-5), rtol=1e-10)


def test_batch_norm_scales_by_gamma_and_shifts_by_beta_after_normalising() -> None:
    layer = make_with_random_parameters(make_batch_norm)
    inputs = random(ROWS, FEATURES)
    normalized = (inputs - inputs.mean(axis=0)) / np.sqrt(inputs.var(axis=0) + 1e-5)
    expected = layer.parameters["gamma"] * normalized + layer.parameters["beta"]
    np.testing.assert_allclose(layer.forward(inputs, training=True), expected, rtol=1e-10, atol=1e-12)


def test_batch_norm_in_training_forgets_scale_and_offset_of_its_inputs() -> None:
    layer = make_batch_norm()
    inputs = random(ROWS, FEATURES)
    plain = layer.forward(inputs, training=True).copy()
    np.testing.assert_allclose(layer.forward(1000 * inputs - 77, training=True), plain, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("momentum", [0.1, 0.75])
def test_running_statistics_move_towards_mean_and_unbiased_variance(momentum: float) -> None:
    layer = BatchNorm(FEATURES, momentum=momentum, dtype=np.float64)
    mean, variance = np.zeros(FEATURES), np.ones(FEATURES)
    for seed, rows in ((1, 5), (2, 9)):
        batch = 3 + 2 * random(rows, FEATURES, seed=seed)
        layer.forward(batch, training=True)
        mean = (1 - momentum) * mean + momentum * batch.sum(axis=0) / rows
        squares = ((batch - batch.sum(axis=0) / rows) ** 2).sum(axis=0)
        variance = (1 - momentum) * variance + momentum * squares / (rows - 1)
        np.testing.assert_allclose(layer.state["running_mean"], mean, rtol=1e-12)
        np.testing.assert_allclose(layer.state["running_var"], variance, rtol=1e-12)


def test_running_statistics_move_in_place() -> None:
    """The network and its replicas on other threads hold on to these very arrays."""
    layer = make_batch_norm()
    before = dict(layer.state)
    layer.forward(3 + random(ROWS, FEATURES), training=True)
    for name, array in before.items():
        assert layer.state[name] is array


def test_running_statistics_stand_still_in_evaluation() -> None:
    layer = make_batch_norm()
    layer.forward(3 + random(ROWS, FEATURES), training=True)
    before = {name: array.copy() for name, array in layer.state.items()}
    layer.forward(100 + random(ROWS, FEATURES, seed=8), training=False)
    for name, array in before.items():
        np.testing.assert_array_equal(layer.state[name], array)


def test_batch_norm_uses_running_statistics_in_evaluation() -> None:
    layer = make_with_random_parameters(make_batch_norm)
    layer.state["running_mean"][...] = random(FEATURES, seed=7)
    layer.state["running_var"][...] = np.abs(random(FEATURES, seed=8)) + 0.1
    inputs = random(ROWS, FEATURES)
    expected = (
        layer.parameters["gamma"]
        * (inputs - layer.state["running_mean"])
        / np.sqrt(layer.state["running_var"] + 1e-5)
        + layer.parameters["beta"]
    )
    np.testing.assert_allclose(layer.forward(inputs, training=False), expected, rtol=1e-10, atol=1e-12)


def test_batch_norm_evaluates_an_image_alone_as_it_does_among_others() -> None:
    layer = make_with_random_parameters(make_batch_norm)
    layer.forward(random(ROWS, FEATURES), training=True)
    inputs = random(ROWS, FEATURES, seed=4)
    together = layer.forward(inputs, training=False).copy()
    for row in range(ROWS):
        np.testing.assert_array_equal(layer.forward(inputs[row : row + 1], training=False)[0], together[row])


def test_batch_norm_survives_a_batch_of_one() -> None:
    layer = make_with_random_parameters(make_batch_norm)
    outputs = layer.forward(random(1, FEATURES), training=True)
    np.testing.assert_allclose(outputs[0], layer.parameters["beta"])
    np.testing.assert_allclose(layer.backward(random(1, FEATURES)), 0, atol=1e-12)
    assert np.isfinite(layer.state["running_var"]).all()


# Dropout


def test_dropout_is_the_identity_in_evaluation() -> None:
    inputs = random(ROWS, FEATURES)
    np.testing.assert_array_equal(make_dropout().forward(inputs, training=False), random(ROWS, FEATURES))


@pytest.mark.parametrize("probability", [0.05, 0.3, 0.8])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dropout_drops_the_right_share_and_keeps_the_expectation(
    probability: float, dtype: type[np.floating]
) -> None:
    layer = Dropout(probability, rng=np.random.default_rng(0))
    outputs = layer.forward(np.ones((1000, 200), dtype), training=True)
    dropped = outputs == 0
    assert outputs.dtype == dtype
    assert dropped.mean() == pytest.approx(probability, abs=0.005)
    assert outputs.mean() == pytest.approx(1, abs=0.01 / (1 - probability))
    np.testing.assert_allclose(outputs[~dropped], 1 / (1 - probability), rtol=1e-6)


def test_dropout_drops_other_activations_the_next_time() -> None:
    layer = make_dropout()
    first = layer.forward(np.ones((20, 20)), training=True).copy()
    second = layer.forward(np.ones((20, 20)), training=True)
    assert not np.array_equal(first, second)


def test_dropout_passes_gradient_only_where_it_passed_activations() -> None:
    layer = make_dropout()
    outputs = layer.forward(np.ones((20, 20)), training=True).copy()
    np.testing.assert_array_equal(layer.backward(np.ones((20, 20))), outputs)
