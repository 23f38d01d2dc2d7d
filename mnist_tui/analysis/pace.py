"""How long runs take on this machine: from those that are over, or from the time of a training step.

What is expected is wall-clock time, so beside the training steps it counts what a run does else: start, read
the images, look at the validation images after each epoch, write its files, meet the test images.
"""

import statistics
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any, Self

from mnist_tui.data.dataset import CLASSES, PIXELS
from mnist_tui.runs.groups import without
from mnist_tui.runs.reuse import decide
from mnist_tui.runs.run import COMPLETE, Run, Status
from mnist_tui.settings.run_config import RunConfig

NEWEST = 5
"""So many runs of a shape are asked, the newest ones: their median is what counts."""

START_SECONDS = 0.4
"""From the start of a process to its first step, its end and the program's own work between two runs."""

IMAGES_PER_SECOND = 200_000
"""Images that are read, checked and, where they are for the test, looked at."""

EVALUATION_SHARE = 1 / 3
"""Of the time of a training step, for as many images: of its three matrix products a layer, one."""

FILE_SECONDS = 0.005
"""To write and sync the files of an epoch, however small."""

FILE_SECONDS_PER_WEIGHT = 4e-8
"""The same for each weight: it stands in there three to five times."""


@dataclass(frozen=True)
class Shape:
    """What the time of an epoch depends on, besides machine and company.

    Attributes:
        hidden: Widths of the hidden layers.
        parts: What is switched on: batch normalisation, dropout, L2, augmentation, the optimizer.
        batch_size: Images of a mini-batch.
        threads: Of the run.
        sizes: The numbers of train, validation and test images.
    """

    hidden: tuple[int, ...]
    parts: tuple[Hashable, ...]
    batch_size: int
    threads: int
    sizes: tuple[int, int, int]

    @classmethod
    def of(cls, config: RunConfig, threads: int, sizes: tuple[int, int, int]) -> Self:
        """The shape of a run with these settings.

        Args:
            config: The settings.
            threads: Of the run.
            sizes: The numbers of train, validation and test images.
        """
        parts = (
            config.batch_norm,
            config.dropout > 0,
            config.l2_lambda > 0,
            config.augment,
            config.optimizer,
        )
        return cls(config.hidden, parts, min(config.batch_size, sizes[0]), threads, sizes)

    @property
    def steps(self) -> int:
        """Mini-batches an epoch."""
        return ceil(self.sizes[0] / self.batch_size)

    @property
    def weights(self) -> int:
        """Trainable numbers, but for the few that are no weights."""
        return sum(inputs * outputs for inputs, outputs in pairwise((PIXELS, *self.hidden, CLASSES)))

    def run_seconds(self, train_seconds: float, epochs: float) -> float:
        """A whole run.

        Args:
            train_seconds: In the training steps of an epoch.
            epochs: How many.
        """
        train, validation, test = self.sizes
        evaluation = EVALUATION_SHARE * train_seconds / train
        files = FILE_SECONDS + FILE_SECONDS_PER_WEIGHT * self.weights
        start = START_SECONDS + sum(self.sizes) / IMAGES_PER_SECOND
        return start + epochs * (train_seconds + validation * evaluation + files) + test * evaluation


def slowdown(threads: int, company: int, cores: int) -> float:
    """How much longer the steps of a run take beside others with as many threads: a share of the cores each.

    On two cores, two runs of two threads each trained 39,500 images a second apiece, one alone 80,000.

    Args:
        threads: Of each run.
        company: Runs that train beside it.
        cores: Of the machine.

    Returns:
        A factor, 1 or more.
    """
    return max(1.0, threads * (1 + company) / cores)


class Paces:
    """The seconds of an epoch's training steps, by shape.

    Args:
        runs: Of the home directory.
        here: Versions and machine, as `layout.environment` tells them: other runs do not count.
        cores: Of this machine.
    """

    def __init__(self, runs: Iterable[Run], here: Mapping[str, Any], cores: int) -> None:
        self._cores = cores
        self._seen: dict[Shape, list[tuple[int, float]]] = defaultdict(list)
        self._runs: dict[Hashable, list[Run]] = defaultdict(list)
        for run in sorted(runs, key=lambda run: run.run_id, reverse=True):
            if run.started is None or run.finished is None or run.is_altered:
                continue
            if run.status in COMPLETE:
                self._runs[_course(run.config)].append(run)
            is_from_here = {name: run.manifest.get(name) for name in here} == dict(here)
            if is_from_here and run.finished.images_per_second:
                shape = Shape.of(run.config, run.started.threads, run.started.sizes)
                seconds = run.started.train_images / run.finished.images_per_second
                self._seen[shape].append((run.other_runs, seconds))

    def learn(self, shape: Shape, train_seconds: float, company: int) -> None:
        """Take a measurement.

        Args:
            shape: Of the run that was measured.
            train_seconds: Of an epoch.
            company: Runs that trained beside it.
        """
        self._seen[shape].insert(0, (company, train_seconds))

    def train_seconds(self, shape: Shape, company: int) -> float | None:
        """Of an epoch of such a run beside so many others; `None` where nothing like it was seen.

        Runs with the same company count; where there are none, those with the least, slowed down by as
        much as cores are shared.
        """
        seen = self._seen.get(shape)
        if not seen:
            return None
        companies = {others for others, _ in seen}
        nearest = company if company in companies else min(companies)
        seconds = statistics.median([seconds for others, seconds in seen if others == nearest][:NEWEST])
        factor = slowdown(shape.threads, company, self._cores) / slowdown(shape.threads, nearest, self._cores)
        return seconds * factor

    def epochs(self, config: RunConfig) -> tuple[float, bool]:
        """The epochs that a run with these settings may be expected to train, and whether it is a bound.

        Runs that differ in seed and threads alone tell how soon it stops early. At a constant learning rate,
        so do those that were given another number of epochs.
        """
        if not config.early_stopping or config.epochs <= config.early_stopping:
            return config.epochs, False
        seen = []
        for run in self._runs.get(_course(decide(config)), ()):
            trained = run.finished.epochs if run.finished else 0
            if run.status is Status.EARLY_STOPPED or trained >= config.epochs:
                seen.append(min(trained, config.epochs))
        return (statistics.fmean(seen[:NEWEST]), False) if seen else (config.epochs, True)


def _course(config: RunConfig) -> Hashable:
    """What runs have in common that go the same way as long as they last, but for chance."""
    left_out = ("name", "seed", "threads")
    return without(config, *left_out, *(["epochs"] if config.schedule == "constant" else []))


def _alone(_active: int) -> float:
    return 1.0


def wall_seconds(durations: Iterable[float], at_once: int, slowed: Callable[[int], float] = _alone) -> float:
    """The time until some runs are over, which are started in this order as places become free.

    Args:
        durations: What each takes alone, in seconds.
        at_once: How many may train at the same time, 1 or more.
        slowed: By what factor each of so many that train at the same time takes longer.
    """
    elapsed, left = 0.0, deque(durations)
    active: list[float] = []
    while left or active:
        while left and len(active) < at_once:
            active.append(left.popleft())
        first = min(active)
        elapsed += first * slowed(len(active))
        active = [seconds - first for seconds in active if seconds > first]
    return elapsed
