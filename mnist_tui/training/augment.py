"""Augmentation: every time an image is seen in training, it is shifted or bent a little.

The classes say what is drawn at random for each image (`draw`) and what that does to its pixels
(`apply`). Drawing comes from the run's own random stream, for a whole mini-batch at once, so the same
seed bends the images in the same way on any number of threads.
"""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from mnist_tui.data.dataset import PIXELS, SIDE, Pixels
from mnist_tui.nn.buffers import Array, Buffers


class Augmentation(ABC):
    """A random change of images that leaves their labels right."""

    @abstractmethod
    def draw(self, count: int, rng: np.random.Generator) -> Array:
        """What happens to each of `count` images; the first axis counts the images."""

    @abstractmethod
    def apply(self, images: Pixels, draws: Array, out: Array, buffers: Buffers) -> None:
        """Change images.

        Args:
            images: Shape (n, 784), uint8.
            draws: What `draw` gave for these images.
            out: Where the changed images go: shape (n, 784), floats from 0 to 1.
            buffers: Memory of the calling thread.
        """


class Shift(Augmentation):
    """Whole-pixel shifts, each from -pixels to pixels to the right and down; 0 comes in at the edges.

    Args:
        pixels: The farthest an image moves, 1 or more.
    """

    def __init__(self, pixels: int) -> None:
        self.pixels = pixels

    def draw(self, count: int, rng: np.random.Generator) -> Array:
        """Corners of the windows that are cut out of the padded images, shape (count, 2)."""
        return rng.integers(0, 2 * self.pixels + 1, (count, 2))

    def apply(self, images: Pixels, draws: Array, out: Array, buffers: Buffers) -> None:
        """Cut a window out of each padded image."""
        padded = _padded(images, self.pixels, np.uint8, buffers)
        windows = sliding_window_view(padded, (SIDE, SIDE), axis=(1, 2))
        shifted = windows[np.arange(len(images)), draws[:, 0], draws[:, 1]]
        np.multiply(shifted.reshape(len(images), PIXELS), out.dtype.type(1 / 255), out=out)


class Affine(Augmentation):
    """Rotation, scale, shear and translation, drawn uniformly and applied in one go.

    Where an output pixel comes from is linear in what is drawn: position = draws · basis, with basis
    the images of 1, x and y. So the positions of all pixels of a mini-batch are one small matrix product,
    and the pixel values follow by bilinear interpolation.

    Args:
        strength: 1 is up to 12° of rotation, a factor of up to exp(0.12) or its inverse along each axis,
            0.12 of shear and 1.6 pixels of translation; other values multiply all four.
    """

    def __init__(self, strength: float) -> None:
        self.strength = strength
        centred = np.arange(SIDE) - (SIDE - 1) / 2
        y, x = np.meshgrid(centred, centred, indexing="ij")
        self.basis = np.stack([np.ones_like(x), x, y]).reshape(3, PIXELS).astype(np.float32)

    def draw(self, count: int, rng: np.random.Generator) -> Array:
        """Coefficients of the basis for the row and the column a pixel comes from: (count, 2, k)."""
        angle, shear, log_height, log_width, down, right = self.strength * rng.uniform(-1, 1, (6, count))
        sine, cosine = np.sin(np.radians(12) * angle), np.cos(np.radians(12) * angle)
        height, width = np.exp(0.12 * log_height), np.exp(0.12 * log_width)
        shear *= 0.12
        # R(angle) · [[width, shear], [0, height]] in (x, y); the origin is the centre of the image.
        row = np.stack([1.6 * down, sine * width, cosine * height + sine * shear])
        column = np.stack([1.6 * right, cosine * width, cosine * shear - sine * height])
        return np.stack([row, column]).transpose(2, 0, 1).astype(np.float32)

    def apply(self, images: Pixels, draws: Array, out: Array, buffers: Buffers) -> None:
        """Find where each pixel comes from, and interpolate there."""
        positions = buffers.get("positions", (len(images), 2, PIXELS), np.float32)
        np.matmul(draws.reshape(-1, len(self.basis)), self.basis, out=positions.reshape(-1, PIXELS))
        _interpolate(images, positions, out, buffers)


class Elastic(Affine):
    """An affine change and a smooth random displacement field on top of it.

    The field is drawn on a grid of 5×5 points and interpolated between them: 25 more columns of the
    basis. Simard, Steinkraus and Platt, 2003, "Best practices for convolutional neural networks applied
    to visual document analysis", showed what elastic distortions do for MNIST.

    Args:
        strength: 1 is the affine change of strength 1 and displacements of up to 1.6 pixels.
    """

    GRID = 5

    def __init__(self, strength: float) -> None:
        super().__init__(strength)
        distance = np.abs(np.linspace(0, self.GRID - 1, SIDE) - np.arange(self.GRID)[:, None])
        # (1 + cos πd) / 2 falls smoothly from 1 at a grid point to 0 at the next; neighbours sum to 1.
        bumps = np.where(distance < 1, (1 + np.cos(np.pi * distance)) / 2, 0)
        field = np.einsum("iy,jx->ijyx", bumps, bumps).reshape(self.GRID**2, PIXELS)
        self.basis = np.concatenate([self.basis, field.astype(np.float32)])

    def draw(self, count: int, rng: np.random.Generator) -> Array:
        """As `Affine.draw`, followed by the displacements of the grid points."""
        affine = super().draw(count, rng)
        displacements = rng.random((count, 2, self.GRID**2), dtype=np.float32)
        displacements -= np.float32(0.5)
        displacements *= np.float32(2 * 1.6 * self.strength)
        return np.concatenate([affine, displacements], axis=2)


def _padded(images: Pixels, border: int, dtype: npt.DTypeLike, buffers: Buffers) -> Array:
    """Images with `border` empty pixels around them, shape (n, 28 + 2 border, 28 + 2 border)."""
    side = SIDE + 2 * border
    padded = buffers.get("padded", (len(images), side, side), dtype)
    padded[:, :border], padded[:, -border:] = 0, 0
    padded[:, :, :border], padded[:, :, -border:] = 0, 0
    padded[:, border:-border, border:-border] = images.reshape(-1, SIDE, SIDE)
    return padded


def _interpolate(images: Pixels, positions: Array, out: Array, buffers: Buffers) -> None:
    """Bilinear interpolation, with 0 outside the image.

    Args:
        images: Shape (n, 784), uint8.
        positions: Row and column of each output pixel, counted from the centre: (n, 2, 784). Overwritten.
        out: Shape (n, 784), floats from 0 to 1.
        buffers: Memory of the calling thread.
    """
    padded = _padded(images, 1, np.float32, buffers)
    side = padded.shape[1]
    positions += np.float32((side - 1) / 2)
    # Whatever lies outside reads the border, which is empty.
    np.clip(positions, 0, side - 1, out=positions)
    corner = buffers.get("corner", positions.shape, np.float32)
    np.floor(positions, out=corner)
    positions -= corner
    rows, columns = positions[:, 0], positions[:, 1]

    corner[:, 0] *= side
    corner[:, 0] += corner[:, 1]
    index = buffers.get("index", out.shape, np.intp)
    np.copyto(index, corner[:, 0], casting="unsafe")
    index += side * side * np.arange(len(images))[:, None]

    pixels = padded.reshape(-1)
    upper, lower, right = (buffers.get(name, out.shape, np.float32) for name in ("upper", "lower", "right"))
    for offset, line in ((0, upper), (side, lower)):
        index += offset
        # mode="clip" spares NumPy a checked copy, and catches the neighbours of the very last pixel.
        np.take(pixels, index, out=line, mode="clip")
        np.take(pixels[1:], index, out=right, mode="clip")
        right -= line
        right *= columns
        line += right
    lower -= upper
    lower *= rows
    upper += lower
    np.multiply(upper, out.dtype.type(1 / 255), out=out)
