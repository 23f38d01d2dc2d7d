"""Every setting of a run, with its default, range and meaning, in one place.

The command line's flags, the dashboard's form, `config.json` and the reports are all made from
`RunConfig`, so a setting is declared once and its error messages read the same everywhere.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from mnist_tui.settings.choices import (
    AUGMENTATIONS,
    CHOICES,
    MANY_IMAGES,
    OPTIMIZERS,
    SCHEDULES,
    unused_settings,
)
from mnist_tui.settings.setting import MAX_WIDTH, Setting, check, refusal

TUNED_LEARNING_RATES = {name: choice.learning_rate for name, choice in OPTIMIZERS.items()}
"""The learning rate for each optimizer when none is given, on as many images as full MNIST has."""


def _field(default: Any, label: str, help: str, **limits: Any) -> Any:  # noqa: A002 - the word for it
    setting = Setting(label, help, **limits)
    return dataclasses.field(default=default, metadata={"setting": setting})


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """One experiment, validated when it is made.

    Raises:
        ConfigError: A value is out of its range; the message names the field, the value and what is
            allowed.
    """

    dataset: str = _field(
        "auto",
        "Data",
        "auto (full MNIST if it is on disk, else the sample), mnist, sample, or a directory of IDX files",
        steps=("auto", "mnist", "sample"),
        lesson="The sample trains in seconds and proves little: 1,000 test images leave ±1.7 points to "
        "chance. Try: f fetches full MNIST.",
    )
    hidden: tuple[int, ...] = _field(
        (512, 256),
        "Hidden",
        "widths of the hidden layers, separated by commas",
        low=1,
        high=MAX_WIDTH,
        steps=("32", "128", "256,128", "512,256", "512,512,256"),
        lesson="Wide layers can learn more, also by heart, and cost time. Try 32: how much is lost?",
    )
    batch_norm: bool = _field(
        False,
        "Batch norm",
        "batch normalisation before each hidden ReLU",
        off=False,
        lesson="It brings each unit's sums to mean 0 and spread 1, mini-batch by mini-batch, so training"
        " bears higher rates. Try on beside off, then both at rate 1.",
    )
    l2_lambda: float = _field(
        0.0,
        "L2 λ",
        "λ of the L2 penalty λ/(2m)·Σw² on the weights",
        low=0,
        high=1000,
        steps=("0", "0.01", "0.03", "0.1", "0.3", "1", "3", "10"),
        off=0.0,
        lesson="Large weights cost something, so fewer things are learnt by heart. Try 0.1, then 10: now"
        " it hardly learns.",
    )
    dropout: float = _field(
        0.0,
        "Dropout",
        "probability of dropping a hidden activation in training",
        low=0,
        below=1,
        steps=("0", "0.05", "0.1", "0.2", "0.3", "0.5"),
        off=0.0,
        lesson="No unit can rely on another, so less is learnt by heart. Try 0.2: training gets worse; "
        "does validation?",
    )
    optimizer: str = _field(
        "sgd",
        "Optimizer",
        "sgd is gradient descent on mini-batches",
        choices=tuple(OPTIMIZERS),
        steps=tuple(OPTIMIZERS),
        off="sgd",
        lesson="What is made of a gradient: a step against it (sgd), with a run-up (momentum, nesterov),"
        " or of a size for each weight (rmsprop, adam). Try w: all five.",
    )
    learning_rate: float | None = _field(
        None,
        "Learn rate",
        "peak learning rate; auto: tuned for the optimizer and the number of training images",
        above=0,
        high=100,
        steps=("auto", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3"),
        lesson="η, how far a step goes. Too low creeps, too high leaps or diverges. Try three times as "
        "much, and a third.",
    )
    momentum: float = _field(
        0.9,
        "Momentum",
        "share of the last update that momentum and nesterov keep",
        low=0,
        below=1,
        steps=("0.5", "0.8", "0.9", "0.95", "0.99"),
        off=0.0,
        lesson="Steps add up where gradients agree, and cancel where they do not. Try 0.5 and 0.99.",
    )
    schedule: str = _field(
        "constant",
        "Schedule",
        "how the learning rate changes over the epochs",
        choices=tuple(SCHEDULES),
        steps=tuple(SCHEDULES),
        off="constant",
        lesson="Long steps find the way, short ones the place. cosine and step fall, one-cycle rises "
        "first. Try cosine.",
    )
    batch_size: int = _field(
        256,
        "Batch",
        "images a mini-batch",
        low=1,
        high=60_000,
        steps=("32", "64", "128", "256", "512", "1024"),
        lesson="Small ones make more steps an epoch, and noisier ones; large ones are quicker to "
        "compute. Try 64.",
    )
    epochs: int = _field(
        30,
        "Epochs",
        "passes over the training images, at most",
        low=1,
        high=10_000,
        steps=("1", "2", "5", "10", "20", "30", "50", "100"),
        lesson="Where validation loss rises while training loss falls, it learns by heart. Try 100, with"
        " early stop 0.",
    )
    augment: str = _field(
        "none",
        "Augment",
        "change the training images each time they are seen: whole-pixel shifts; affine (rotation, scale, "
        "shear, translation); elastic (affine and smooth displacements)",
        choices=tuple(AUGMENTATIONS),
        steps=tuple(AUGMENTATIONS),
        off="none",
        lesson="A shifted 7 is a 7: more data for nothing, worth most where there is little. Try shift.",
    )
    augment_strength: float = _field(
        1.0,
        "Strength",
        "how far augmentation goes: pixels of a shift, a factor on affine and elastic changes",
        above=0,
        high=8,
        steps=("0.5", "0.75", "1", "1.25", "1.5", "2", "3"),
        lesson="Too little teaches nothing new, too much makes digits that nobody writes. Try 2 for shift.",
    )
    early_stopping: int = _field(
        5,
        "Early stop",
        "epochs without a lower validation loss before training stops; 0 is off",
        low=0,
        high=10_000,
        steps=("0", "2", "3", "5", "10", "20"),
        off=0,
        lesson="What is learnt after that is learnt by heart; the best weights are kept in any case. Try"
        " 0: what were you spared?",
    )
    validation_size: int = _field(
        5000,
        "Validation",
        "last images of the training file kept for validation; at most a tenth of it",
        low=1,
        high=30_000,
        steps=("1000", "2500", "5000"),
    )
    seed: int = _field(
        0,
        "Seed",
        "drives initial weights, batch order, dropout and augmentation",
        low=0,
        high=2**32 - 1,
        steps=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
        lesson="The same seed is the same luck: rows that share it begin alike and see the same images. "
        "Try another: how far does the curve move?",
    )
    threads: int | None = _field(
        None,
        "Threads",
        "cores this run may use, which changes how sums are rounded; auto: those free, at most 4",
        low=1,
        high=64,
        steps=("auto", "1", "2", "4"),
    )
    name: str | None = _field(None, "Name", "what the tables call the run; auto: what is switched on")

    def __post_init__(self) -> None:
        """Validate every field against its type and its `Setting`."""
        for field in dataclasses.fields(self):
            kind, optional = field_type(field.name)
            value = check(field.name, getattr(self, field.name), setting(field.name), kind, optional=optional)
            object.__setattr__(self, field.name, value)
        if AUGMENTATIONS[self.augment].whole_pixels and self.augment_strength % 1:
            allowed = f"whole pixels for {self.augment}, such as 1 or 2"
            raise refusal("augment_strength", self.augment_strength, allowed)

    @property
    def display_name(self) -> str:
        """The given name, else what is switched on, for example `batchnorm + l2 0.1`."""
        if self.name:
            return self.name
        parts = []
        if self.batch_norm:
            parts.append("batchnorm")
        if self.l2_lambda:
            parts.append(f"l2 {self.l2_lambda:g}")
        if self.dropout:
            parts.append(f"dropout {self.dropout:g}")
        if self.optimizer != "sgd":
            parts.append(self.optimizer)
        if self.augment != "none":
            strength = "" if self.augment_strength == 1 else f" {self.augment_strength:g}"
            parts.append(self.augment + strength)
        return " + ".join(parts) or "plain"

    @property
    def peak_learning_rate(self) -> float:
        """The learning rate given, else the one tuned for the optimizer on full MNIST.

        What trains has been given one, by `with_rate_for`. A file of old that names none means this one.
        """
        return self.learning_rate or TUNED_LEARNING_RATES[self.optimizer]

    def with_rate_for(self, train_images: int) -> Self:
        """The same with a learning rate: where none is given, the one that suits so many training images."""
        if self.learning_rate is not None:
            return self
        return self.replace(learning_rate=OPTIMIZERS[self.optimizer].rate_for(train_images))

    @property
    def unused(self) -> frozenset[str]:
        """The settings that change nothing beside the others, for example `momentum` beside `sgd`."""
        return unused_settings({name: getattr(self, name) for name in CHOICES})

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, validated again."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """The settings as JSON values."""
        return {**dataclasses.asdict(self), "hidden": list(self.hidden)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Settings from JSON values; keys of newer versions are passed over.

        Raises:
            ConfigError: A value has the wrong type or is out of its range.
        """
        return cls(**{name: values[name] for name in setting_names() if name in values})


def have_tuned_rates(configs: Sequence[RunConfig]) -> bool:
    """Whether all have the learning rates that are tuned for their optimizers, on equally many images."""
    return any(
        all(config.peak_learning_rate == OPTIMIZERS[config.optimizer].rate_for(images) for config in configs)
        for images in (MANY_IMAGES, MANY_IMAGES - 1)
    )


def setting_names() -> list[str]:
    """The names of all settings, in the order they are shown."""
    return [field.name for field in dataclasses.fields(RunConfig)]


def setting(name: str) -> Setting:
    """What is known of one field of `RunConfig`."""
    found: Setting = RunConfig.__dataclass_fields__[name].metadata["setting"]
    return found


def default_value(name: str) -> Any:
    """The default of one field of `RunConfig`."""
    return RunConfig.__dataclass_fields__[name].default


def field_type(name: str) -> tuple[type, bool]:
    """The type of one field of `RunConfig`, and whether it may be `None`."""
    return _FIELD_TYPES[name]


def _field_type(annotation: Any) -> tuple[type, bool]:
    optional = isinstance(annotation, types.UnionType)
    kind = typing.get_args(annotation)[0] if optional else annotation
    return typing.get_origin(kind) or kind, optional


_FIELD_TYPES = {name: _field_type(hint) for name, hint in typing.get_type_hints(RunConfig).items()}
