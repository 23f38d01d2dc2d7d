"""Budgets in the dashboard: as many seeds as there is time for, by a clock that played runs move."""

from collections.abc import Awaitable, Callable

import pytest
from textual.widgets import Input, Static

from mnist_tui import cores
from mnist_tui.benchmark import outlook
from mnist_tui.benchmark.outlook import Outlook, Plan
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.jobs.scripted import ScriptedExecutor, ScriptedRun
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run
from mnist_tui.settings.design import Design
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.budgeted import Budgeted
from mnist_tui.tui.dialogs.sweep import SweepScreen
from mnist_tui.tui.screens import starting
from mnist_tui.tui.screens.starting import StartingScreen
from tests.runs.helpers import epoch, finished, started_on, step
from tests.tui.helpers import WIDE, fill, opened, said, until

SHARED = RunConfig(dataset="sample", hidden=(16,), threads=1, early_stopping=0)
EXPECTED = 60 / 9
"""Seconds a run, with which three seeds of three rows fit into a minute."""


class Clock(ScriptedExecutor):
    """Trains runs in no time and moves the clock by what they take.

    Attributes:
        pace: Times what was expected that a run takes, run by run; the last one stands for all later ones.
        endless: Whether runs do not come to their end by themselves.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.pace: tuple[float, ...] = (1.0,)
        self.endless = False

    def start(self, directory: RunDirectory) -> ScriptedRun:
        config = Run.read(directory).config
        begun = (started_on(config), step(1), epoch(1))
        self.script = begun if self.endless else (*begun, finished())
        self.now += EXPECTED * self.pace[min(len(self.runs), len(self.pace) - 1)]
        return super().start(directory)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(cores, "available_cores", lambda: 2)
    return Clock()


def budgeted(clock: Clock, **options: bool) -> tuple[Laboratory, Budgeted]:
    laboratory = Laboratory(clock)
    design = Design(tuple(classic_rows(SHARED)), 3)
    return laboratory, Budgeted(laboratory, design, 60, clock=lambda: clock.now, **options)


async def trained(clock: Clock, **options: bool) -> str:
    """Have all of it trained; what became of the budget."""
    laboratory, found = budgeted(clock, **options)
    await laboratory.look()
    await found.begin()
    for _ in range(100):
        await laboratory.look()
        await found.look()
        if found.is_over:
            break
    await laboratory.close()
    return found.words()


def seeds() -> list[int]:
    return sorted(RunDirectory(path).read_config().seed for path in list_runs())


@pytest.mark.parametrize(
    ("pace", "words"),
    [
        ((1.0,), "Budget: 3 seeds of every row, after 1 min."),
        ((1.5,), "Budget: 2 of 3 seeds of every row, after 1 min: they took longer than expected."),
        ((0.5,), "Budget: 6 seeds of every row, 3 more than planned, after 1 min."),
        ((20.0,), "Budget: 1 of 3 seeds of every row, after 6.7 min: they took longer than expected."),
    ],
    ids=["as expected", "slower", "faster", "much slower"],
)
async def test_a_budget_is_kept_by_what_runs_take(clock: Clock, pace: tuple[float, ...], words: str) -> None:
    clock.pace, before = pace, clock.now
    told = await trained(clock)
    assert told.replace("60 s", "1 min") == words
    rows = int(words.split()[1])
    assert seeds() == [seed for seed in range(rows) for _ in range(3)]
    assert rows == 1 or 0.85 * 60 < clock.now - before < 1.15 * 60


async def test_what_was_trained_earlier_leaves_time_for_more_seeds_unless_it_is_wanted_fresh(
    clock: Clock,
) -> None:
    await trained(clock)
    assert "3 more than planned" in await trained(clock)
    assert seeds() == [seed for seed in range(6) for _ in range(3)]
    assert "Budget: 3 seeds of every row, after" in await trained(clock, fresh=True)
    assert len(seeds()) == 18 + 9


async def test_what_waits_too_long_leaves_the_queue_again(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    laboratory, found = budgeted(clock)
    await laboratory.look()
    await found.begin()
    for _ in range(3):
        await laboratory.look()
    clock.endless = True
    assert await found.look()
    await laboratory.look()
    assert len(laboratory.waiting) == 1
    clock.now += 100
    await found.look()
    assert laboratory.waiting == []
    assert seeds() == [0, 0, 0, 1, 1]
    for run in clock.runs.values():
        run.say(finished())
    await laboratory.look()
    await found.look()
    assert found.is_over
    assert found.words().startswith("Budget: 1 of 3 seeds of every row")
    await laboratory.close()


async def stop(laboratory: Laboratory, run_id: str) -> None:
    await laboratory.stop(run_id)


async def discard(laboratory: Laboratory, run_id: str) -> None:
    await laboratory.discard(run_id)


@pytest.mark.parametrize("end", [stop, discard])
async def test_who_stops_or_deletes_a_run_gets_no_more_of_them(
    clock: Clock, end: Callable[[Laboratory, str], Awaitable[None]]
) -> None:
    clock.endless = True
    laboratory, found = budgeted(clock)
    begun = await found.begin()
    await laboratory.look()
    await found.look()
    await end(laboratory, begun.run_ids[0])
    await laboratory.look()
    assert await found.look() is None
    assert found.is_over
    assert found.words() == "Budget: no more seeds are added, because a run was stopped or deleted."
    await laboratory.close()


async def test_a_budget_that_is_typed_adds_seeds_until_the_time_is_up(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(design: Design, *_: object) -> Plan:
        return Plan(Design(design.rows, 1), Outlook(len(design.rows), seconds=10.0))

    monkeypatch.setattr(outlook, "plan_ahead", plan)
    monkeypatch.setattr(starting, "BUDGET_SECONDS", 0.01)
    app = MnistTuiApp(Laboratory(clock))
    async with app.run_test(size=WIDE) as pilot:
        fill(app, {"dataset": "sample", "hidden": "16"})
        await pilot.press("w")
        await opened(pilot, SweepScreen)
        app.screen.query_one("#rows", Input).value = "dropout=0,0.2"
        app.screen.query_one("#budget", Input).value = "60s"
        await until(pilot, lambda: "2 rows × 1 seed × 30 epochs: 2 runs, about 10 s" in message(app))
        assert "Seeds are added, or left out, so that it takes as long." in message(app)
        await pilot.press("enter")
        await until(
            pilot, lambda: any(words.startswith("Budget: 4 seeds of every row") for words in said(app))
        )
        assert seeds() == [0, 0, 1, 1, 2, 2, 3, 3]
        await until(pilot, lambda: [len(app.session.members(row)) for row in app.session.shown] == [4, 4])


def message(app: MnistTuiApp) -> str:
    return str(app.screen.query_one("#message", Static).render())


class Played(Budgeted):
    """A budget that is over when it is said."""

    def __init__(self, name: str) -> None:
        self.name, self.is_over, self.looks = name, False, 0

    async def look(self) -> None:
        self.looks += 1

    def was_asked(self) -> bool:
        return self.looks > 0

    def words(self) -> str:
        return self.name


async def test_another_budget_ends_none_that_is_kept(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "BUDGET_SECONDS", 0.01)
    app = MnistTuiApp(Laboratory(clock))
    async with app.run_test(size=WIDE) as pilot:
        assert isinstance(app.screen, StartingScreen)
        budgets = [Played("first"), Played("second")]
        for one in budgets:
            app.screen._keep(one)
            await until(pilot, one.was_asked)
        for one in budgets:
            one.is_over = True
        await until(pilot, lambda: {"first", "second"} <= set(said(app)))
