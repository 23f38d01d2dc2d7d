"""What the dialogs have in common that ask which rows to train."""

import asyncio
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.widgets import Input, Label

from mnist_tui.analysis.budget import parse_budget
from mnist_tui.errors import ConfigError, MnistTuiError
from mnist_tui.runs.run import Run
from mnist_tui.settings.design import Design
from mnist_tui.settings.labels import distinct_labels
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.text import number_of
from mnist_tui.tui.dialogs.form import FormScreen

if TYPE_CHECKING:
    from mnist_tui.benchmark.outlook import Plan

TYPING_SECONDS = 0.3
"""After the last key, until it is worked out how long it takes."""


@dataclass(frozen=True)
class Known:
    """What tells how long runs take here, and which need not be trained.

    Attributes:
        runs: Those of the home.
        under_way: `Laboratory.under_way`.
    """

    runs: Sequence[Run] = ()
    under_way: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wish:
    """What shall be trained.

    Attributes:
        design: The rows with their seeds; with a budget, with those that are expected to fit.
        budget: Seconds, where there is one.
    """

    design: Design
    budget: float | None = None


class PlanScreen(FormScreen[Wish]):
    """Ask for rows and a budget; returns the rows with their seeds.

    Args:
        title: What is asked.
        typed: What stands in the field at first.
        seeds: How many each row is trained with.
        known: What is there already.
    """

    def __init__(self, title: str, typed: str, seeds: int, known: Known) -> None:
        super().__init__(title)
        self._typed, self._seeds, self._known = typed, seeds, known
        self._plans: dict[tuple[Design, float | None], Plan | MnistTuiError] = {}

    def fields(self) -> ComposeResult:
        """What tells the rows apart, as the command line takes it, and how long it may take."""
        yield Input(self._typed, id="rows", compact=True, select_on_focus=False)
        yield Label("Budget: as many seeds and epochs as fit into so much time")
        yield Input(
            "", id="budget", compact=True, placeholder="none; or 60s, 5m, 1.5h", select_on_focus=False
        )

    def field_of(self, error: MnistTuiError) -> str:
        """The budget is to blame for itself, what was typed for all else."""
        return "budget" if super().field_of(error) == "budget" else "rows"

    @abstractmethod
    def rows(self, typed: str) -> list[RunConfig]:
        """A configuration for each row.

        Raises:
            ConfigError: What was typed makes no rows.
        """

    def _asked(self) -> tuple[Design, float | None]:
        """The rows and their seeds, and the budget."""
        typed, budget = (self.query_one(name, Input).value.strip() for name in ("#rows", "#budget"))
        return Design(tuple(self.rows(typed)), self._seeds), parse_budget(budget) if budget else None

    def answer(self) -> Wish:
        """The rows, with the seeds and epochs that fit into the budget, where there is one."""
        asked = self._asked()
        design, budget = asked
        if budget is None:
            return Wish(design)
        plan = self._plans.get(asked)
        if plan is None:
            raise ConfigError("budget", "budget is being worked out: press enter again in a moment.")
        if isinstance(plan, MnistTuiError):
            raise plan
        return Wish(plan.design, budget)

    def preview(self) -> str:
        """Which runs that makes, and how long they take."""
        asked = self._asked()
        design, time = asked[0], "…"
        plan = self._plans.get(asked)
        if plan is None:
            self._plan_ahead(*asked)
        elif not isinstance(plan, MnistTuiError):
            design, time = plan.design, plan.outlook.words
        elif asked[1] is not None:
            raise plan
        counts = [number_of(len(design.rows), "row")]
        if design.seeds > 1 or asked[1] is not None:
            counts.append(number_of(design.seeds, "seed"))
        if asked[1] is not None:
            counts.append(number_of(design.rows[0].epochs, "epoch"))
        labels = " · ".join(distinct_labels(design.rows))
        kept = "" if asked[1] is None else "\nSeeds are added, or left out, so that it takes as long."
        return f"{' × '.join(counts)}: {time}{kept}\n\n{labels}\n\nenter starts · esc goes back"

    @work(group="plan", exclusive=True, exit_on_error=False)
    async def _plan_ahead(self, design: Design, budget: float | None) -> None:
        """Work out in a thread how long it takes, and what fits."""
        await asyncio.sleep(TYPING_SECONDS)

        def plan() -> "Plan":
            from mnist_tui.benchmark.outlook import plan_ahead  # which no first paint waits for

            return plan_ahead(design, self._known.runs, budget, self._known.under_way)

        try:
            self._plans[design, budget] = await asyncio.to_thread(plan)
        except MnistTuiError as error:
            self._plans[design, budget] = error
        self._preview()
