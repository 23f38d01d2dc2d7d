"""Numbers so small that processors slow down over them, and no network learns from them.

A weight that only a strong L2 penalty moves shrinks by the same share at every step, and so does the velocity
of one that has no gradient any more, under a dead unit for example. Below 1.2e-38 float32 gives up digits
("subnormal" numbers), and many processors take over a hundred cycles for such a number instead of one: with
λ = 100, training was seen to fall to a fiftieth of its speed. Rounding keeps them from ever getting to 0.
"""

import numpy as np

from mnist_tui.nn.buffers import Array

NEGLIGIBLE = 1e-30
"""Far above subnormal numbers, so that the next steps do not get there; far below all that matters."""


def flush_to_zero(array: Array, scratch: Array) -> None:
    """Set numbers closer to 0 than `NEGLIGIBLE` to 0, in place; what is not a number stays as it is.

    Args:
        array: Floats.
        scratch: Memory of the same shape and type.
    """
    np.abs(array, out=scratch)
    np.greater_equal(scratch, NEGLIGIBLE, out=scratch)
    array *= scratch
