"""What the settings of many kinds can be: an entry each, with all that a choice needs.

The allowed values of `RunConfig`, the form's steps, the tuned learning rates and what `training.build` makes
are read from here; nothing else lists them. Entries name classes and functions instead of importing them: the
command line reads settings long before it needs NumPy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MANY_IMAGES = 10_000
"""Training images from which on an optimizer's rate is the one tuned on full MNIST."""


@dataclass(frozen=True)
class Choice:
    """One value of a setting.

    Attributes:
        made_by: Name of the class or function that does it; `None` where nothing is to be done.
        uses: Settings that mean something for this choice and not for every other.
    """

    made_by: str | None
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OptimizerChoice(Choice):
    """A class of `nn.optimizers`; it is given the settings that it uses under their own names.

    Attributes:
        learning_rate: Used when none is given and there are `MANY_IMAGES` or more; tuned with 784-512-256-10
            and batch 256.
        learning_rate_of_few: The same on fewer; `None` where it is no other.
        options: Further arguments that are always the same.
    """

    learning_rate: float
    learning_rate_of_few: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def rate_for(self, train_images: int) -> float:
        """The learning rate where none is given, by the number of images to train on.

        Few images make few steps an epoch, and the first steps at a high rate leap: over thousands of steps
        they do not show, over a few hundred they are the whole curve. `scripts/choose_rates.py` measured it.
        """
        few = train_images < MANY_IMAGES
        return self.learning_rate_of_few if few and self.learning_rate_of_few else self.learning_rate


@dataclass(frozen=True, kw_only=True)
class AugmentationChoice(Choice):
    """A class of `training.augment`; it is given `augment_strength`.

    Attributes:
        whole_pixels: Whether its strength counts pixels, so that it must be a whole number.
    """

    whole_pixels: bool = False


OPTIMIZERS = {
    "sgd": OptimizerChoice("SGD", learning_rate=0.4, learning_rate_of_few=0.05),
    "momentum": OptimizerChoice("Momentum", ("momentum",), learning_rate=0.05),
    "nesterov": OptimizerChoice("Momentum", ("momentum",), learning_rate=0.05, options={"nesterov": True}),
    "rmsprop": OptimizerChoice("RMSprop", learning_rate=0.001),
    "adam": OptimizerChoice("Adam", learning_rate=0.001),
}

SCHEDULES = {
    "constant": Choice("constant"),
    "cosine": Choice("cosine"),
    "one-cycle": Choice("one_cycle"),
    "step": Choice("step"),
}
"""Functions of `nn.schedules`."""

AUGMENTATIONS = {
    "none": AugmentationChoice(None),
    "shift": AugmentationChoice("Shift", ("augment_strength",), whole_pixels=True),
    "affine": AugmentationChoice("Affine", ("augment_strength",)),
    "elastic": AugmentationChoice("Elastic", ("augment_strength",)),
}

CHOICES: dict[str, Mapping[str, Choice]] = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "augment": AUGMENTATIONS,
}
"""Setting to its choices."""


def unused_settings(chosen: Mapping[str, str]) -> frozenset[str]:
    """The settings that change nothing, for example `momentum` beside `sgd`.

    Args:
        chosen: Some of `CHOICES`, and what was chosen.
    """
    used = {name for setting, value in chosen.items() for name in CHOICES[setting][value].uses}
    asked = {name for setting in chosen for choice in CHOICES[setting].values() for name in choice.uses}
    return frozenset(asked - used)
