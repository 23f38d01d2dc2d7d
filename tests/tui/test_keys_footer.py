"""The keys at the bottom: what they say, where they are cut, and that they can be clicked."""

from textual.pilot import Pilot

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.help import HelpScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.keys_footer import KeysFooter
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import WIDE, on_screen, opened, record, recorded_events, table_texts, until


def line(app: MnistTuiApp) -> str:
    """What stands at the bottom."""
    return on_screen(app).splitlines()[-1]


async def click(pilot: Pilot[int], word: str) -> None:
    """Click a word of the footer."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await pilot.click(KeysFooter, offset=(line(app).index(word), 0))


async def test_it_follows_the_focus_and_can_be_clicked(app: MnistTuiApp) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: line(app).startswith(" r Run "))
        assert line(app).rstrip().endswith(" ^p All  ? Help  q Quit")
        assert "…" not in line(app)
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await until(pilot, lambda: line(app).startswith(" space Show "))
        footer = app.screen.query_one(KeysFooter)
        await pilot.hover(KeysFooter, offset=(line(app).index("Help"), 0))
        assert footer.hovered == "question_mark"
        assert footer.styles.pointer == "pointer"
        await pilot.hover(CurveChart)
        assert not footer.hovered
        await click(pilot, "Show")
        await until(pilot, lambda: app.session.shown)
        await click(pilot, "Help")
        await opened(pilot, HelpScreen)
        await pilot.press("escape")
        await pilot.click(KeysFooter, offset=(WIDE[0] - 1, 0))
        assert app.screen is app.dashboard, "beside the keys there is nothing to click"


async def test_what_does_not_fit_is_cut_with_a_sign(app: MnistTuiApp) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await until(pilot, lambda: line(app).startswith("space Show enter Open "))
        assert line(app).rstrip().endswith(" … ^p All ? Help q Quit")
        assert app.screen.query_one(KeysFooter).compact
        await pilot.resize_terminal(200, 60)
        await until(pilot, lambda: "…" not in line(app) and line(app).startswith(" space Show "))
