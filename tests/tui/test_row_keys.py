"""Keys on a row mean all of its runs."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from mnist_tui.errors import RunError
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.tune import TuneScreen
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.session import run_entry
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import (
    LONG,
    WIDE,
    Cast,
    fill,
    hints,
    opened,
    record,
    recorded_events,
    runs,
    said,
    started_row,
    table_texts,
    until,
)

SEEDS = 3

pytestmark = pytest.mark.cores(SEEDS)  # all seeds of a row train at once


def all_are(some: list[Run], status: Status) -> bool:
    return all(run.status is status for run in some)


def commands(cast: Cast, some: list[Run]) -> list[list[str]]:
    """What each run was told, last thing last."""
    return [[command["command"] for command in cast.runs[run.run_id].commands] for run in some]


async def training_row(pilot: Pilot[int], seeds: int = SEEDS) -> list[Run]:
    """A row that trains until somebody stops it, under the cursor."""
    some = await started_row(pilot, seeds, **LONG)
    await until(pilot, lambda: all(run.epochs for run in some))
    return some


async def asked(pilot: Pilot[int], key: str) -> str:
    """Press a key that asks; the question."""
    await pilot.press(key)
    await opened(pilot, ConfirmScreen)
    return str(pilot.app.screen.query_one(Static).render())


async def test_p_and_n_mean_all_seeds(app: MnistTuiApp, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async with app.run_test(size=WIDE) as pilot:
        some = await training_row(pilot)
        assert hints(app) == "p pause · n one epoch · t tune · x stop"
        await pilot.press("p")
        await until(pilot, lambda: all_are(some, Status.PAUSED))
        await until(pilot, lambda: table_texts(app)[0]["status_words"] == "0 of 3 seeds · 3 paused")
        await pilot.press("p")
        await until(pilot, lambda: all_are(some, Status.TRAINING))
        # Where some are paused, those that train pause too.
        await app.laboratory.pause_or_resume(some[1].run_id)
        await until(pilot, lambda: some[1].status is Status.PAUSED)
        await pilot.press("p")
        await until(pilot, lambda: all_are(some, Status.PAUSED))
        await pilot.press("n")
        await until(pilot, lambda: all(told[-1] == "step" for told in commands(cast, some)))
        # What fails for one seed is told once, and keeps no other from it.
        told: list[str] = []

        async def tell(run_id: str) -> None:
            told.append(run_id)
            if run_id != some[2].run_id:
                raise RunError("It cannot be told.")

        for key, name in (("p", "pause_or_resume"), ("n", "one_epoch")):
            monkeypatch.setattr(app.laboratory, name, tell)
            app._notifications.clear()
            told.clear()
            await pilot.press(key)
            await until(pilot, lambda: told == [run.run_id for run in some])
            await until(pilot, lambda: said(app) == ["It cannot be told."])


async def test_t_changes_all_seeds_which_then_stand_alone(app: MnistTuiApp, cast: Cast) -> None:
    async with app.run_test(size=WIDE) as pilot:
        some = await training_row(pilot)
        await pilot.press("t")
        await opened(pilot, TuneScreen)
        fill(app, {"dropout": "0.2"})
        await pilot.press("enter")
        await until(pilot, lambda: all(run.changes for run in some))
        assert commands(cast, some) == [["set"]] * SEEDS
        await until(pilot, lambda: said(app) == ["● plain (3 seeds): changed from the next step on."])
        names = [f"plain seed {seed}" for seed in range(SEEDS)]
        await until(pilot, lambda: [row["label"][2:] for row in table_texts(app)] == names)


async def test_x_keeps_or_discards_all_that_train_and_p_goes_on_with_what_was_kept(
    app: MnistTuiApp, cast: Cast
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        some = await training_row(pilot)
        question = "Stop ● plain (3 seeds)? Kept, each that trains is tested with its best weights so far."
        assert await asked(pilot, "x") == question
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.dashboard)
        await asked(pilot, "x")
        await pilot.press("enter")
        await until(pilot, lambda: all_are(some, Status.STOPPED))
        await until(pilot, lambda: table_texts(app)[0]["status_words"] == "0 of 3 seeds · 3 stopped")
        # p goes on with all that were stopped.
        await until(pilot, lambda: hints(app) == "p resume · v replay · F fork · x delete")
        before = list(cast.runs.values())
        await until(pilot, lambda: all(played.is_buried for played in before))
        await pilot.press("p")
        await until(pilot, lambda: all(one not in before for one in cast.runs.values()))
        assert list(cast.runs) == [run.run_id for run in some]
        await until(pilot, lambda: all_are(some, Status.TRAINING))
        await asked(pilot, "x")
        await pilot.press("enter")
        await until(pilot, lambda: all_are(some, Status.STOPPED))
        again = await training_row(pilot)
        assert {run.run_id for run in again}.isdisjoint(run.run_id for run in some)
        await asked(pilot, "x")
        await pilot.press("right", "enter")
        await until(pilot, lambda: runs(app) == some)
        await until(
            pilot, lambda: [row["status_words"] for row in table_texts(app)] == ["0 of 3 seeds · 3 stopped"]
        )


async def test_x_stops_the_others_where_one_ended_while_it_asked(app: MnistTuiApp, cast: Cast) -> None:
    async with app.run_test(size=WIDE) as pilot:
        some = await training_row(pilot)
        await asked(pilot, "x")
        over = cast.runs[some[0].run_id]
        over.say(recorded_events(2, floor=0.1, rate=1)[-1])
        await until(pilot, lambda: over.is_buried and some[0].status is Status.COMPLETED)
        await pilot.press("enter")
        await until(pilot, lambda: all_are(some[1:], Status.STOPPED))
        assert some[0].status is Status.COMPLETED
        assert said(app) == []


async def test_x_deletes_all_seeds_of_a_row_that_is_over(app: MnistTuiApp) -> None:
    directories = [
        record(RunConfig(epochs=2, seed=seed), recorded_events(2, floor=0.1, rate=1), number=seed)
        for seed in range(SEEDS)
    ]
    other = record(RunConfig(epochs=2, batch_norm=True), recorded_events(2, floor=0.1, rate=1), number=9)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(runs(app)) == SEEDS + 1)
        table = app.dashboard.query_one(RunsTable)
        await until(pilot, lambda: table.row_count == 2)
        table.focus()
        await pilot.press("down", "o")
        await until(pilot, lambda: table.row_count == 2 + SEEDS)
        question = await asked(pilot, "x")
        assert (
            question == "plain (3 seeds): all are over. Delete their logs, weights and checkpoints? "
            "u brings them back from the bin."
        )
        await pilot.press("right", "enter")
        await until(pilot, lambda: table.row_count == 1)
        assert [directory.path.exists() for directory in [*directories, other]] == [False] * SEEDS + [True]
        assert app.dashboard.selected_ids == (other.run_id,)


async def test_x_on_the_line_of_one_seed_means_that_seed(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        some = await training_row(pilot)
        await pilot.press("o")
        table = app.dashboard.query_one(RunsTable)
        await until(pilot, lambda: table.row_count == 1 + SEEDS)
        await pilot.press("down", "down")
        await until(pilot, lambda: table.selected_entry == run_entry(some[1].run_id))
        assert (
            await asked(pilot, "x")
            == "Stop ● plain, seed 1 in epoch 2? Kept, it is tested with its best weights so far."
        )
        await pilot.press("right", "enter")
        await until(pilot, lambda: runs(app) == [some[0], some[2]])
        await until(pilot, lambda: table.row_count == SEEDS)
        assert table_texts(app)[0]["status_words"] == "0 of 2 seeds · 2 training"


async def test_v_replays_all_seeds_beside_what_is_shown_with_them(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        other = await started_row(pilot, 1, hidden="8", epochs="2", dataset="sample")
        some = await started_row(pilot, SEEDS, hidden="16")
        await until(pilot, lambda: all(run.finished for run in (*other, *some)))
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen) and app.screen._replays)
        await until(pilot, lambda: len(table_texts(app, app.screen)) == SEEDS + 1)
        labels = [row["label"][2:] for row in table_texts(app, app.screen)]
        assert labels == [
            *(f"plain hidden 16 seed {seed}" for seed in range(SEEDS)),
            "plain hidden 8 seed 0",
        ]
