"""The dialogs that change a run: tuned while it trains, forked at the end of an epoch."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.fork import EpochInput, ForkScreen
from mnist_tui.tui.dialogs.tune import TuneScreen
from mnist_tui.tui.screens.run import RunScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import SettingInput
from tests.tui.helpers import (
    LONG,
    WIDE,
    drawn,
    fill,
    finished,
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
)


def message(app: MnistTuiApp) -> str:
    return str(app.screen.query_one("#message", Static).render())


def fields(app: MnistTuiApp) -> dict[str, str]:
    return {field.setting_name: field.value for field in app.screen.query(SettingInput)}


def commands_to(app: MnistTuiApp, run: Run, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, object]]:
    """What the laboratory is asked to do to a run that nobody trains."""
    asked: list[tuple[str, object]] = []

    async def change(run_id: str, settings: Mapping[str, float]) -> None:
        asked.append((run_id, dict(settings)))

    monkeypatch.setattr(app.laboratory, "change", change)
    return asked


# Tune


async def test_a_rate_changed_while_the_run_trains_is_logged_marked_and_told(real_app: MnistTuiApp) -> None:
    async with real_app.run_test(size=WIDE) as pilot:
        fill(real_app, {**LONG, "learning_rate": "0.4"})
        await pilot.press("r")
        await training(pilot, 1)
        [run] = runs(real_app)
        real_app.screen.query_one(RunsTable).focus()
        await pilot.press("t")
        await opened(pilot, TuneScreen)
        assert fields(real_app) == {"learning_rate": "0.4", "l2_lambda": "0", "dropout": "0"}
        assert "No change yet" in message(real_app)
        fill(real_app, {"learning_rate": "0.05"})
        await until(pilot, lambda: "Learn rate 0.4 → 0.05" in message(real_app))
        await pilot.press("enter")
        await until(pilot, lambda: run.changes)
        [change] = run.changes
        assert (change.settings, change.previous) == ({"learning_rate": 0.05}, {"learning_rate": 0.4})
        assert said(real_app) == ["● plain: changed from the next step on."]
        await until(pilot, lambda: run.last_step and run.last_step.learning_rate == pytest.approx(0.05))
        await until(pilot, lambda: "● η 0.05" in drawn(real_app, "#loss"))
        await pilot.press("p")
        await until(pilot, lambda: run.status is Status.PAUSED)
        await pilot.press("t")
        await opened(pilot, TuneScreen)
        assert fields(real_app)["learning_rate"] == "0.05"
        fill(real_app, {"l2_lambda": "0.01", "dropout": "0.2"})
        await pilot.press("enter")
        await until(pilot, lambda: "● plain: changed when it goes on." in said(real_app))
        assert len(run.changes) == 1
        await pilot.press("p")
        await until(pilot, lambda: len(run.changes) == 2)
        assert run.changes[1].settings == {"l2_lambda": 0.01, "dropout": 0.2}
        await pilot.press("enter")
        await opened(pilot, RunScreen)
        await until(pilot, lambda: "Learn rate 0.4 → 0.05" in drawn(real_app, "#story", real_app.screen))
        words = drawn(real_app, "#story", real_app.screen).split()
        assert "L2 λ 0 → 0.01, Dropout 0 → 0.2" in " ".join(words)


@pytest.fixture
def somebody_elses() -> RunDirectory:
    """The log of a run in its third epoch, whose learning rate was changed."""
    config = RunConfig(epochs=4, learning_rate=0.4, dataset="sample", threads=1)
    change = Changed(26, 3, {"learning_rate": 0.1}, {"learning_rate": 0.4})
    return record(config, [*recorded_events(4, floor=0.1, rate=1)[:28], change])


async def tuning(pilot: Pilot[int]) -> Run:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: table_texts(app))
    app.screen.query_one(RunsTable).focus()
    await pilot.press("t")
    await opened(pilot, TuneScreen)
    return runs(app)[0]


async def test_what_cannot_be_is_said_and_nothing_but_a_change_is_sent(
    app: MnistTuiApp, somebody_elses: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with somebody_elses.lock().acquire():
        async with app.run_test(size=(80, 24)) as pilot:
            run = await tuning(pilot)
            asked = commands_to(app, run, monkeypatch)
            assert fields(app)["learning_rate"] == "0.1", "the value in force is that after earlier changes"
            fill(app, {"dropout": "2"})
            await until(pilot, lambda: message(app).startswith("✗"))
            await pilot.press("enter")
            assert isinstance(app.screen, TuneScreen)
            fill(app, {"dropout": "0.5"})
            await until(pilot, lambda: "Dropout 0 → 0.5" in message(app))
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.dashboard)
            await pilot.press("t")
            await opened(pilot, TuneScreen)
            assert fields(app)["dropout"] == "0"
            await pilot.press("enter")
            await until(pilot, lambda: app.screen is app.dashboard)
            assert asked == []
            assert said(app) == []
            # Arrows walk, digits type, and only what differs is sent.
            await pilot.press("t")
            await opened(pilot, TuneScreen)
            await pilot.press("down", *"1e-3", "down", "right")
            new = fields(app)
            assert new["l2_lambda"] == "1e-3"
            assert float(new["dropout"]) > 0
            await pilot.press("enter")
            await until(pilot, lambda: asked)
            assert asked == [(run.run_id, {"l2_lambda": 0.001, "dropout": float(new["dropout"])})]


# Fork


def kept(directory: RunDirectory, *epochs: int) -> None:
    """Files where the checkpoints of these epochs would be."""
    directory.checkpoints_path.mkdir()
    for epoch in epochs:
        (directory.checkpoints_path / f"epoch-{epoch}.npz").touch()


async def forking(pilot: Pilot[int]) -> Run:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: table_texts(app))
    app.screen.query_one(RunsTable).focus()
    await pilot.press("F")
    await opened(pilot, ForkScreen)
    return runs(app)[0]


async def test_a_fork_trains_on_beside_its_parent(real_app: MnistTuiApp, tiny_data: Path) -> None:
    async with real_app.run_test(size=WIDE) as pilot:
        values = {"dataset": str(tiny_data), "hidden": "16", "epochs": "3", "early_stopping": "0"}
        fill(real_app, {**values, "learning_rate": "0.05"})
        await pilot.press("r")
        await finished(pilot, 1)
        parent = await forking(pilot)
        assert real_app.screen.query_one(EpochInput).value == "3"
        assert "Epochs must be above 3" in message(real_app)
        await pilot.press("left")
        await until(pilot, lambda: "After epoch 2: nothing differs yet" in message(real_app))
        await pilot.press("enter")
        assert isinstance(real_app.screen, ForkScreen)
        fill(real_app, {"dropout": "0.5", "epochs": "5"})
        await until(pilot, lambda: "Dropout 0 → 0.5" in message(real_app))
        assert "Epochs 3 → 5" in message(real_app)
        await pilot.press("enter")
        await finished(pilot, 2)
        fork = runs(real_app)[1]
        assert fork.forked
        assert (fork.forked.parent, fork.forked.epoch) == (parent.run_id, 2)
        assert fork.epochs[:2] == parent.epochs[:2]
        assert [epoch.epoch for epoch in fork.epochs] == [1, 2, 3, 4, 5]
        assert fork.config == parent.config.replace(dropout=0.5, epochs=5)
        await until(
            pilot, lambda: [row["status_words"] for row in table_texts(real_app)] == ["completed"] * 2
        )
        assert selected(real_app) is fork
        drawn = real_app.dashboard.query_one("#loss", CurveChart).drawn
        assert {row.row_id for row in drawn} == {parent.run_id, fork.run_id}


async def test_what_cannot_be_forked_is_said_in_a_dialog_that_fits_80_columns_and_24_lines(
    app: MnistTuiApp,
) -> None:
    directory = record(RunConfig(epochs=4, dataset="sample"), recorded_events(4, floor=0.1, rate=1))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("F")
        await until(pilot, lambda: said(app))
        assert said(app) == ["A run can be forked once an epoch of it is complete."]
        app._notifications.clear()
        kept(directory, 1, 2)
        await forking(pilot)
        # The whole dialog is on screen.
        fill(app, {"optimizer": "adam"})
        await until(pilot, lambda: "Optimizer sgd → adam" in message(app))
        await pilot.pause()
        for words in ("Fork plain", "After epoch", "Early stop", "esc goes back", "Start", "Back"):
            assert words in on_screen(app).replace("\n", " "), words
        # No text in the epoch ends the dashboard.
        epoch = app.screen.query_one(EpochInput)
        for text in ("abc", "²"):
            epoch.value = ""
            epoch.post_message(events.Paste(text))
            await until(pilot, partial(lambda text: epoch.value == text, text))
            await pilot.pause()
            assert message(app).startswith("✗")
        await pilot.press("escape")
        assert app.screen is app.dashboard
        # A checkpoint that is damaged is told, and starts nothing.
        (directory.checkpoints_path / "epoch-4.npz").touch()
        await forking(pilot)
        await pilot.press("4", "2")
        await until(pilot, lambda: message(app) == "✗ Epoch 42 is not kept; these are: 1, 2, 4.")
        await pilot.press("backspace", "backspace", "2")
        fill(app, {"l2_lambda": "0.01"})
        await until(pilot, lambda: "After epoch 2: L2 λ 0 → 0.01" in message(app))
        await pilot.press("enter")
        await until(pilot, lambda: said(app))
        assert "epoch-2.npz" in said(app)[0]
        assert len(runs(app)) == 1
