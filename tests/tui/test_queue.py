"""Runs beyond the cores wait: seen, moved, taken out, started when their turn has come."""

import shutil
from functools import partial

import pytest
from textual.pilot import Pilot

from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.runs.layout import list_runs
from mnist_tui.runs.run import Run, Status
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.status_bar import StatusBar
from tests.tui.helpers import (
    LONG,
    WIDE,
    Cast,
    fill,
    hints,
    on_screen,
    opened,
    runs,
    said,
    selected,
    table_texts,
    training,
    until,
)

pytestmark = pytest.mark.cores(1)


async def queued(pilot: Pilot[int], waiting: int) -> list[Run]:
    """An endless run, and some that wait behind it; the cursor is on the first that waits."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    fill(app, LONG)
    await pilot.press("r")
    await training(pilot, 1)
    for number in range(1, waiting + 1):
        fill(app, {"batch_size": str(number)})
        await pilot.press("r")
        await until(pilot, partial(lambda number: len(table_texts(app)) == number + 1, number))
    await until(
        pilot, lambda: [app.laboratory.place(run.run_id) for run in runs(app)] == list(range(waiting + 1))
    )
    app.screen.query_one(RunsTable).focus()
    app.screen.query_one(RunsTable).move_cursor(row=1)
    await until(pilot, lambda: selected(app) is runs(app)[1])
    return runs(app)


def statuses(app: MnistTuiApp) -> list[str]:
    return [row["status_words"] for row in table_texts(app)]


def batches(app: MnistTuiApp) -> list[int]:
    """The batch sizes of the runs that wait, in their order."""
    return [app.laboratory.runs[run_id].config.batch_size for run_id in app.laboratory.waiting]


async def test_what_waits_is_seen_and_moved_and_the_cursor_stays_on_the_run(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        first, *others = await queued(pilot, 3)
        assert first.status is Status.TRAINING
        assert all(app.laboratory.status(run.run_id) is Status.WAITING for run in others)
        await until(pilot, lambda: statuses(app) == ["training", "waiting 1", "waiting 2", "waiting 3"])
        assert app.dashboard.query_one(StatusBar).activity == "1 training · 3 waiting · 0 finished"
        assert hints(app) == "K J earlier, later · x take out"
        for key in ("p", "n", "t"):
            app._notifications.clear()
            await pilot.press(key)
            await until(pilot, lambda: said(app))
            assert "waits for its turn" in said(app)[0]
        assert statuses(app) == ["training", "waiting 1", "waiting 2", "waiting 3"]
        app._notifications.clear()
        before = selected(app)
        assert before
        assert before.config.batch_size == 1
        for key, order in (
            ("J", [2, 1, 3]),
            ("shift+down", [2, 3, 1]),
            ("J", [2, 3, 1]),
            ("K", [2, 1, 3]),
            ("shift+up", [1, 2, 3]),
            ("K", [1, 2, 3]),
            ("J", [2, 1, 3]),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert batches(app) == order
            assert selected(app) is before
        assert statuses(app) == ["training", "waiting 2", "waiting 1", "waiting 3"]
        await pilot.press("up", "J", "K")  # a run that trains has no place to be moved to
        assert batches(app) == [2, 1, 3]
        assert said(app) == []
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "1 training · 3 waiting" in on_screen(app))
        assert "MNIST sample 3,600 / 400 / 1,000" in on_screen(app)


async def test_what_is_taken_out_by_x_or_deleted_elsewhere_has_no_place_any_more(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        _, second, third, fourth = await queued(pilot, 3)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: app.screen is app.dashboard)
        assert second.directory.path.exists()
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("enter")
        await until(pilot, lambda: statuses(app) == ["training", "waiting 1", "waiting 2"])
        assert not second.directory.path.exists()
        assert third.directory.path.exists()
        assert app.dashboard.query_one(StatusBar).activity == "1 training · 2 waiting · 0 finished"
        shutil.rmtree(third.directory.path)
        await until(pilot, lambda: len(table_texts(app)) == 2)
        await pilot.pause()
        assert app.dashboard.query_one(StatusBar).activity == "1 training · 1 waiting · 0 finished"
        assert app.laboratory.place(fourth.run_id) == 1


async def test_a_waiting_run_starts_when_one_is_stopped_discarded_or_paused(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        first, second, third, fourth = await queued(pilot, 3)
        await pilot.press("J")  # the third run comes before the second
        await app.laboratory.stop(first.run_id)
        await until(pilot, lambda: third.epochs)
        assert first.status is Status.STOPPED
        assert batches(app) == [1, 3]
        await app.laboratory.discard(third.run_id)
        await until(pilot, lambda: second.epochs)
        assert app.laboratory.status(fourth.run_id) is Status.WAITING
        await app.laboratory.pause_or_resume(second.run_id)
        await until(pilot, lambda: fourth.epochs)
        assert second.status is Status.PAUSED
        assert app.laboratory.waiting == []
        await until(pilot, lambda: statuses(app)[-1] == "training")
        assert "waiting" not in app.dashboard.query_one(StatusBar).activity


async def test_a_resumed_run_waits_too_and_taking_it_out_keeps_it(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        first, _ = await queued(pilot, 1)
        await app.laboratory.stop(first.run_id)
        await until(pilot, lambda: statuses(app) == ["stopped", "training"])
        await pilot.press("up", "p")
        await until(pilot, lambda: statuses(app) == ["waiting 1", "training"])
        assert hints(app) == "K J earlier, later · x take out"
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("enter")
        await until(pilot, lambda: statuses(app) == ["stopped", "training"])
        assert first.directory.path.exists()
        assert first.finished
        assert hints(app).startswith("p resume")


async def test_a_run_that_trains_in_another_program_takes_a_core(app: MnistTuiApp) -> None:
    other = MnistTuiApp(Laboratory(Cast()))
    async with other.run_test(size=WIDE) as pilot:
        fill(other, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        async with app.run_test(size=WIDE) as second:
            await until(second, lambda: statuses(app) == ["training"])
            fill(app, LONG | {"batch_size": "64"})
            await second.press("r")
            await until(second, lambda: "waiting 1" in statuses(app))
            await other.laboratory.stop_all()
            await until(second, lambda: not app.laboratory.waiting and len(list_runs()) == 2)
            await until(second, lambda: runs(app)[1].epochs)
