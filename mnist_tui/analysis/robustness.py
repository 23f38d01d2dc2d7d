"""What is left of a network's accuracy when images are shifted, turned, scaled, or noisy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import PIXELS, Pixels, Split
from mnist_tui.nn.buffers import Array, Buffers
from mnist_tui.training.augment import Affine

Images = npt.NDArray[np.float32]
"""Shape (n, 784), 0 to 1."""

Predict = Callable[[Images], Array]
"""Gives the probabilities of the classes, shape (n, 10)."""

Numbers = float | npt.NDArray[np.float64]
"""One for all images, or one for each: shape (n,)."""

STRENGTHS: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "shift": (0, 1, 2, 3, 4, 5, 6, 7, 8),
        "rotation": (0, 7.5, 15, 22.5, 30, 37.5, 45, 52.5, 60),
        "noise": (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    }
)
"""How far each goes: pixels, degrees, standard deviation where white is 1."""


@dataclass(frozen=True)
class Distortion:
    """What is done to an image.

    Attributes:
        right: Pixels that it moves to the right.
        down: Pixels that it moves down.
        degrees: That it turns, clockwise.
        scale: Factor on its size.
        noise: Standard deviation of Gaussian noise on each pixel, where white is 1.
    """

    right: float = 0
    down: float = 0
    degrees: float = 0
    scale: float = 1
    noise: float = 0

    def of(self, images: Pixels) -> Images:
        """Distorted images; the noise is the same each time.

        Args:
            images: Shape (n, 784), uint8.
        """
        changed = moved(images, self.right, self.down, self.degrees, self.scale)
        return noisy(changed, self.noise)


def moved(images: Pixels, right: Numbers, down: Numbers, degrees: Numbers, scale: Numbers = 1.0) -> Images:
    """Turn and scale images around their centre, then shift them; interpolated as augmentation does it.

    A pixel at p comes from R(-θ) (p - shift) / scale.

    Args:
        images: Shape (n, 784), uint8.
        right: Pixels.
        down: Pixels.
        degrees: Clockwise.
        scale: Above 0.
    """
    count = len(images)
    right, down, degrees, scale = (
        np.broadcast_to(np.asarray(one, np.float64), (count,)) for one in (right, down, degrees, scale)
    )
    cosine, sine = np.cos(np.radians(degrees)) / scale, np.sin(np.radians(degrees)) / scale
    row = np.stack([sine * right - cosine * down, -sine, cosine])
    column = np.stack([-cosine * right - sine * down, cosine, sine])
    draws = np.stack([row, column]).transpose(2, 0, 1).astype(np.float32)
    changed = np.empty((count, PIXELS), np.float32)
    if count:
        Affine(1).apply(images, draws, changed, Buffers())
    return changed


def noisy(images: Images, noise: float) -> Images:
    """Images with Gaussian noise on each pixel, cut to 0 to 1."""
    if not noise:
        return images
    drawn = np.random.default_rng(0).standard_normal(images.shape, np.float32)
    return np.asarray(np.clip(images + np.float32(noise) * drawn, 0, 1), np.float32)


def distorted(images: Pixels, kind: str, strength: float) -> Images:
    """Images that are all distorted by as much, each in a direction of its own; for each network in the same.

    Args:
        images: Shape (n, 784), uint8.
        kind: Key of `STRENGTHS`.
        strength: How far.
    """
    rng = np.random.default_rng(0)
    towards, sides = rng.uniform(0, 2 * np.pi, len(images)), rng.choice((-1.0, 1.0), len(images))
    if kind == "shift":
        return moved(images, strength * np.cos(towards), strength * np.sin(towards), 0.0)
    if kind == "rotation":
        return moved(images, 0.0, 0.0, strength * sides)
    return noisy(moved(images, 0.0, 0.0, 0.0), strength)


def accuracies(predict: Predict, split: Split, kind: str) -> npt.NDArray[np.float64]:
    """The share of images that are classified right at each of `STRENGTHS`.

    Args:
        predict: The network.
        split: Images, and what they show.
        kind: Key of `STRENGTHS`.
    """
    return np.array(
        [
            (predict(distorted(split.images, kind, strength)).argmax(axis=1) == split.labels).mean()
            for strength in STRENGTHS[kind]
        ]
    )
