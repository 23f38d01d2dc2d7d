"""Runs that the dashboard starts within a budget: round by round, as many seeds as there is time for."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic

from mnist_tui.analysis.allowance import Allowance, Progress
from mnist_tui.analysis.budget import kept, most_seeds
from mnist_tui.errors import MnistTuiError
from mnist_tui.jobs.begun import Begun
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.runs import reuse
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.design import Design
from mnist_tui.settings.run_config import RunConfig

STOPPED_BY_SOMEBODY = frozenset({Status.STOPPED, Status.INTERRUPTED})


class Budgeted:
    """Rows that are trained with one seed after the other until the time is up.

    Whoever made it looks now and then; it starts the next seed of every row where that still belongs into the
    budget, and takes out of the queue what would end too late. The first seed of every row is trained in any
    case. Where somebody stops or deletes one of its runs, it adds no more.

    Args:
        laboratory: Trains them.
        design: The rows, with as many seeds as were proposed.
        seconds: The budget.
        fresh: See `Laboratory.start`.
        clock: Seconds, of which the difference counts.

    Attributes:
        is_over: Whether there is nothing to do any more.
        was_stopped: Whether that is because somebody stopped a run, or deleted it.
    """

    def __init__(
        self,
        laboratory: Laboratory,
        design: Design,
        seconds: float,
        *,
        fresh: bool = False,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._laboratory, self._fresh, self._clock = laboratory, fresh, clock
        self._rows, self._began = design.rows, clock()
        self._allowance = Allowance(seconds, design.seeds, most_seeds(design.seeds))
        self._rounds: list[list[str]] = []
        self._known: set[str] = set()
        self._left_out: set[str] = set()
        self.is_over = self.was_stopped = False

    @property
    def _elapsed(self) -> float:
        return self._clock() - self._began

    async def begin(self) -> Begun:
        """Start the first seed of every row.

        Raises:
            DataError: A data set is not on this machine.
            RunError: The home directory cannot be written.
        """
        return await self._start(self._configs(0))

    async def look(self) -> Begun | None:
        """Start another round where there is time; what came of it, or `None` where nothing was started.

        Raises:
            DataError: A data set is not on this machine any more.
            RunError: The home directory cannot be written.
        """
        runs = self._progress()
        if self.was_stopped:
            self.is_over = True
            return None
        if any(not run.has_begun for run in runs.values()):
            await self._give_up(runs)
            return None
        if len(self._rounds) < self._allowance.most and not self._left_out:
            configs = self._configs(len(self._rounds))
            missing = await self._missing(configs)
            if self._allowance.wants_round(self._elapsed, list(runs.values()), len(self._rounds), missing):
                return await self._start(configs)
        self.is_over = all(run.is_over for run in runs.values())
        return None

    def words(self) -> str:
        """What became of the budget."""
        if self.was_stopped:
            return "Budget: no more seeds are added, because a run was stopped or deleted."
        whole = sum(not self._left_out & set(some) for some in self._rounds)
        return kept(whole, self._allowance.planned, self._elapsed)

    def _configs(self, number: int) -> list[RunConfig]:
        return [row.replace(seed=row.seed + number) for row in self._rows]

    async def _start(self, configs: Sequence[RunConfig]) -> Begun:
        begun = await self._laboratory.start(configs, fresh=self._fresh)
        self._rounds.append(begun.started)
        return begun

    async def _missing(self, configs: Sequence[RunConfig]) -> int:
        """How many of them are to be trained."""
        if self._fresh:
            return len(configs)
        laboratory = self._laboratory
        runs, under_way = list(laboratory.runs.values()), laboratory.under_way
        return (await asyncio.to_thread(reuse.find, configs, runs, under_way)).count(None)

    def _progress(self) -> dict[str, Progress]:
        """Where each of its runs stands; notes whether somebody stopped one or deleted it."""
        found = {}
        for run_id in (one for some in self._rounds for one in some if one not in self._left_out):
            run = self._laboratory.runs.get(run_id)
            if run is None:
                self.was_stopped |= run_id in self._known
                found[run_id] = Progress(has_begun=False)
                continue
            self._known.add(run_id)
            self.was_stopped |= run.status in STOPPED_BY_SOMEBODY
            found[run_id] = _progress_of(run, waits=bool(self._laboratory.place(run_id)))
        return found

    async def _give_up(self, runs: dict[str, Progress]) -> None:
        """Take runs of the last round out of the queue that would end too late."""
        if len(self._rounds) < 2 or not self._allowance.gives_up(self._elapsed, list(runs.values())):
            return
        for run_id in self._rounds[-1]:
            if self._laboratory.place(run_id):
                self._left_out.add(run_id)
                try:
                    await self._laboratory.withdraw(run_id)
                except MnistTuiError:  # it has just begun
                    self._left_out.discard(run_id)


def _progress_of(run: Run, *, waits: bool) -> Progress:
    if waits or (run.is_active and not run.started):
        return Progress(has_begun=False)
    # One that is being tested is not over yet.
    return Progress(has_begun=True, share=min(run.progress, 0.99) if run.is_active else 1.0)
