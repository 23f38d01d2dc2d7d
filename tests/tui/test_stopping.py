"""Pausing, stopping and discarding runs."""

import os
import signal

from mnist_tui.runs.run import Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from tests.tui.helpers import (
    LONG,
    WIDE,
    drawn,
    fill,
    finished,
    opened,
    record,
    recorded_events,
    runs,
    table_texts,
    training,
    until,
    worker,
)


async def test_a_killed_worker_is_told_in_words_and_the_others_go_on(real_app: MnistTuiApp) -> None:
    async with real_app.run_test(size=WIDE) as pilot:
        fill(real_app, LONG)
        await pilot.press("r", "space", "r")
        await training(pilot, 2)
        first, second = runs(real_app)
        os.kill(worker(real_app, first.run_id).pid, signal.SIGKILL)
        await until(pilot, lambda: first.status is Status.FAILED)
        assert "SIGKILL" in first.failure
        assert first.epochs
        assert first.directory.model_path.exists()
        step = second.step
        await until(pilot, lambda: second.step > step)
        await until(pilot, lambda: table_texts(real_app)[0]["status_words"] == "failed: killed (SIGKILL)")
        await real_app.laboratory.stop_all()
        await finished(pilot, 1)


async def test_discarding_a_run_deletes_it_also_one_that_ended_meanwhile(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        [run] = runs(app)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await app.laboratory.stop(run.run_id)
        await until(pilot, lambda: run.finished)
        await pilot.press("right", "enter")
        await until(pilot, lambda: not app.laboratory.runs)
        assert not run.directory.path.exists()
        await pilot.press("r")
        await training(pilot, 1)
        [run] = runs(app)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: not app.laboratory.runs)
        assert not run.directory.path.exists()
        await until(pilot, lambda: table_texts(app) == [])


async def test_a_run_of_another_process_is_left_alone(app: MnistTuiApp) -> None:
    directory = record(RunConfig(), recorded_events(4, floor=0.1, rate=1)[:30])
    with directory.lock().acquire():
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda: runs(app) and runs(app)[0].status is Status.TRAINING)
            await pilot.press("x")
            await opened(pilot, ConfirmScreen)
            await pilot.press("right", "enter")
            await until(pilot, lambda: app.screen is app.dashboard)
            await pilot.pause(0.5)
            assert directory.path.exists()
            assert "●" in drawn(app, "#loss")
