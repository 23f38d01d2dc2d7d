"""The run under the cursor, steered by keys: pause, one epoch, stop, resume, delete, and what keys mean."""

from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.status_bar import StatusBar
from tests.tui.helpers import (
    LONG,
    WIDE,
    fill,
    finished,
    hints,
    on_screen,
    opened,
    record,
    recorded_events,
    runs,
    said,
    selected,
    table_texts,
    training,
    until,
    worker,
)


def paused_after(run: Run, epochs: int) -> bool:
    return len(run.epochs) > epochs and run.status is Status.PAUSED


async def one_that_trains(pilot: Pilot[int], **values: str) -> Run:
    """Start an endless run, put the cursor on it, and wait for its first epoch."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    fill(app, {**LONG, **values})
    await pilot.press("r")
    await training(pilot, 1)
    app.screen.query_one(RunsTable).focus()
    return runs(app)[0]


async def test_a_run_that_trains_pauses_takes_epochs_stops_and_goes_on(real_app: MnistTuiApp) -> None:
    async with real_app.run_test(size=WIDE) as pilot:
        run = await one_that_trains(pilot)
        # n trains to the end of the epoch and pauses there.
        await pilot.press("n")
        await until(pilot, lambda: run.status is Status.PAUSED)
        assert run.step == run.epochs[-1].step
        for _ in range(2):
            learnt = len(run.epochs)
            await pilot.press("n")
            await until(pilot, partial(paused_after, run, learnt))
            assert len(run.epochs) == learnt + 1
            assert run.step == run.epochs[-1].step
        # p goes on, and pauses where it is.
        await pilot.press("p")
        await until(pilot, lambda: run.status is Status.TRAINING and run.step > run.epochs[0].step)
        await pilot.press("p")
        await until(pilot, lambda: run.status is Status.PAUSED)
        step = run.step
        await pilot.pause(0.5)
        assert run.step == step
        await pilot.press("p")
        await until(pilot, lambda: run.step > step)
        # x stops and keeps, and p resumes what was stopped where it was.
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("enter")
        await finished(pilot, 1)
        assert run.status is Status.STOPPED
        epochs = list(run.epochs)
        await until(pilot, lambda: table_texts(real_app)[0]["status_words"] == "stopped")
        await pilot.press("p")
        await until(pilot, lambda: run.status is Status.TRAINING and len(run.epochs) > len(epochs))
        assert run.epochs[: len(epochs)] == epochs
        assert run.earlier_tests == 1
        await until(pilot, lambda: table_texts(real_app)[0]["status_words"] == "training")
        assert len(table_texts(real_app)) == 1
        assert len(real_app.laboratory.own_active) == 1


async def test_hints_say_what_the_keys_do_to_this_run_now(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        assert hints(app) == ""
        run = await one_that_trains(pilot)
        await until(pilot, lambda: hints(app) == "p pause · n one epoch · t tune · x stop")
        # p twice before the first shows means: pause, and go on.
        process = worker(app, run.run_id)
        asked: list[str] = []
        with monkeypatch.context() as patch:
            patch.setattr(process, "send", lambda command, **_: asked.append(command))
            patch.setattr(app.laboratory.store, "scan", lambda _seconds: [])
            await pilot.press("p", "p")
            await until(pilot, lambda: len(asked) == 2)
        assert asked == ["pause", "resume"]
        await pilot.press("p")
        await until(pilot, lambda: hints(app) == "p resume · n one epoch · t tune · x stop")
        await app.laboratory.stop(run.run_id)
        await until(pilot, lambda: hints(app) == "p resume · v replay · F fork · x delete")


async def test_hints_follow_the_cursor_and_are_on_screen_at_every_size(app: MnistTuiApp) -> None:
    events = recorded_events(2, floor=0.1, rate=1)
    record(RunConfig(epochs=2), events)
    record(RunConfig(epochs=4), events[:-1], number=1)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 2)
        app.screen.query_one(RunsTable).focus()
        await until(pilot, lambda: hints(app) == "p resume · v replay · F fork · x delete")
        await pilot.press("down")
        await until(pilot, lambda: hints(app) == "v replay · F fork · x delete")
        await until(pilot, lambda: "v replay · F fork · x delete" in on_screen(app))
        await pilot.resize_terminal(*WIDE)
        await until(
            pilot, lambda: app.screen.size == WIDE and "v replay · F fork · x delete" in on_screen(app)
        )


async def test_a_run_interrupted_in_an_earlier_session_is_resumed(
    real_app: MnistTuiApp, tiny_data: Path
) -> None:
    config = RunConfig(dataset=str(tiny_data), hidden=(8,), epochs=2, threads=1)
    record(config, [])
    async with real_app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(real_app))
        real_app.screen.query_one(RunsTable).focus()
        run = runs(real_app)[0]
        run.abandon()  # nobody will start it: what the laboratory finds out after some seconds
        await pilot.press("p")
        await finished(pilot, 1)
        assert len(run.epochs) == 2
        await until(pilot, lambda: table_texts(real_app)[0]["label"] == "● plain")


async def test_x_on_a_run_that_is_over_deletes_it_after_a_question(app: MnistTuiApp) -> None:
    directories = [
        record(RunConfig(batch_size=64 + n), recorded_events(2, floor=0.1, rate=1), number=n)
        for n in range(3)
    ]
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 3)
        app.screen.query_one(RunsTable).focus()
        await pilot.press("down", "x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("enter")  # what has the focus is the harmless answer
        await until(pilot, lambda: app.screen is app.dashboard)
        assert all(directory.path.exists() for directory in directories)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("right", "enter")
        await until(pilot, lambda: len(table_texts(app)) == 2)
        assert [directory.path.exists() for directory in directories] == [True, False, True]
        assert [row["batch_size"] for row in table_texts(app)] == ["66", "64"]
        assert selected(app)
        assert "2 finished" in app.dashboard.query_one(StatusBar).activity


async def test_keys_that_need_a_run_say_so_where_there_is_none(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        for key, words in (
            ("n", "Nothing trains."),
            ("p", "Nothing trains."),
            ("t", "Nothing trains."),
            ("x", "Nothing trains."),
            ("F", "A run can be forked once an epoch of it is complete."),
            ("v", "A run can be replayed once it has trained."),
        ):
            app._notifications.clear()
            await pilot.press(key)
            await until(pilot, partial(lambda words: words in said(app), words))
            assert app.screen is app.dashboard
        await pilot.press("K", "J")


@pytest.mark.cores(1)
async def test_keys_mean_the_run_under_the_cursor_also_where_it_is_over(app: MnistTuiApp) -> None:
    record(RunConfig(epochs=2), recorded_events(2, floor=0.1, rate=1))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 1)
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 2)
        await pilot.press("r")
        await until(pilot, lambda: len(table_texts(app)) == 3)
        trains = runs(app)[1]
        app.screen.query_one(RunsTable).focus()
        await pilot.press("down", "down")
        await until(pilot, lambda: selected(app) is runs(app)[0])
        for key in ("p", "n", "t"):
            app._notifications.clear()
            await pilot.press(key)
            await until(pilot, lambda: said(app) and said(app)[0].endswith("plain is over."))
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("escape")
        assert trains.status is Status.TRAINING
