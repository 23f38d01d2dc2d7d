"""Dialogs that are answered twice, because keys were faster than the screen."""

from functools import partial
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Input

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.fetch import FetchScreen
from mnist_tui.tui.dialogs.help import HelpScreen
from mnist_tui.tui.dialogs.sweep import SweepScreen
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import WIDE, opened, record, recorded_events, runs, until

pytestmark = pytest.mark.usefixtures("timeless")


ASKING: dict[str, type[Screen[Any]]] = {
    "x": ConfirmScreen,
    "w": SweepScreen,
    "f": FetchScreen,
    "question_mark": HelpScreen,
    "v": ReplayScreen,
}
"""What keys open."""


async def test_the_first_answer_counts_and_no_other_screen_goes(app: MnistTuiApp) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: runs(app))
        app.screen.query_one(RunsTable).focus()
        for key, screen in ASKING.items():
            await pilot.press(key)
            await until(pilot, partial(lambda screen: isinstance(app.screen, screen), screen))
            asked = app.screen
            for _ in range(3):
                asked.dismiss(None)
            await until(pilot, lambda: app.screen is app.dashboard)
            await pilot.pause()
            assert app.screen is app.dashboard, key
            assert app.is_running, key


async def test_enter_twice_starts_once(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("w")
        await opened(pilot, SweepScreen)
        values = app.screen.query_one("#rows", Input)
        values.value = "dropout=0.1,0.2"
        await pilot.pause()
        for _ in range(3):
            values.post_message(values.Submitted(values, values.value))
        await until(pilot, lambda: len(runs(app)) == 2)
        await pilot.pause(0.2)
        assert len(runs(app)) == 2
        assert app.screen is app.dashboard
