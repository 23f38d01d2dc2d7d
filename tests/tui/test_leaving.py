"""Leaving while runs train: stopped and kept, left in the background, or not left at all."""

import contextlib
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Static

from mnist_tui.jobs import control, queue
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.jobs.scripted import ScriptedRun
from mnist_tui.runs import store
from mnist_tui.runs.layout import RunDirectory, create, list_runs
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.tune import TuneScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.patience import PATIENCE
from tests.tui.helpers import (
    LONG,
    WIDE,
    Cast,
    fill,
    finished,
    hints,
    opened,
    recorded_events,
    runs,
    table_texts,
    training,
    until,
)

pytestmark = pytest.mark.filterwarnings(
    # The process of a run that was left behind is still there when Python forgets it.
    "ignore:.*subprocess .* is still running:ResourceWarning",
)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No run outlives its test."""
    yield
    for entry in queue.entries():
        queue.take_out(entry.run_id)
    deadline = time.monotonic() + PATIENCE
    while locked := [one for one in map(RunDirectory, list_runs()) if one.is_locked()]:
        for directory in locked:
            control.send(directory.control_path, "discard")
        assert time.monotonic() < deadline
        time.sleep(0.1)
    gc.collect()


async def leave(pilot: Pilot[int], answer: str) -> str:
    """Press q and choose an answer by its label; the question."""
    app = pilot.app
    await pilot.press("q")
    await opened(pilot, ConfirmScreen)
    labels = [str(button.label) for button in app.screen.query(Button)]
    assert labels == ["Stop and keep", "Leave in the background", "Stay"]
    question = str(app.screen.query_one(Static).render())
    await pilot.press(*["right"] * labels.index(answer), "enter")
    return question


async def gone(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: not pilot.app.is_running or pilot.app.return_code is not None)


@contextlib.asynccontextmanager
async def the_next_dashboard() -> AsyncIterator[tuple[MnistTuiApp, Pilot[int]]]:
    app = MnistTuiApp()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        yield app, pilot


async def left_in_the_background(cast: Cast, *, keys: str = "") -> tuple[Run, ScriptedRun]:
    """A run that a dashboard left behind after some keys were pressed on it, and what plays it."""
    app = MnistTuiApp(Laboratory(cast))
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        [run] = runs(app)
        app.screen.query_one(RunsTable).focus()
        for key in keys:
            await pilot.press(key)
            await until(pilot, lambda: run.status is Status.PAUSED)
        await leave(pilot, "Leave in the background")
        await gone(pilot)
    [played] = cast.runs.values()
    assert played.is_detached
    assert run.directory.is_locked()
    return run, played


async def obeyed(pilot: Pilot[int], played: ScriptedRun, condition: Callable[[], object]) -> None:
    """Wait for a condition while a run that was left behind obeys what the dashboard of now tells it."""
    await until(pilot, lambda: (played.is_running, condition())[1])


MORE = recorded_events(30, floor=0.1, rate=1)[15:]
"""What a run says that goes on: the rest of its second epoch, and others."""


async def test_it_is_asked_once_staying_changes_nothing_and_stopping_keeps(
    app: MnistTuiApp, cast: Cast
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        [run], [played] = runs(app), cast.runs.values()
        await pilot.press("ctrl+c")
        await opened(pilot, ConfirmScreen)
        await pilot.press("ctrl+c", "ctrl+q", "q")
        await pilot.pause()
        assert sum(isinstance(screen, ConfirmScreen) for screen in app.screen_stack) == 1
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.dashboard)
        question = await leave(pilot, "Stay")
        assert question.startswith("1 run trains. Stopped runs are tested and kept")
        await until(pilot, lambda: app.screen is app.dashboard)
        step = run.step
        played.say(*MORE[:5])
        await until(pilot, lambda: run.step > step)
        await leave(pilot, "Stop and keep")
        await gone(pilot)
        assert app.return_code == 0
    stored, _ = Run.load(run.directory)
    assert stored.status is Status.STOPPED
    assert not run.directory.is_locked()


@pytest.mark.cores(1)
async def test_what_waits_is_told_kept_and_started_by_p(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "STARTING_SECONDS", 0.1)
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        for number in (1, 2):
            fill(app, {"batch_size": str(number)})
            await pilot.press("r")
            await until(pilot, partial(lambda count: len(app.laboratory.waiting) == count, number))
        question = await leave(pilot, "Stop and keep")
        assert question.startswith("1 run trains, 2 wait. ")
        assert question.endswith(
            "What waits starts then by itself; where runs are stopped, it is kept untrained."
        )
        await gone(pilot)
    async with the_next_dashboard() as (after, pilot):
        await until(
            pilot,
            lambda: [row["status_words"] for row in table_texts(after)] == ["not started"] * 2 + ["stopped"],
        )
        await until(pilot, lambda: hints(after).startswith("p resume"))
        await pilot.press("p")
        await until(pilot, lambda: runs(after)[2].epochs)
        assert runs(after)[1].status is Status.NOT_STARTED


async def test_a_run_left_in_the_background_trains_on_and_is_found_and_steered(cast: Cast) -> None:
    left, played = await left_in_the_background(cast)
    async with the_next_dashboard() as (after, pilot):
        await until(pilot, lambda: runs(after)[0].status is Status.TRAINING)
        assert [run.run_id for run in runs(after)] == [left.run_id]

        def run() -> Run:  # whoever reads it anew, has another object
            return runs(after)[0]

        played.say(*MORE[:5])
        await until(pilot, lambda: run().step > left.step)
        assert table_texts(after)[0]["label"] == "● plain"
        await until(pilot, lambda: hints(after) == "p pause · n one epoch · t tune · x stop")
        await pilot.press("p")
        await obeyed(pilot, played, lambda: run().status is Status.PAUSED)
        await pilot.press("n")
        await obeyed(pilot, played, lambda: played.commands[-1]["command"] == "step")
        await pilot.press("t")
        await opened(pilot, TuneScreen)
        fill(after, {"dropout": "0.5"})
        await pilot.press("enter")
        await until(pilot, lambda: after.screen is after.dashboard)
        await obeyed(pilot, played, lambda: run().changes and run().status is Status.TRAINING)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("enter")
        await obeyed(pilot, played, lambda: run().status is Status.STOPPED)
        await finished(pilot, 1)
        await until(pilot, lambda: not run().directory.is_locked())


async def test_a_paused_run_is_left_alone_by_the_next_dashboard_and_goes_on_in_the_one_after(
    cast: Cast,
) -> None:
    left, played = await left_in_the_background(cast, keys="p")
    async with the_next_dashboard() as (after, pilot):
        await until(pilot, lambda: table_texts(after)[0]["status_words"] == "paused")
        await pilot.press("q")
        await gone(pilot)
        assert after.return_code == 0
    assert played.is_running
    assert left.directory.is_locked()
    async with the_next_dashboard() as (after, pilot):
        await until(pilot, lambda: table_texts(after)[0]["status_words"] == "paused")
        [run] = runs(after)
        assert run.step == left.step
        await pilot.press("p")
        await obeyed(pilot, played, lambda: run.status is Status.TRAINING)
        played.say(*MORE[:5])
        await until(pilot, lambda: run.step > left.step)
        await pilot.press("x")
        await opened(pilot, ConfirmScreen)
        await pilot.press("right", "enter")
        await obeyed(pilot, played, lambda: table_texts(after) == [])
        assert not left.directory.path.exists()


@pytest.mark.cores(1)
async def test_a_queue_behind_somebody_elses_run_is_not_left_without_a_question(cast: Cast) -> None:
    others = cast.start(create(RunConfig(epochs=10_000)))
    async with the_next_dashboard() as (after, pilot):
        await until(pilot, lambda: runs(after)[0].status is Status.TRAINING)
        await pilot.press("r")
        await until(pilot, lambda: len(after.laboratory.waiting) == 1)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(after.screen, ConfirmScreen) or after.return_code is not None)
        assert isinstance(after.screen, ConfirmScreen)
    others.kill()


@pytest.mark.cores(1)
async def test_what_others_train_and_let_wait_is_left_without_a_question(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r", "r")
        await until(pilot, lambda: len(app.laboratory.waiting) == 1)
        async with the_next_dashboard() as (other, other_pilot):
            await until(other_pilot, lambda: len(other.laboratory.waiting) == 1)
            await other_pilot.press("q")
            await until(
                other_pilot, lambda: isinstance(other.screen, ConfirmScreen) or other.return_code is not None
            )
            assert not isinstance(other.screen, ConfirmScreen)
        assert len(app.laboratory.waiting) == 1
