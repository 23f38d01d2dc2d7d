"""What to do next, and why: the first five steps, by what was done so far.

A step is over when what it asks for was done, in whatever way: who knows the way already passes it in one go.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from mnist_tui.analysis.factors import effective_settings
from mnist_tui.settings.run_config import RunConfig, setting

SEVERAL = 3
"""Seeds from which on a difference may be more than luck."""


@dataclass(frozen=True)
class Trained:
    """A row that has a result.

    Attributes:
        config: Its settings.
        seeds: How many of its seeds have one.
        data: The hash of its data.
        test_images: That each was tested on.
        is_altered: Whether a setting was changed on the way.
    """

    config: RunConfig
    seeds: int
    data: str
    test_images: int
    is_altered: bool = False


@dataclass(frozen=True)
class Situation:
    """What there is to judge by.

    Attributes:
        rows: Those that are shown and have a result, in their order.
        form: What the form says; `None` where it cannot be used.
        is_training: Whether a row that is shown is on its way.
        has_concluded: Whether somebody looked at what may be concluded.
        has_looked: Whether somebody looked at a run beyond its curves.
    """

    rows: Sequence[Trained] = ()
    form: RunConfig | None = None
    is_training: bool = False
    has_concluded: bool = False
    has_looked: bool = False


@dataclass(frozen=True)
class Advice:
    """What to do next.

    Attributes:
        number: Of the step, from 1; 0 where the way is done.
        text: In a sentence or two.
        brief: The same for narrow screens.
    """

    number: int
    text: str
    brief: str


@dataclass(frozen=True)
class Step:
    """A part of the way.

    Attributes:
        is_done: Whether it is behind us.
        say: What it asks for: text and brief; nothing while there is nothing to say.
    """

    is_done: Callable[[Situation], bool]
    say: Callable[[Situation], tuple[str, str] | None]


def next_step(number: int, situation: Situation) -> int:
    """The step that stands there now, from 0; never an earlier one than it was."""
    while number < len(STEPS) and STEPS[number].is_done(situation):
        number += 1
    return number


def advice(number: int, situation: Situation) -> Advice | None:
    """What to do in a step; `None` where that goes without saying.

    Args:
        number: From `next_step`.
        situation: What there is.
    """
    if number and not situation.rows:
        return None  # what was shown is hidden: the empty charts speak
    if number == len(STEPS):
        return Advice(0, *_THE_END)
    said = STEPS[number].say(situation)
    return Advice(number + 1, *said) if said else None


_THE_END = (
    "That is the whole way: one difference, several seeds, a verdict. t changes what trains, ? has all keys.",
    "One difference, several seeds, a verdict. ? has all keys.",
)


def _watch(situation: Situation) -> tuple[str, str] | None:
    if not situation.is_training:
        return None  # the empty charts say what to press
    return (
        "It learns. Watch the validation curve: it is drawn on images that are never trained on.",
        "It learns. Validation images are never trained on: watch them.",
    )


def _differing(one: RunConfig, other: RunConfig) -> list[str]:
    """The settings in which two rows differ; the number of threads only changes how sums are rounded."""
    return effective_settings(one.replace(threads=None), other.replace(threads=None))


def _has_difference(rows: Iterable[Trained]) -> bool:
    """Whether two rows differ in one setting, which can then be named as the cause."""
    return any(
        one.data == other.data and len(_differing(one.config, other.config)) == 1
        for one, other in combinations(rows, 2)
    )


def _switch(situation: Situation) -> tuple[str, str] | None:
    if situation.is_training or situation.form is None:
        return None
    differing = min((_differing(situation.form, row.config) for row in situation.rows), key=len)
    if not differing:
        state = "off" if situation.form.batch_norm else "on"
        return (
            f"Now switch batch norm {state}, and press r: same seed, same batches, one difference. "
            "4 shows its mistakes.",
            f"Now batch norm {state}, then r: same seed, one difference.",
        )
    if len(differing) == 1:
        label = setting(differing[0]).label
        return (
            f"Now press r: same seed, same batches, one difference, {label}.",
            f"Now press r: same seed, one difference, {label}.",
        )
    return (
        f"{len(differing)} settings differ from the row before: no result could name the cause. "
        "Leave one of them, then r.",
        f"{len(differing)} settings differ: which was it? Leave one, then r.",
    )


def _repeat(situation: Situation) -> tuple[str, str]:
    images = min(row.test_images for row in situation.rows)
    return (
        f"One seed is luck, and so are {images:,} test images. Set Seeds to {SEVERAL} and press c: "
        "three times each.",
        f"One seed is luck. Set Seeds to {SEVERAL} and press c.",
    )


def _read(_scene: Situation) -> tuple[str, str]:
    return (
        "Now press i: which differences are more than luck, and how many seeds would settle the others.",
        "Now press i: which differences are more than luck?",
    )


def _look(_scene: Situation) -> tuple[str, str]:
    return (
        "Now look closer: 4 shows the digits it gets wrong, 5 its weights, 3 all digits; "
        "6 asks it about yours.",
        "Look closer: 4 its mistakes, 5 its weights, 6 draw a digit.",
    )


STEPS = (
    Step(lambda situation: bool(situation.rows), _watch),
    Step(lambda situation: _has_difference(situation.rows), _switch),
    Step(lambda situation: _has_difference(row for row in situation.rows if row.seeds >= SEVERAL), _repeat),
    Step(lambda situation: situation.has_concluded, _read),
    Step(lambda situation: situation.has_looked or any(row.is_altered for row in situation.rows), _look),
)
"""From the first run to a look beyond the curves."""
