"""Central differences: what a gradient must be, found without any calculus.

∂f/∂aᵢ ≈ (f(a + h eᵢ) - f(a - h eᵢ)) / 2h has an error of order h², so in float64 it agrees with a right
gradient to many digits, and a gradient that is wrong by one per cent stands out.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]

STEP = 1e-5
TOLERANCE = 1e-5
FLOOR = 1e-4
"""Entries smaller than this are compared against this: below it central differences are rounding noise."""


def numerical_gradient(function: Callable[[Float64Array], float], array: Float64Array) -> Float64Array:
    """The gradient of `function` at `array` by central differences, of the array's shape.

    Args:
        function: Of an array of the same shape; called twice for each entry, always with a fresh copy.
        array: Where. Not changed.
    """
    assert array.dtype == np.float64, "central differences need float64"
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        above, below = array.copy(), array.copy()
        above[index] += STEP
        below[index] -= STEP
        gradient[index] = (function(above) - function(below)) / (2 * STEP)
    return gradient


def relative_error(analytic: Float64Array, numerical: Float64Array) -> float:
    """The largest difference of two entries, relative to the larger of the two."""
    assert analytic.shape == numerical.shape, f"shape {analytic.shape} instead of {numerical.shape}"
    scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numerical)), FLOOR)
    errors = np.abs(analytic - numerical) / scale
    return float(errors.max(initial=0.0))


def check_gradient(
    function: Callable[[Float64Array], float], array: Float64Array, analytic: Float64Array, what: str = ""
) -> None:
    """Fail unless `analytic` is the gradient of `function` at `array`.

    Args:
        function: Of an array of the same shape.
        array: Where the gradient was taken, float64.
        analytic: The gradient to check.
        what: Named in the message.
    """
    error = relative_error(analytic, numerical_gradient(function, array))
    # Written so that NaN fails too.
    assert error < TOLERANCE, f"gradient {what} is off by a relative {error:.3g}"
