"""The data screen: digits, classes, files, augmentation, and the form that it shares with the dashboard."""

from pathlib import Path

from textual.widgets import Input, Static
from textual.widgets._footer import FooterKey

from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.fetch import FetchScreen
from mnist_tui.tui.dialogs.jump import JumpScreen
from mnist_tui.tui.screens.data import DataScreen
from mnist_tui.tui.widgets.keys_footer import KeysFooter
from mnist_tui.tui.widgets.settings import SettingsForm
from tests.tui.helpers import drawn, fill, on_screen, opened, said, until


def head(app: MnistTuiApp) -> str:
    return str(app.screen.query_one("#head", Static).render())


async def test_a_walk_through_the_data(app: MnistTuiApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        app.set_focus(None)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, DataScreen) and "3,600 train" in head(app))
        await pilot.press("right", "down", "s", "s")
        await until(pilot, lambda: "1,000 test · in file order · #0" in head(app))
        await pilot.press("c", "c", "o")
        await until(pilot, lambda: "100 test · only 1 · by class" in head(app))
        await pilot.press("slash")
        await opened(pilot, JumpScreen)
        app.screen.query_one(Input).value = "77777"
        await until(pilot, lambda: "has no image 77777" in on_screen(app))
        app.screen.query_one(Input).value = "123"
        await pilot.press("enter")
        await until(pilot, lambda: "#123" in head(app))
        await pilot.press("a", "a", "right")
        await until(pilot, lambda: "affine 1.25" in head(app))
        keys = list(app.screen.query(FooterKey))
        app.screen.query_one(KeysFooter).refresh(recompose=True)
        before = drawn(app, "#canvas", app.screen)
        await pilot.press("n")
        await until(pilot, lambda: drawn(app, "#canvas", app.screen) != before)
        assert list(app.screen.query(FooterKey)) == keys, "the same keys are not made again"
        await pilot.press("u")
        config = app.dashboard.query_one(SettingsForm).read()
        assert (config.augment, config.augment_strength) == ("affine", 1.25)
        await pilot.press("v")
        await until(pilot, lambda: "dark in every image" in drawn(app, "#canvas", app.screen))
        await pilot.press("v")
        await until(pilot, lambda: "part of this program" in drawn(app, "#canvas", app.screen))
        for size in ((200, 60), (40, 12)):
            await pilot.resize_terminal(*size)
            await pilot.press("v")
            assert app.is_running
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, FetchScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DataScreen))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.dashboard)
        assert len(said(app)) == 1


async def test_the_data_are_those_of_the_form(app: MnistTuiApp, tiny_data: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        fill(app, {"dataset": str(tiny_data)})
        app.set_focus(None)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, DataScreen) and "tiny/ · 270 train" in head(app))
        next(tiny_data.iterdir()).unlink()
        await pilot.press("escape")
        await pilot.press("3")
        await until(pilot, lambda: "it must hold the four IDX files" in " ".join(on_screen(app).split()))
