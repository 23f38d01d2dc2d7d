"""The checker that the other tests rely on notices wrong gradients."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.nn.gradient_check import Float64Array, check_gradient, numerical_gradient

pytestmark = pytest.mark.quick

POINT = np.random.default_rng(0).standard_normal((3, 4))


def function(array: Float64Array) -> float:
    """A function with a known gradient, in which every entry has a say of its own."""
    return float(np.sum(np.sin(array) * np.arange(1, 13).reshape(3, 4)))


def right_gradient() -> Float64Array:
    return np.cos(POINT) * np.arange(1, 13).reshape(3, 4)


def with_entry(index: tuple[int, int], change: Callable[[float], float]) -> Float64Array:
    gradient = right_gradient()
    gradient[index] = change(gradient[index])
    return gradient


WRONG = {
    "scaled": right_gradient() * 1.01,
    "scaled by a little": right_gradient() * 1.0001,
    "sign flipped": -right_gradient(),
    "one entry scaled": with_entry((1, 2), lambda value: value * 1.01),
    "one entry shifted": with_entry((2, 3), lambda value: value + 0.001),
    "one entry zero": with_entry((0, 1), lambda value: 0.0),
    "one entry's sign flipped": with_entry((0, 0), lambda value: -value),
    "all zero": np.zeros((3, 4)),
    "rows swapped": right_gradient()[[1, 0, 2]],
    "not a number": with_entry((2, 0), lambda value: np.nan),
    "infinite": with_entry((2, 0), lambda value: np.inf),
}


def test_right_gradient_passes() -> None:
    check_gradient(function, POINT, right_gradient())


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # inf / inf, which must fail too
@pytest.mark.parametrize("gradient", WRONG.values(), ids=WRONG.keys())
def test_wrong_gradient_fails(gradient: Float64Array) -> None:
    with pytest.raises(AssertionError, match="gradient of something is off"):
        check_gradient(function, POINT, gradient, "of something")


def test_transposed_gradient_fails_by_its_shape() -> None:
    with pytest.raises(AssertionError, match=r"shape \(4, 3\) instead of \(3, 4\)"):
        check_gradient(function, POINT, right_gradient().T)


def test_float32_is_refused_because_differences_would_be_noise() -> None:
    with pytest.raises(AssertionError, match="float64"):
        check_gradient(function, POINT.astype(np.float32), right_gradient())


def test_zero_gradient_of_a_constant_passes() -> None:
    check_gradient(lambda array: 3.0, POINT, np.zeros((3, 4)))


def test_point_is_not_changed() -> None:
    before = POINT.copy()
    numerical_gradient(function, POINT)
    np.testing.assert_array_equal(POINT, before)


def test_numerical_gradient_of_a_quadratic_is_twice_the_point() -> None:
    numerical = numerical_gradient(lambda array: float(np.sum(array**2)), POINT)
    np.testing.assert_allclose(numerical, 2 * POINT, rtol=1e-8)
