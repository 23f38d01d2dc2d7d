"""The lines of this program that a setting switches on, or that make some numbers of a layer.

They are read from the program that runs, so they are never others than those that trained.
"""

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import mnist_tui
from mnist_tui.analysis.inside import (
    ACTIVATIONS,
    BEFORE,
    GRADIENTS,
    LOGITS,
    PLAIN_PRE_ACTIVATIONS,
    WEIGHTS,
    Look,
)
from mnist_tui.analysis.stages import stage_milliseconds
from mnist_tui.nn import optimizers, schedules
from mnist_tui.nn.layers import BatchNorm, Dropout, Linear, ReLU
from mnist_tui.nn.losses import SoftmaxCrossEntropy, add_l2_gradient, l2_penalty, softmax
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.runs.run import Run
from mnist_tui.settings.choices import AUGMENTATIONS, OPTIMIZERS, SCHEDULES
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.training import augment
from mnist_tui.training.build import layer_sizes
from mnist_tui.training.early_stopping import EarlyStopping
from mnist_tui.training.part import Part
from mnist_tui.training.streams import Streams

Source: TypeAlias = Callable[..., Any] | type


@dataclass(frozen=True)
class Excerpt:
    """A function or a class as it stands in the program.

    Attributes:
        name: What it is called, with its class.
        path: Its file, from the package's directory on.
        first: Number of its first line there.
        code: Its lines, not indented.
    """

    name: str
    path: str
    first: int
    code: str


@dataclass(frozen=True)
class LinesOfCode:
    """What there is to read about a setting, or about some numbers.

    Attributes:
        title: What it is about.
        equation: The docstring of its class, without its arguments; empty where there is none.
        shapes: The arrays as they are in this network, a line each.
        time: How long it took in this run, in a sentence.
        excerpts: The code itself.
    """

    title: str
    equation: str
    shapes: Sequence[str]
    time: str
    excerpts: Sequence[Excerpt]


@dataclass(frozen=True)
class _Topic:
    """Where something is done.

    Attributes:
        sources: The functions, from forward to backward.
        about: The class whose docstring has the equation.
        stages: See `training.stopwatch.STAGES`: those that hold its time, and what else they hold.
        layers: Which shapes to tell: `linear`, `batch_norm`, `relu`, or none.
        is_on: Whether the network of a configuration runs these lines.
    """

    sources: Sequence[Source]
    about: type | None = None
    stages: Mapping[str, str] | None = None
    layers: str = ""
    is_on: bool = True


_BOTH_WAYS = {"forward": "all layers and the loss", "backward": "all layers"}


def _topic(name: str, config: RunConfig) -> _Topic | None:
    """What a setting, or a kind of layer, stands for."""
    sources: tuple[Source, ...]
    match name:
        case "linear":
            return _Topic((Linear.forward, Linear.backward), Linear, _BOTH_WAYS, "linear")
        case "relu":
            return _Topic((ReLU.forward, ReLU.backward), ReLU, _BOTH_WAYS, "relu")
        case "hidden":
            sources = (Linear.forward, Linear.backward, ReLU.forward, ReLU.backward)
            return _Topic(sources, Linear, _BOTH_WAYS, "linear")
        case "loss":
            sources = (SoftmaxCrossEntropy.forward, softmax, SoftmaxCrossEntropy.backward)
            return _Topic(sources, SoftmaxCrossEntropy, _BOTH_WAYS, "linear")
        case "batch_norm":
            sources = (BatchNorm.forward, BatchNorm._whole_batch, BatchNorm._track, BatchNorm.backward)
            return _Topic(sources, BatchNorm, {"batch_norm": "both ways"}, "batch_norm", config.batch_norm)
        case "l2_lambda":
            stages = {"update": "the optimizer too"}
            return _Topic((l2_penalty, add_l2_gradient), None, stages, "", config.l2_lambda > 0)
        case "dropout":
            sources = (Dropout.forward, Dropout.backward)
            return _Topic(sources, Dropout, _BOTH_WAYS, "relu", config.dropout > 0)
        case "optimizer" | "learning_rate" | "momentum":
            made: Any = vars(optimizers)[OPTIMIZERS[config.optimizer].made_by or ""]
            return _Topic((optimizers.Optimizer.step, made._update), made, {"update": "L2 too"})
        case "schedule":
            return _Topic((vars(schedules)[SCHEDULES[config.schedule].made_by or ""],))
        case "augment" | "augment_strength":
            kind = AUGMENTATIONS[config.augment].made_by
            made = vars(augment)[kind or "Shift"]
            stages = {"data": "gathering the mini-batch too"}
            return _Topic((made.draw, made.apply), made, stages, "", kind is not None)
        case "early_stopping":
            stop: Any = EarlyStopping.should_stop.fget  # type: ignore[attr-defined] # a property
            return _Topic((EarlyStopping.update, stop), None, None, "", config.early_stopping > 0)
        case "batch_size":
            return _Topic((Part.train_steps,))
        case "threads":
            return _Topic((ThreadGroup.all_reduce, Part._update))
        case "seed":
            return _Topic((Streams.__init__,), Streams)
    return None


_OF_KIND = {
    WEIGHTS: "linear",
    GRADIENTS: "linear",
    BEFORE: "linear",
    PLAIN_PRE_ACTIVATIONS: "linear",
    ACTIVATIONS: "relu",
    LOGITS: "loss",
}
"""Which layer makes the numbers; batch normalisation all others."""


def lines_of_setting(name: str, config: RunConfig, run: Run | None = None) -> LinesOfCode | None:
    """The lines that a setting switches on.

    Args:
        name: Of the setting.
        config: Whose shapes and choices are told.
        run: Whose times are told; `None` for none.

    Returns:
        `None` for a setting that chooses no code, such as the number of epochs.
    """
    topic = _topic(name, config)
    in_run = _topic(name, run.config) if run else None
    if in_run and not in_run.is_on:
        run = None
    return _lines(setting(name).label, topic, config, run, layer=None) if topic else None


def lines_of_look(look: Look, run: Run) -> LinesOfCode:
    """The lines that make some numbers of a layer.

    Args:
        look: Which numbers.
        run: Whose shapes and times are told.
    """
    topic = _topic(_OF_KIND.get(look.kind, "batch_norm"), run.config)
    assert topic  # noqa: S101 - kinds name topics that there are
    return _lines(look.title, topic, run.config, run, layer=look.layer)


def _lines(title: str, topic: _Topic, config: RunConfig, run: Run | None, layer: int | None) -> LinesOfCode:
    off = "" if topic.is_on else "It is off: these lines are not run. "
    return LinesOfCode(
        title=title,
        equation=_equation(topic.about) if topic.about else "",
        shapes=_shapes(topic.layers, config, layer),
        time=off + _time(topic, run),
        excerpts=[excerpt(source) for source in topic.sources],
    )


def excerpt(source: Source) -> Excerpt:
    """The lines of a function or a class."""
    source = inspect.unwrap(source)
    lines, first = inspect.getsourcelines(source)
    file = Path(inspect.getsourcefile(source) or "").resolve()
    path = file.relative_to(Path(mnist_tui.__file__).resolve().parent.parent)
    return Excerpt(source.__qualname__, path.as_posix(), first, textwrap.dedent("".join(lines)).rstrip())


def _equation(about: type) -> str:
    text = inspect.getdoc(about) or ""
    return text.partition("\n\nArgs:")[0].partition("\n\nAttributes:")[0]


def _shapes(layers: str, config: RunConfig, layer: int | None) -> list[str]:
    """What goes in and out, for m images in a mini-batch, a line a layer."""
    sizes = layer_sizes(config)
    last = len(sizes) - 1
    m = config.batch_size
    found = []
    for number in range(1, last + 1):
        inputs, outputs = sizes[number - 1], sizes[number]
        if (layer is not None and number != layer) or (layers != "linear" and number == last):
            continue
        match layers:
            case "linear":
                made = f"x ({m}, {inputs}) · W ({inputs}, {outputs}) + b ({outputs},) → y ({m}, {outputs})"
            case "batch_norm":
                made = f"x ({m}, {outputs}), μ σ² γ β ({outputs},) each → y ({m}, {outputs})"
            case "relu":
                made = f"x ({m}, {outputs}) → y ({m}, {outputs})"
            case _:
                continue
        found.append(f"layer {number}: {made}")
    return found


def _time(topic: _Topic, run: Run | None) -> str:
    """How long the stages took that hold these lines."""
    if not topic.stages:
        return "Their time is measured by itself in no run." if topic.is_on else ""
    # Where only the ends of a log were read, most epochs are missing, but not their steps.
    times = stage_milliseconds(run) if run and not run.is_summary else {}
    if not times:
        return "Times come with the first epoch of a run." if topic.is_on else ""
    whole = sum(times.values())
    parts = [
        f"{stage.replace('_', ' ')} {times[stage]:.2f} ms ({100 * times[stage] / whole:.0f} %; {what})"
        for stage, what in topic.stages.items()
        if stage in times
    ]
    return f"Of the {whole:.2f} ms of a step of {run.name}: {', '.join(parts)}." if run and whole else ""
