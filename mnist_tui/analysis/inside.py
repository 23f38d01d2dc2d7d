"""What can be looked at inside a network, in the words of whoever looks for the first time."""

from dataclasses import dataclass
from typing import NamedTuple

from mnist_tui.settings.run_config import RunConfig


@dataclass(frozen=True)
class Kind:
    """A kind of numbers that each layer has, or some.

    Attributes:
        name: What probes call it, `{}` is the number of the layer; see `training.probes.quantities`.
        title: What screens call it, in 15 characters at most.
        lesson: What it is, and what may be learnt from it.
    """

    name: str
    title: str
    lesson: str


WEIGHTS = Kind(
    "linear{}.weight",
    "weights",
    "What is trained. L2 pulls them towards 0; a layer whose weights stay as they were drawn has learnt "
    "little.",
)
GRADIENTS = Kind(
    "linear{}.weight.gradient",
    "gradients",
    "What the next update is made of. They shrink as images are learnt; far smaller in the first layer than "
    "in the last one, they vanish on the way back.",
)
BEFORE = Kind(
    "linear{}.outputs",
    "before norm",
    "x W + b. Each unit has a mean and a spread of its own, and both wander while the layers below learn: "
    "batch normalisation takes them out.",
)
RUNNING_MEAN = Kind(
    "batch_norm{}.running_mean",
    "running mean",
    "What evaluation subtracts, one number a unit. Each mini-batch moves it a tenth of the way to its own "
    "mean.",
)
RUNNING_VAR = Kind(
    "batch_norm{}.running_var",
    "running var",
    "What evaluation divides by the root of, one number a unit. It follows the variance of the mini-batches.",
)
GAMMA = Kind(
    "batch_norm{}.gamma",
    "γ",
    "The spread that each unit asks for once it is normalised; begins at 1.",
)
BETA = Kind(
    "batch_norm{}.beta",
    "β",
    "The mean that each unit asks for once it is normalised; begins at 0. Below 0, a unit is "
    "silent more often.",
)
PRE_ACTIVATIONS = Kind(
    "batch_norm{}.outputs",
    "pre-activations",
    "What ReLU gets: what is left of 0 becomes 0. Batch normalisation gives each unit mean β and spread γ; "
    "without it, nothing holds them. b: another run beside",
)
PLAIN_PRE_ACTIVATIONS = Kind("linear{}.outputs", PRE_ACTIVATIONS.title, PRE_ACTIVATIONS.lesson)
ACTIVATIONS = Kind(
    "relu{}.outputs",
    "activations",
    "What the next layer gets. The zeros stand as a number beside each epoch. A unit that is 0 for all "
    "images is dead: no gradient reaches it any more.",
)
LOGITS = Kind(
    "linear{}.outputs",
    "logits",
    "One number a class, before softmax makes probabilities of them. The wider they spread, the surer the "
    "network is, right or wrong.",
)


class Look(NamedTuple):
    """Something to look at.

    Attributes:
        layer: Its number, from 1.
        kind: What of it.
    """

    layer: int
    kind: Kind

    @property
    def name(self) -> str:
        """What probes call it."""
        return self.kind.name.format(self.layer)

    @property
    def title(self) -> str:
        """What screens call it."""
        return f"{self.kind.title} of layer {self.layer}"


def looks(config: RunConfig) -> list[Look]:
    """All there is to look at in a network, in the order in which an image meets it."""
    between = (BEFORE, RUNNING_MEAN, RUNNING_VAR, GAMMA, BETA, PRE_ACTIVATIONS)
    hidden = (WEIGHTS, GRADIENTS, *(between if config.batch_norm else (PLAIN_PRE_ACTIVATIONS,)), ACTIVATIONS)
    last = len(config.hidden) + 1
    found = [Look(layer, kind) for layer in range(1, last) for kind in hidden]
    return [*found, *(Look(last, kind) for kind in (WEIGHTS, GRADIENTS, LOGITS))]


def same_place(look: Look, config: RunConfig) -> Look | None:
    """The same in another network, with or without batch normalisation; `None` where it has none."""
    there = (one for one in looks(config) if (one.layer, one.kind.title) == (look.layer, look.kind.title))
    found = next(there, None)
    if found is None and look.kind is BEFORE and look.layer <= len(config.hidden):
        return Look(look.layer, PLAIN_PRE_ACTIVATIONS)
    return found
