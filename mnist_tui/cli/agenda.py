"""What `compare` is about to do: which runs it takes and trains, how long that will take, and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from mnist_tui import cores
from mnist_tui.analysis.budget import (
    TOLERANCE,
    Proposal,
    check_rows,
    goes_on,
    kept,
    most_seeds,
    propose,
)
from mnist_tui.analysis.formatting import rough_time
from mnist_tui.benchmark.outlook import Forecast, Outlook
from mnist_tui.jobs import queue
from mnist_tui.runs import reuse
from mnist_tui.runs.run import Run
from mnist_tui.settings.design import Design
from mnist_tui.text import number_of
from mnist_tui.training.events import VERSION


@dataclass(frozen=True)
class Budget:
    """The time that there is, and what was found to fit.

    Attributes:
        seconds: Of it, from `began` on.
        began: By `time.monotonic`.
        asked: The epochs that were asked for.
        proposal: What fits.
    """

    seconds: float
    began: float
    asked: int
    proposal: Proposal


@dataclass(frozen=True)
class Agenda:
    """What is about to be trained.

    Attributes:
        design: Rows and seeds; with a budget, as many seeds as there may be if time is left.
        earlier: For each of the design's configurations the run that it already is, or `None`.
        planned: How many of the configurations are wanted in any case.
        outlook: What these take.
        budget: Until when; `None` where nobody said so.
    """

    design: Design
    earlier: Sequence[Run | None]
    planned: int
    outlook: Outlook
    budget: Budget | None = None

    def lines(self) -> list[str]:
        """It in words."""
        lines = [self.outlook.words]
        if self.budget:
            fits, rows = self.budget.proposal, len(self.design.rows)
            fewer = f", where {self.budget.asked} were asked for" if fits.epochs < self.budget.asked else ""
            lines.insert(
                0,
                f"Budget {rough_time(self.budget.seconds)}: {number_of(rows, 'row')} × "
                f"{number_of(fits.seeds, 'seed')} × {number_of(fits.epochs, 'epoch')} "
                f"fit{fewer}",
            )
        return lines

    def to_dict(self) -> dict[str, Any]:
        """It as an event for programs."""
        event = {
            "event": "plan",
            "v": VERSION,
            "runs": self.outlook.runs,
            "taken": self.outlook.taken,
            "expected_seconds": None if self.outlook.is_guess else self.outlook.seconds,
            "is_bound": self.outlook.is_bound,
        }
        if self.budget:
            fits = self.budget.proposal
            event |= {"budget_seconds": self.budget.seconds, "seeds": fits.seeds, "epochs": fits.epochs}
        return event


def prepare(
    design: Design,
    runs: Iterable[Run],
    *,
    fresh: bool = False,
    budget: float | None = None,
    seeds: int | None = None,
) -> Agenda:
    """Find out what is to be done; measures where it must.

    Args:
        design: What was asked for; with a budget, its seeds do not count.
        runs: Those of the home directory.
        fresh: Whether what was trained earlier is trained again.
        budget: Seconds that there are, from now on.
        seeds: The most seeds within the budget, where somebody said so.

    Raises:
        ConfigError: Nothing fits into the budget, or it may not choose the epochs or seeds.
        DataError: A data set is not on this machine.
        RunError: There is a budget, and the speed of training could not be measured.
    """
    began, runs = monotonic(), list(runs)
    forecast = Forecast(runs, min(len(queue.busy()), cores.most_runs() - 1))
    limit = None
    if budget is not None:
        design, limit = _fit(design, forecast, budget, began, seeds)
    configs = design.configs
    earlier = reuse.find(configs, [] if fresh else runs)
    planned = len(design.rows) * limit.proposal.seeds if limit else len(configs)
    missing = [config for config, run in zip(configs[:planned], earlier, strict=False) if run is None]
    return Agenda(design, earlier, planned, forecast.outlook(missing, planned - len(missing)), limit)


def _fit(
    design: Design, forecast: Forecast, budget: float, began: float, seeds: int | None
) -> tuple[Design, Budget]:
    check_rows(design.rows)
    forecast.learn(design.rows)
    asked = design.rows[0].epochs

    def seconds(epochs: int) -> float:
        return sum(forecast.seconds(row)[0] for row in design.with_epochs(epochs).rows)

    proposal = propose(budget - (monotonic() - began), asked, seconds, seeds)
    rows = design.with_epochs(proposal.epochs).rows
    return Design(rows, most_seeds(proposal.seeds, seeds)), Budget(budget, began, asked, proposal)


class Timekeeper:
    """Decides before each round, a seed of every row, whether it still belongs into the budget.

    Whatever was expected, what counts is how long runs have taken so far: a slow machine trains fewer seeds
    than were planned, and time that early stopping leaves makes room for more. The first seed of every row
    is trained in any case: fewer would be no comparison.

    Args:
        agenda: What is being done.
    """

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._rows = len(agenda.design.rows)
        self._started = monotonic()
        self._trained = self._begun = 0

    def goes_on(self, number: int) -> bool:
        """Whether to go on with the configuration of this number; asked for each, in order."""
        budget, earlier = self._agenda.budget, self._agenda.earlier
        end_of_round = number - number % self._rows + self._rows
        missing = earlier[number:end_of_round].count(None)
        if budget and number >= self._rows and missing:
            now = monotonic()
            run_seconds = (now - self._started) / self._trained if self._trained else 0.0
            elapsed, is_planned = now - budget.began, number < self._agenda.planned
            if number % self._rows == 0:
                round_seconds = missing * run_seconds
                fits = goes_on(budget.seconds, elapsed, round_seconds, is_planned=is_planned)
            else:  # it did when the round began
                fits = elapsed + run_seconds <= (1 + TOLERANCE) * budget.seconds
            if not fits:
                return False
        self._trained += earlier[number] is None
        self._begun += 1
        return True

    @property
    def seeds(self) -> int:
        """Of every row, as many as were trained."""
        return self._begun // self._rows

    def words(self) -> str:
        """What became of the budget, once all is over; empty where there was none."""
        if self._agenda.budget is None:
            return ""
        budget = self._agenda.budget
        return kept(self.seeds, budget.proposal.seeds, monotonic() - budget.began)

    def to_dict(self) -> dict[str, Any]:
        """The same as an event for programs."""
        budget = self._agenda.budget
        seconds = monotonic() - budget.began if budget else 0.0
        return {"event": "budget", "v": VERSION, "seeds": self.seeds, "elapsed_seconds": round(seconds, 3)}
