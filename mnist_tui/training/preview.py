"""What an augmentation makes of some images, to be looked at before one trains with it."""

from dataclasses import replace

import numpy as np

from mnist_tui.data.dataset import Pixels
from mnist_tui.errors import ConfigError
from mnist_tui.nn.buffers import Buffers
from mnist_tui.settings.choices import AUGMENTATIONS
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.training.build import make_augmentation

KINDS = tuple(AUGMENTATIONS)


def augmented(images: Pixels, config: RunConfig, draw: int = 0) -> Pixels:
    """Images as a mini-batch of training would have them.

    Args:
        images: Shape (n, 784), uint8.
        config: Says how they are changed.
        draw: Another number draws other changes; the same one the same.

    Returns:
        Shape (n, 784), uint8; the images themselves where nothing changes them.
    """
    augmentation = make_augmentation(config)
    if augmentation is None or not len(images):
        return images
    changed = np.empty(images.shape, np.float32)
    draws = augmentation.draw(len(images), np.random.default_rng(draw))
    augmentation.apply(images, draws, changed, Buffers())
    return np.rint(changed * 255).astype(np.uint8)


def strengths(kind: str) -> list[float]:
    """The common strengths of an augmentation, rising."""
    allowed = []
    for step in setting("augment_strength").steps or ():
        try:
            allowed.append(replace(RunConfig(), augment=kind, augment_strength=float(step)).augment_strength)
        except ConfigError:  # half a pixel
            continue
    return allowed
