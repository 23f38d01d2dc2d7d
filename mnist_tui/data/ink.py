"""From strokes of a pen to an image as MNIST's were made.

"The original black and white images were size normalized to fit in a 20×20 pixel box while preserving their
aspect ratio. The resulting images contain grey levels as a result of the anti-aliasing technique. The
images were centered in a 28×28 image by computing the center of mass of the pixels, and translating the
image so as to position this point at the center" (LeCun, Cortes and Burges,
http://yann.lecun.com/exdb/mnist/). MNIST's own images come out as they went in, but for three in ten
thousand.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import PIXELS, SIDE, Pixels
from mnist_tui.data.resizing import resized

INK_SIDE = 4 * SIDE
"""Pixels of the paper that one draws on, in each direction: four for each of the image's."""

BOX = 20
"""Pixels that the longer side of a digit is scaled to."""

CENTRE = 14
"""Row and column, counted from 0, of the pixel that the centre of mass is in."""

Ink: TypeAlias = npt.NDArray[np.float32]
"""Shape (112, 112), 0 to 1."""

Point: TypeAlias = tuple[float, float]
"""From the left and from the top, each 0 to 1."""


def blank() -> Ink:
    """Paper that nobody has drawn on."""
    return np.zeros((INK_SIDE, INK_SIDE), np.float32)


def draw(ink: Ink, points: Sequence[Point], thickness: float) -> None:
    """Draw a stroke with a round pen, its edge anti-aliased.

    Args:
        ink: What is drawn on.
        points: Where the pen went, one or more.
        thickness: Of the pen, in pixels of the paper.
    """
    for start, end in pairwise(points if len(points) > 1 else [*points, *points]):
        _line(ink, start, end, thickness / 2)


def _line(ink: Ink, start: Point, end: Point, radius: float) -> None:
    """A pixel's ink is the share of it that lies within the radius of a line, told by its distance."""
    (x0, y0), (x1, y1) = ([place * INK_SIDE - 0.5 for place in point] for point in (start, end))
    reach = radius + 1
    top, bottom = (round(edge) for edge in (min(y0, y1) - reach, max(y0, y1) + reach))
    left, right = (round(edge) for edge in (min(x0, x1) - reach, max(x0, x1) + reach))
    rows, columns = slice(max(0, top), max(0, bottom + 1)), slice(max(0, left), max(0, right + 1))
    part = ink[rows, columns]
    y, x = np.ogrid[rows.start : rows.start + part.shape[0], columns.start : columns.start + part.shape[1]]
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / (length or 1), 0, 1)
    distance = np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
    np.maximum(part, np.clip(radius + 0.5 - distance, 0, 1), out=part)


def enlarged(pixels: Pixels) -> Ink:
    """An image of shape (784,) on paper: four by four pixels for each of its own."""
    image = pixels.reshape(SIDE, SIDE).astype(np.float32) / 255
    return np.asarray(np.kron(image, np.ones((INK_SIDE // SIDE, INK_SIDE // SIDE))), np.float32)


def as_mnist(ink: npt.NDArray[np.float32]) -> Pixels:
    """Scale what was drawn into the box, and bring its centre of mass to the centre.

    Args:
        ink: Shape (h, w), 0 to 1.

    Returns:
        Shape (784,), uint8; all 0 where nothing was drawn.
    """
    image = np.zeros((SIDE, SIDE), np.uint8)
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    if len(rows):
        drawn = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        height, width = (max(1, round(BOX * side / max(drawn.shape))) for side in drawn.shape)
        small = resized(drawn, height, width)
        top, left = (_start(small.sum(axis=axis)) for axis in (1, 0))
        image[top : top + height, left : left + width] = np.rint(255 * np.clip(small, 0, 1))
    return image.reshape(PIXELS)


def _start(profile: npt.NDArray[np.float32]) -> int:
    """Where rows or columns of such sums begin, for their centre of mass to be in the centre."""
    centre = float(profile @ np.arange(len(profile)) / profile.sum())
    return min(max(0, round(CENTRE - centre)), SIDE - len(profile))
