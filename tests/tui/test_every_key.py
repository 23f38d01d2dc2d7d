"""Every key, pressed everywhere: none ends the dashboard."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.keys import KEYS, Place
from mnist_tui.tui.screens.data import DataScreen
from mnist_tui.tui.screens.draw import DrawScreen
from mnist_tui.tui.screens.mistakes import MistakesScreen
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.screens.run import RunScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import record, recorded_events, said, table_texts, until

LEAVING = {"q", "ctrl+q", "ctrl+c"}
EVERYWHERE = {Place.APP, Place.CHARTS}
DIALOGS = {Place.DIALOG, Place.FIELDS, Place.ANSWERS, Place.PAGE}


def keys_of(places: set[Place]) -> list[str]:
    """The keys that do something there; the first key of each action stands for the others."""
    keys = dict.fromkeys(one.keys.split(",")[0] for one in KEYS if one.place in places)
    return [key for key in keys if key not in {*LEAVING, "digits"}]


async def dashboard(pilot: Pilot[int]) -> None:
    """To the dashboard, whatever stands in front of it."""
    await pilot.app.switch_mode("dashboard")
    while isinstance(pilot.app.screen, ModalScreen | ReplayScreen):
        await pilot.press("escape")


async def form(pilot: Pilot[int]) -> None:
    await dashboard(pilot)
    pilot.app.screen.query_one("#batch_norm").focus()


async def table(pilot: Pilot[int]) -> None:
    await dashboard(pilot)
    pilot.app.screen.query_one(RunsTable).focus()


async def chart(pilot: Pilot[int]) -> None:
    await dashboard(pilot)
    pilot.app.screen.query(CurveChart).first().focus()


async def page(pilot: Pilot[int]) -> None:
    pilot.app.switch_mode("run")
    await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))


async def data(pilot: Pilot[int]) -> None:
    pilot.app.switch_mode("data")
    await until(pilot, lambda: isinstance(pilot.app.screen, DataScreen))


async def drawing(pilot: Pilot[int]) -> None:
    pilot.app.switch_mode("draw")
    await until(pilot, lambda: isinstance(pilot.app.screen, DrawScreen))


async def mistakes(pilot: Pilot[int]) -> None:
    pilot.app.switch_mode("mistakes")
    await until(pilot, lambda: isinstance(pilot.app.screen, MistakesScreen))


async def replay(pilot: Pilot[int]) -> None:
    await pilot.app.switch_mode("dashboard")
    if isinstance(pilot.app.screen, ReplayScreen):  # where another screen was in front of it
        return
    await table(pilot)
    await pilot.press("v")
    await until(pilot, lambda: isinstance(pilot.app.screen, ReplayScreen))


@pytest.mark.parametrize(
    ("go", "places"),
    [
        (form, set(Place) - DIALOGS),  # wherever a key is meant for, somebody presses it here
        (table, {Place.TABLE, Place.STEERING}),
        (chart, {Place.CHART}),
        (page, {*EVERYWHERE, Place.RUN, Place.STEERING}),
        (data, {*EVERYWHERE, Place.DATA}),
        (drawing, {*EVERYWHERE, Place.DRAW}),
        (mistakes, {*EVERYWHERE, Place.MISTAKES, Place.MATRIX, Place.GALLERY}),
        (replay, {*EVERYWHERE, Place.REPLAY, Place.PANELS}),
    ],
)
async def test_no_key_ends_the_dashboard(
    app: MnistTuiApp,
    go: Callable[[Pilot[int]], Awaitable[None]],
    places: set[Place],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # where screenshots go
    for number in range(2):
        directory = record(
            RunConfig(batch_size=64 + number), recorded_events(3, floor=0.1, rate=1), number=number
        )
        directory.checkpoints_path.mkdir()
        (directory.checkpoints_path / "epoch-2.npz").touch()
    async with app.run_test(size=(60, 20)) as pilot:  # fewer cells to draw
        await until(pilot, lambda: len(table_texts(app)) == 2)
        await go(pilot)
        here = app.screen
        for key in keys_of(places):
            if app.screen is not here:
                in_front = ModalScreen if go is replay else ModalScreen | ReplayScreen
                while isinstance(app.screen, in_front):
                    await pilot.press("escape")
                await go(pilot)
                here = app.screen
            await pilot.press(key)
            assert app.is_running, key
            assert not [sentence for sentence in said(app) if "Internal error" in sentence], key
