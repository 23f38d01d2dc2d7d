"""What a configuration asks for, made: network, optimizer, schedule, augmentation.

Which class or function a choice stands for is said in `settings.choices`; one that is not there fails here,
before a run has trained anything under a wrong name.
"""

from typing import Any

import numpy as np

from mnist_tui.data.dataset import CLASSES, PIXELS
from mnist_tui.nn import optimizers, schedules
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.layers import Linear
from mnist_tui.nn.network import Network
from mnist_tui.nn.network import array_shapes as network_shapes
from mnist_tui.nn.optimizers import Optimizer
from mnist_tui.nn.schedules import Schedule
from mnist_tui.settings.choices import AUGMENTATIONS, OPTIMIZERS, SCHEDULES
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training import augment
from mnist_tui.training.augment import Augmentation
from mnist_tui.training.streams import Streams


def layer_sizes(config: RunConfig) -> tuple[int, ...]:
    """The widths of the network, from pixels to classes."""
    return (PIXELS, *config.hidden, CLASSES)


def array_shapes(config: RunConfig) -> dict[str, tuple[int, ...]]:
    """Name and shape of the network's parameters and running statistics; nothing is made."""
    return network_shapes(layer_sizes(config), batch_norm=config.batch_norm)


def optimizer_names() -> set[str]:
    """What optimizers remember, by name, whichever it is."""
    made = (_find(optimizers, choice.made_by) for choice in OPTIMIZERS.values())
    return {name for one in made for name in one.state_names}


def make_network(config: RunConfig, rng: np.random.Generator, dropout_rng: np.random.Generator) -> Network:
    """The network with its initial weights.

    Args:
        config: Layers, batch normalisation, dropout, λ.
        rng: Draws the initial weights.
        dropout_rng: Draws the dropout masks.
    """
    return Network(
        layer_sizes(config),
        batch_norm=config.batch_norm,
        dropout=config.dropout,
        l2_lambda=config.l2_lambda,
        rng=rng,
        dropout_rng=dropout_rng,
    )


def first_weights(config: RunConfig) -> Array:
    """The weights that the first layer begins with: the seed tells them, whatever else is chosen.

    Returns:
        Shape (784, units), float32.
    """
    rng = Streams(config.seed, 1).weights
    return Linear(PIXELS, config.hidden[0], rng=rng).parameters["weight"]


def make_optimizer(config: RunConfig) -> Optimizer:
    """The optimizer, at the peak learning rate."""
    choice = OPTIMIZERS[config.optimizer]
    settings = {name: getattr(config, name) for name in choice.uses}
    made: Optimizer = _find(optimizers, choice.made_by)(
        config.peak_learning_rate, **settings, **choice.options
    )
    return made


def make_schedule(config: RunConfig) -> Schedule:
    """The factor on the learning rate for each step."""
    schedule: Schedule = _find(schedules, SCHEDULES[config.schedule].made_by)
    return schedule


def make_augmentation(config: RunConfig) -> Augmentation | None:
    """What changes the training images, or `None` where nothing does."""
    choice = AUGMENTATIONS[config.augment]
    if choice.made_by is None:
        return None
    strength = round(config.augment_strength) if choice.whole_pixels else config.augment_strength
    made: Augmentation = _find(augment, choice.made_by)(strength)
    return made


def _find(module: Any, name: str | None) -> Any:
    if name is None or name not in vars(module):
        raise LookupError(f"{module.__name__} has no {name}, which settings.choices names.")
    return vars(module)[name]
