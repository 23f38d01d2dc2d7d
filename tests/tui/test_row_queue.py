"""Rows beyond the cores: their seeds wait, move and leave the queue together."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.run import Run, Status
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.fork import ForkScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.runs.helpers import tiny_config, trained_here
from tests.tui.helpers import (
    LONG,
    WIDE,
    fill,
    hints,
    opened,
    runs,
    said,
    started_row,
    table_texts,
    until,
)

pytestmark = pytest.mark.cores(1)


async def queued(pilot: Pilot[int]) -> list[Run]:
    """A run that trains, a row of three seeds behind it, then another run; the cursor is on the row."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await started_row(pilot, 1, **LONG)
    some = await started_row(pilot, 3, batch_norm="on")
    await started_row(pilot, 1, batch_norm="off", dropout="0.5")
    app.dashboard.query_one(RunsTable).move_cursor(row=1)
    await until(pilot, lambda: order(app) == ["bn 0", "bn 1", "bn 2", "dropout 0"])
    await until(pilot, lambda: set(app.dashboard.selected_ids) == {run.run_id for run in some})
    return some


def order(app: MnistTuiApp) -> list[str]:
    """Who waits, the next one first."""
    configs = [app.laboratory.runs[run_id].config for run_id in app.laboratory.waiting]
    return [f"{'bn' if config.batch_norm else 'dropout'} {config.seed}" for config in configs]


async def test_the_seeds_of_a_row_that_waits_move_and_leave_together(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        some = await queued(pilot)
        assert hints(app) == "K J earlier, later · x take out"
        assert table_texts(app)[1]["status_words"] == "0 of 3 seeds · 3 waiting"
        for key, expected in (
            ("K", ["bn 0", "bn 1", "bn 2", "dropout 0"]),  # they do not overtake each other
            ("J", ["dropout 0", "bn 0", "bn 1", "bn 2"]),
            ("J", ["dropout 0", "bn 0", "bn 1", "bn 2"]),
            ("K", ["bn 0", "bn 1", "bn 2", "dropout 0"]),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert order(app) == expected
        assert said(app) == []
        # One seed that fell behind catches up with its row.
        await app.laboratory.move(some[2].run_id, 1)
        assert order(app) == ["bn 0", "bn 1", "dropout 0", "bn 2"]
        await pilot.press("K")
        await pilot.pause()
        assert order(app) == ["bn 0", "bn 1", "bn 2", "dropout 0"]
        # Keys that need a run that trains say that the seeds wait.
        for key in ("p", "n", "t"):
            app._notifications.clear()
            await pilot.press(key)
            await until(pilot, lambda: said(app) == ["▲ batchnorm (3 seeds) wait for their turn."])
        # x takes all out after a question, and escape none.
        for keys in (["escape"], ["right", "enter"]):
            await pilot.press("x")
            await opened(pilot, ConfirmScreen)
            question = str(app.screen.query_one(Static).render())
            assert question == "Take ▲ batchnorm (3 seeds) out of the queue?"
            await pilot.press(*keys)
            await until(pilot, lambda: app.screen is app.dashboard)
            await pilot.pause()
            assert len(order(app)) == 4
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("enter")
        await until(pilot, lambda: order(app) == ["dropout 0"])
        assert not any(run.directory.path.exists() for run in some)
        await until(pilot, lambda: len(table_texts(app)) == 2)


async def test_x_on_a_row_that_trains_in_part_keeps_what_trained_and_takes_out_what_waits(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        some = await started_row(pilot, 3, **LONG)
        await until(pilot, lambda: some[0].epochs and len(app.laboratory.waiting) == 2)
        await until(
            pilot, lambda: table_texts(app)[0]["status_words"] == "0 of 3 seeds · 1 training, 2 waiting"
        )
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.dashboard)
        await pilot.pause()
        assert len(app.laboratory.waiting) == 2
        still_waiting: list[int] = []
        stop = app.laboratory.stop

        async def counted(run_id: str) -> None:
            still_waiting.append(len(app.laboratory.waiting))
            await stop(run_id)

        monkeypatch.setattr(app.laboratory, "stop", counted)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("enter")
        await until(pilot, lambda: runs(app) == some[:1] and some[0].status is Status.STOPPED)
        assert still_waiting == [0], "what waits is taken out before a core is free for it"
        await until(pilot, lambda: [row["status_words"] for row in table_texts(app)] == ["stopped"])


@pytest.mark.cores(2)
async def test_f_forks_each_seed_of_a_row(tiny_data: Path) -> None:
    for seed in range(2):
        trained_here(tiny_config(tiny_data, epochs=2, seed=seed))
    app = MnistTuiApp(Laboratory(ScriptedExecutor()))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(runs(app)) == 2 and table_texts(app))
        trunks = runs(app)
        app.dashboard.query_one(RunsTable).focus()
        await pilot.press("F")
        await opened(pilot, ForkScreen)
        assert (
            str(app.screen.query("Label").first(Static).render())
            == "Fork plain (2 seeds): same weights, another setting"
        )
        fill(app, {"dropout": "0.3", "epochs": "4"})
        await pilot.press("enter")
        await until(pilot, lambda: len(runs(app)) == 4)
        forks = [run for run in runs(app) if run not in trunks]
        await until(pilot, lambda: all(run.forked for run in forks))
        assert [run.forked.parent for run in forks if run.forked] == [run.run_id for run in trunks]
        assert {(run.config.dropout, run.config.epochs) for run in forks} == {(0.3, 4)}
