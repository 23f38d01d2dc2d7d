"""Each optimizer against PyTorch's formulas, one number at a time in plain Python."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from mnist_tui.nn.optimizers import SGD, Adam, Momentum, Optimizer, RMSprop

pytestmark = pytest.mark.quick

START = [0.5, -1.25, 2.0, 0.0]
GRADIENTS = [[0.1, -0.2, 3.0, 0.0], [-0.4, -0.3, 1.5, 1e-6], [0.05, 0.6, -2.0, -1e-3]]

Rule = Callable[[Iterator[float]], Iterator[float]]
"""From one parameter's gradients, step by step, to what each step subtracts from it."""


def sgd(gradients: Iterator[float], lr: float) -> Iterator[float]:
    for gradient in gradients:
        yield lr * gradient


def momentum(gradients: Iterator[float], lr: float, mu: float) -> Iterator[float]:
    buffer = None
    for gradient in gradients:
        buffer = gradient if buffer is None else mu * buffer + gradient
        yield lr * buffer


def nesterov(gradients: Iterator[float], lr: float, mu: float) -> Iterator[float]:
    buffer = None
    for gradient in gradients:
        buffer = gradient if buffer is None else mu * buffer + gradient
        yield lr * (gradient + mu * buffer)


def rmsprop(gradients: Iterator[float], lr: float, alpha: float, eps: float) -> Iterator[float]:
    average = 0.0
    for gradient in gradients:
        average = alpha * average + (1 - alpha) * gradient * gradient
        yield lr * gradient / (math.sqrt(average) + eps)


def adam(gradients: Iterator[float], lr: float, beta1: float, beta2: float, eps: float) -> Iterator[float]:
    mean, square = 0.0, 0.0
    for step, gradient in enumerate(gradients, start=1):
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient * gradient
        unbiased_mean = mean / (1 - beta1**step)
        unbiased_square = square / (1 - beta2**step)
        yield lr * unbiased_mean / (math.sqrt(unbiased_square) + eps)


@dataclass(frozen=True)
class Case:
    """An optimizer, the rule it must follow, and its name and arguments in PyTorch."""

    make: Callable[[], Optimizer]
    rule: Rule
    torch_name: str
    torch_arguments: dict[str, float | bool | tuple[float, float]]


CASES = {
    "sgd": Case(lambda: SGD(lr=0.1), lambda g: sgd(g, 0.1), "SGD", {"lr": 0.1}),
    "momentum": Case(
        lambda: Momentum(lr=0.1), lambda g: momentum(g, 0.1, 0.9), "SGD", {"lr": 0.1, "momentum": 0.9}
    ),
    "momentum 0.5": Case(
        lambda: Momentum(lr=0.02, momentum=0.5),
        lambda g: momentum(g, 0.02, 0.5),
        "SGD",
        {"lr": 0.02, "momentum": 0.5},
    ),
    "nesterov": Case(
        lambda: Momentum(lr=0.1, nesterov=True),
        lambda g: nesterov(g, 0.1, 0.9),
        "SGD",
        {"lr": 0.1, "momentum": 0.9, "nesterov": True},
    ),
    "rmsprop": Case(lambda: RMSprop(), lambda g: rmsprop(g, 0.01, 0.99, 1e-8), "RMSprop", {}),
    "rmsprop, others": Case(
        lambda: RMSprop(lr=0.1, alpha=0.8, eps=1e-3),
        lambda g: rmsprop(g, 0.1, 0.8, 1e-3),
        "RMSprop",
        {"lr": 0.1, "alpha": 0.8, "eps": 1e-3},
    ),
    "adam": Case(lambda: Adam(), lambda g: adam(g, 0.001, 0.9, 0.999, 1e-8), "Adam", {}),
    "adam, others": Case(
        lambda: Adam(lr=0.1, beta1=0.8, beta2=0.95, eps=1e-3),
        lambda g: adam(g, 0.1, 0.8, 0.95, 1e-3),
        "Adam",
        {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3},
    ),
}
MAKERS = [pytest.param(case.make, id=name) for name, case in CASES.items()]


def trained(optimizer: Optimizer, dtype: type[np.floating] = np.float64) -> np.ndarray:
    """The parameters after a step with each of the gradients."""
    parameters = np.array(START, dtype)
    for gradient in GRADIENTS:
        optimizer.step(parameters, np.array(gradient, dtype))
    return parameters


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_three_steps_follow_the_formula(case: Case) -> None:
    expected = [
        start - math.fsum(case.rule(iter(gradients)))
        for start, gradients in zip(START, zip(*GRADIENTS, strict=True), strict=True)
    ]
    np.testing.assert_allclose(trained(case.make()), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_three_steps_agree_with_pytorch(case: Case) -> None:
    torch = pytest.importorskip("torch")
    parameter = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    reference = getattr(torch.optim, case.torch_name)([parameter], **case.torch_arguments)
    for gradient in GRADIENTS:
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        reference.step()
    np.testing.assert_allclose(trained(case.make()), parameter.detach().numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("optimizer", "defaults"),
    [
        (Momentum(lr=1), {"momentum": 0.9}),
        (RMSprop(), {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}),
        (Adam(), {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    ],
)
def test_defaults(optimizer: Optimizer, defaults: dict[str, float]) -> None:
    assert {name: getattr(optimizer, name) for name in defaults} == defaults


@pytest.mark.parametrize("make", MAKERS)
def test_step_changes_the_parameters_in_place(make: Callable[[], Optimizer]) -> None:
    network = np.array([7.0, *START, 7.0])
    view = network[1:-1]
    make().step(view, np.array(GRADIENTS[2]))
    assert (network[1:-1] != START).all()
    np.testing.assert_array_equal(network[[0, -1]], [7, 7])


@pytest.mark.parametrize("make", MAKERS)
def test_pieces_with_an_optimizer_each_end_where_the_whole_ends(make: Callable[[], Optimizer]) -> None:
    parameters = np.array(START)
    optimizers = [make(), make()]
    for gradient in GRADIENTS:
        for optimizer, piece in zip(optimizers, (slice(0, 1), slice(1, 4)), strict=True):
            optimizer.step(parameters[piece], np.array(gradient)[piece])
    np.testing.assert_array_equal(parameters, trained(make()))


@pytest.mark.parametrize("make", MAKERS)
def test_float32_stays_float32_and_close(make: Callable[[], Optimizer]) -> None:
    parameters = trained(make(), np.float32)
    assert parameters.dtype == np.float32
    np.testing.assert_allclose(parameters, trained(make()), rtol=1e-5, atol=1e-5)


def test_learning_rate_may_change_between_steps_without_touching_the_velocity() -> None:
    optimizer = Momentum(lr=0.1, momentum=0.5)
    parameters = np.array([1.0])
    optimizer.step(parameters, np.array([2.0]))
    optimizer.lr = 0.01
    optimizer.step(parameters, np.array([4.0]))
    np.testing.assert_allclose(parameters, 1 - 0.1 * 2 - 0.01 * (0.5 * 2 + 4))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(lr=0), "lr must be above 0, not 0"),
        (lambda: SGD(lr=-0.1), "lr"),
        (lambda: SGD(lr=math.nan), "lr"),
        (lambda: Momentum(lr=-1), "lr"),
        (lambda: Momentum(lr=0.1, momentum=-0.1), "momentum"),
        (lambda: Momentum(lr=0.1, momentum=1), "momentum must be 0 or more and below 1, not 1"),
        (lambda: RMSprop(lr=0), "lr"),
        (lambda: RMSprop(alpha=-0.1), "alpha"),
        (lambda: RMSprop(alpha=1), "alpha"),
        (lambda: RMSprop(eps=0), "eps must be above 0, not 0"),
        (lambda: RMSprop(eps=-1e-8), "eps"),
        (lambda: Adam(lr=0), "lr"),
        (lambda: Adam(beta1=-0.1), "beta1"),
        (lambda: Adam(beta1=1), "beta1"),
        (lambda: Adam(beta2=-0.1), "beta2"),
        (lambda: Adam(beta2=1), "beta2"),
        (lambda: Adam(eps=0), "eps"),
    ],
)
def test_hyperparameters_out_of_range_are_refused_by_name(
    make: Callable[[], Optimizer], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        make()


@pytest.mark.parametrize(
    "make", [lambda: Momentum(lr=0.1, momentum=0), lambda: RMSprop(alpha=0), lambda: Adam(beta1=0, beta2=0)]
)
def test_smallest_hyperparameters_are_allowed(make: Callable[[], Optimizer]) -> None:
    assert np.isfinite(trained(make())).all()


def test_momentum_zero_is_gradient_descent() -> None:
    np.testing.assert_allclose(trained(Momentum(lr=0.1, momentum=0)), trained(SGD(lr=0.1)), rtol=1e-14)
