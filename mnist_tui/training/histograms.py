"""Counting numbers into bins that are the same for every run, layer, quantity and epoch.

Weights lie near 0.05, logits near 20, gradients near 1e-5: bins of one width would suit none of them, and
bins that follow the data compare with no others. So there are eight bins to each doubling, between 2⁻²⁴ and
2⁸. Their edges are the numbers that float32 writes with three binary digits after the first one: a number's
bin is its first twelve bits, found by a shift, without a logarithm and without rounding.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from mnist_tui.nn.buffers import Array

LOWEST, HIGHEST = -24, 8
"""Powers of two: what is below the first counts as 0, what is above the second belongs to the last bin."""

BINS_A_DOUBLING = 8

SIDE = (HIGHEST - LOWEST) * BINS_A_DOUBLING
"""Bins of the positive numbers, and of the negative ones."""

BINS = 2 * SIDE + 1
"""Negative, around 0, positive."""

_MAGNITUDES = np.array(
    [
        2.0**power * (1 + part / BINS_A_DOUBLING)
        for power in range(LOWEST, HIGHEST)
        for part in range(BINS_A_DOUBLING)
    ]
    + [2.0**HIGHEST]
)

EDGES: npt.NDArray[np.float64] = np.concatenate((-_MAGNITUDES[::-1], _MAGNITUDES))
"""Where the bins begin and end, ascending, shape (BINS + 1,)."""

_SHIFT = 20
"""Bits of a float32 behind its sign, its exponent and three binary digits."""

_SIGN = 1 << 11
"""The sign's place in the first twelve bits."""

_FIRST = (LOWEST + 127) * BINS_A_DOUBLING
"""The first twelve bits of 2 to the `LOWEST`: 127 is what float32 adds to exponents."""

_PIECE = 1 << 16


def count(numbers: Array) -> npt.NDArray[np.uint32]:
    """How many numbers lie in each bin.

    A bin holds its edge that is closer to 0, not the other. Infinity and NaN are in the outermost bins.

    Args:
        numbers: float32, of any shape.

    Returns:
        Shape (BINS,); they add up to as many as there are numbers.
    """
    found = np.zeros(2 * _SIGN, np.intp)
    for piece in pieces(numbers):
        found += np.bincount(piece.view(np.uint32) >> _SHIFT, minlength=2 * _SIGN)
    positive, negative = _side(found[:_SIGN]), _side(found[_SIGN:])
    around = found[:_FIRST].sum() + found[_SIGN : _SIGN + _FIRST].sum()
    return np.concatenate((negative[::-1], [around], positive)).astype(np.uint32)


def pieces(numbers: Array) -> Iterator[Array]:
    """All numbers, flat, some at a time: copies of these stay in the cache, and in the memory there is."""
    flat = np.ascontiguousarray(numbers, np.float32).reshape(-1)
    return (flat[start : start + _PIECE] for start in range(0, len(flat), _PIECE))


def _side(found: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The bins of one sign, from 0 outwards."""
    side = found[_FIRST : _FIRST + SIDE].copy()
    side[-1] += found[_FIRST + SIDE :].sum()
    return side
