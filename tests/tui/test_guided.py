"""The first minute on screen: the welcome, the next step, help, the palette, and the keys at the bottom."""

from textual.widgets import Input

from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.help import HelpScreen
from mnist_tui.tui.dialogs.sweep import SweepScreen
from mnist_tui.tui.widgets.guide import GuideLine
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import SettingInput
from tests.tui.helpers import SMALL, WIDE, drawn, fill, finished, on_screen, opened, until


def footer(app: MnistTuiApp) -> list[str]:
    """The words at the bottom of the screen."""
    return on_screen(app).splitlines()[-1].split()


def page(app: MnistTuiApp) -> set[str]:
    """The lines of help, without its frame."""
    return {line.strip("│ ") for line in on_screen(app).splitlines()}


async def test_from_the_welcome_to_the_second_row(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:

        def advised(words: str) -> bool:
            return words in drawn(app, "#guide") and "esc hides" in on_screen(app)

        await until(pilot, lambda: "What does batch norm" in on_screen(app))
        assert "auto 0.05" in on_screen(app), "the number behind auto, for the sample"
        assert "Pause" not in footer(app), "nothing trains"
        fill(app, SMALL)
        await pilot.press("r")
        await finished(pilot, 1)
        await until(pilot, lambda: advised("Now switch batch norm on, and press r: same seed"))
        assert "What does batch norm" not in on_screen(app)
        app.screen.query_one("#batch_norm", SettingInput).value = "on"
        await until(pilot, lambda: advised("Now press r: same seed, same batches, one difference, Batch"))
        await pilot.press("r")
        await finished(pilot, 2)
        await until(pilot, lambda: advised("One seed is luck"))
        await pilot.press("escape")
        await until(pilot, lambda: "One seed is luck" not in on_screen(app))
        assert app.preferences.guide_hidden
        await pilot.press("g")
        await until(pilot, lambda: advised("One seed is luck"))


async def test_whoever_hid_the_guide_is_not_told_again(app: MnistTuiApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        app.prefer(guide_hidden=True)
        fill(app, SMALL)
        await pilot.press("r")
        await finished(pilot, 1)
        assert not app.dashboard.query_one(GuideLine).display
        assert "sgd 0.05" in on_screen(app), "the folded form has the number, too"


async def test_keys_are_found_by_where_one_is_and_by_name(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, SMALL)
        await pilot.press("r")
        await finished(pilot, 1)
        app.screen.query_one(RunsTable).focus()
        await until(pilot, lambda: footer(app)[:4] == ["space", "Show", "enter", "Open"])
        assert {"Replay", "Fork", "Delete"} <= set(footer(app))
        await pilot.press("question_mark")
        await opened(pilot, HelpScreen)
        await until(
            pilot, lambda: "Keys here: table" in on_screen(app) and "All other keys" in on_screen(app)
        )
        await pilot.press("escape", "ctrl+p")
        await until(pilot, lambda: app.screen.query("CommandPalette Input, CommandInput"))
        app.screen.query_one(Input).value = "each value"
        await until(pilot, lambda: "Sweep  (w)" in on_screen(app))
        await pilot.press("enter")
        await opened(pilot, SweepScreen)
