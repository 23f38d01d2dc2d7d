"""What is about to be trained, and how long that will take here: what stands beside every start.

For the dashboard `look_ahead` does it all, in a thread; commands, which have read the home, use `Forecast`.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace

from mnist_tui import cores
from mnist_tui.analysis.budget import check_rows, propose
from mnist_tui.analysis.formatting import rough_time
from mnist_tui.analysis.pace import Paces, Shape, slowdown, wall_seconds
from mnist_tui.benchmark.burst import step_seconds
from mnist_tui.data import source
from mnist_tui.errors import RunError
from mnist_tui.jobs import queue
from mnist_tui.runs import reuse
from mnist_tui.runs.layout import environment
from mnist_tui.runs.run import Run
from mnist_tui.settings.design import Design
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.text import number_of

MOST_SHAPES = 12
"""Shapes of one plan that are measured; others are taken for the one nearest in size."""

WORTH_SECONDS = 15.0
"""What takes less, by rule of thumb, is not worth a measurement."""

WEIGHTS_PER_SECOND = 1.5e10
"""Weights times images that a slow machine trains in a second: the rule of thumb."""

STEP_SECONDS = 5e-4
"""What a step takes there, however small the network."""


@dataclass(frozen=True)
class Outlook:
    """What is about to be trained.

    Attributes:
        runs: How many runs are wanted.
        taken: How many of them were trained earlier.
        joined: How many train already, or wait for a core.
        seconds: What the others are expected to take together; `None` where that could not be told.
        is_bound: Whether early stopping may make it less.
        is_guess: Whether nothing was measured, because they take no time to speak of.
    """

    runs: int
    taken: int = 0
    joined: int = 0
    seconds: float | None = None
    is_bound: bool = False
    is_guess: bool = False

    @property
    def time(self) -> str:
        """The expected time in words, for example `about 40 s`; empty where it is not known."""
        if self.seconds is None or self.taken + self.joined == self.runs:
            return ""
        if self.is_guess:
            return "a few seconds"
        return f"{'at most' if self.is_bound else 'about'} {rough_time(self.seconds)}"

    @property
    def words(self) -> str:
        """All of it in a line, for example `6 runs, 2 of them trained earlier, about 40 s`."""
        runs = number_of(self.runs, "run")
        if self.taken == self.runs:
            return f"{runs}, trained earlier"
        taken = f"{self.taken} of them trained earlier" if self.taken else ""
        joined = f"{self.joined} of them on their way already" if self.joined else ""
        return ", ".join(part for part in (runs, taken, joined, self.time) if part)


class Forecast:
    """How long runs will take, from those of the home, else from a burst of training steps.

    Args:
        runs: Of the home directory.
        busy: How many train right now.
        company: How many will train beside each of those that are expected, as far as its number of threads
            depends on it.
        measure: See `burst.step_seconds`.
    """

    def __init__(
        self,
        runs: Iterable[Run],
        busy: int = 0,
        company: int | None = None,
        measure: Callable[[Sequence[RunConfig]], list[float]] | None = None,
    ) -> None:
        self._cores = cores.available_cores()
        self._paces = Paces(runs, environment(), self._cores)
        self._busy, self._company = busy, busy if company is None else company
        self._measure = measure or step_seconds

    def shape(self, config: RunConfig) -> Shape:
        """What the time of an epoch depends on.

        Raises:
            DataError: The data set is not on this machine, or its files are damaged.
        """
        sizes = source.sizes(source.resolve(config.dataset), config.validation_size)
        return Shape.of(config, config.threads or cores.auto_threads(self._company), sizes)

    def _knows(self, shape: Shape) -> bool:
        return self._paces.train_seconds(shape, self._busy) is not None

    def learn(self, configs: Iterable[RunConfig]) -> None:
        """Measure what no run tells.

        Raises:
            DataError: A data set is not on this machine, or its files are damaged.
            RunError: Nothing could be measured.
        """
        unknown = {}
        for config in configs:
            shape = self.shape(config)
            if not self._knows(shape):
                unknown[shape] = config.replace(threads=shape.threads, batch_size=shape.batch_size)
        if not unknown:
            return
        by_size = sorted(unknown, key=lambda shape: shape.weights)
        chosen = by_size[:: -(-len(by_size) // MOST_SHAPES)]
        measured = dict(zip(chosen, self._measure([unknown[shape] for shape in chosen]), strict=True))
        for shape in by_size:
            nearest = min(chosen, key=lambda one: (one != shape, abs(one.weights - shape.weights)))
            per_step = measured[nearest] * shape.weights * shape.batch_size
            per_step /= nearest.weights * nearest.batch_size
            self._paces.learn(shape, per_step * shape.steps, self._busy)

    def seconds(self, config: RunConfig, company: int | None = None) -> tuple[float, bool]:
        """Of one run, and whether it is a bound, because early stopping may make it less.

        Args:
            config: Must have been learnt; what was not is guessed.
            company: How many train beside it; where it is not said, those that do now.
        """
        shape = self.shape(config)
        pace = self._paces.train_seconds(shape, self._busy if company is None else company)
        epochs, is_bound = self._paces.epochs(config)
        return shape.run_seconds(_guess(shape) if pace is None else pace, epochs), is_bound

    def outlook(
        self, configs: Sequence[RunConfig], taken: int = 0, joined: int = 0, at_once: int = 1
    ) -> Outlook:
        """What training some configurations takes.

        Args:
            configs: Those that are to be trained.
            taken: How many more were trained earlier.
            joined: How many more train already, or wait.
            at_once: How many of them may train at the same time.

        Raises:
            DataError: A data set is not on this machine, or its files are damaged.
        """
        plan = Outlook(len(configs) + taken + joined, taken, joined)
        shapes = [self.shape(config) for config in configs]
        guessed = sum(
            self.seconds(config)[0] if self._knows(shape) else shape.run_seconds(_guess(shape), config.epochs)
            for shape, config in zip(shapes, configs, strict=True)
        )
        if guessed < WORTH_SECONDS and not all(map(self._knows, shapes)):
            return replace(plan, seconds=guessed, is_guess=True)
        try:
            self.learn(configs)
        except RunError:
            return plan
        expected = [self.seconds(config, 0) for config in configs]
        threads = max((shape.threads for shape in shapes), default=1)
        wall = wall_seconds(
            (seconds for seconds, _ in expected),
            at_once,
            lambda active: slowdown(threads, self._busy + active - 1, self._cores),
        )
        return replace(plan, seconds=wall, is_bound=any(is_bound for _, is_bound in expected))


def _guess(shape: Shape) -> float:
    return shape.steps * STEP_SECONDS + shape.sizes[0] * shape.weights / WEIGHTS_PER_SECOND


@dataclass(frozen=True)
class Plan:
    """What a dashboard is about to start.

    Attributes:
        design: The rows, with their seeds and epochs.
        outlook: How many runs these are, and how long they take.
    """

    design: Design
    outlook: Outlook


def plan_ahead(
    design: Design, runs: Sequence[Run], budget: float | None = None, under_way: Container[str] = ()
) -> Plan:
    """What `Laboratory.start` would do with a design, or with as much of it as fits into a budget.

    It reads the disk, and may train for about a second in a process of its own: call it in a thread.

    Args:
        design: The rows; with a budget, its seeds do not count.
        runs: Those of the home, as many as are known; a list that nobody changes meanwhile.
        budget: Seconds that there are; see `analysis.budget`.
        under_way: `Laboratory.under_way`.

    Raises:
        ConfigError: Nothing fits into the budget, or the rows differ in what it chooses.
        DataError: A data set is not on this machine, or its files are damaged.
        RunError: There is a budget, and the speed of training could not be measured.
    """
    if budget is not None:
        check_rows(design.rows)
        busy, most = len(queue.busy()), cores.most_runs()
        at_once = max(1, min(most - busy, len(design.rows)))
        forecast = Forecast(runs, busy, at_once - 1)
        forecast.learn(design.rows)

        def seconds(epochs: int) -> float:
            return forecast.outlook(design.with_epochs(epochs).rows, at_once=at_once).seconds or 0.0

        fits = propose(budget, design.rows[0].epochs, seconds)
        design = Design(design.with_epochs(fits.epochs).rows, fits.seeds)
    return Plan(design, look_ahead(design.configs, runs, under_way))


def look_ahead(
    configs: Sequence[RunConfig],
    runs: Iterable[Run],
    under_way: Container[str] = (),
    *,
    fresh: bool = False,
    may_measure: bool = True,
) -> Outlook:
    """What `Laboratory.start` would do with some configurations, and how long that takes.

    It reads the disk, and may train for about a second in a process of its own: call it in a thread.

    Args:
        configs: As they would be started.
        runs: Those of the home, as many as are known; a list that nobody changes meanwhile.
        under_way: `Laboratory.under_way`.
        fresh: See `Laboratory.start`.
        may_measure: Whether to train for a second where no run tells how long such ones take.

    Raises:
        DataError: A data set is not on this machine, or its files are damaged.
    """
    runs = list(runs)
    found = reuse.find(configs, [] if fresh else runs, under_way)
    missing = [config for config, run in zip(configs, found, strict=True) if run is None]
    busy, most = len(queue.busy()), cores.most_runs()
    company = max(0, min(busy + len(queue.entries()) + len(missing), most) - 1)
    forecast = Forecast(runs, busy, company, None if may_measure else _measure_nothing)
    joined = sum(run is not None and run.run_id in under_way for run in found)
    taken = len(configs) - len(missing) - joined
    return forecast.outlook(missing, taken, joined, max(1, most - busy))


def _measure_nothing(_configs: Sequence[RunConfig]) -> list[float]:
    raise RunError("No run tells how long such ones take.")
