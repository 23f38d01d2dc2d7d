"""What is chosen on the dashboard is seen at once, and found again by the next sitting."""

from mnist_tui import paths
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.identity import COLORS
from mnist_tui.tui.palette import LIGHT
from mnist_tui.tui.preferences import Preferences
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import record, recorded_events, table_texts, until


def inks(app: MnistTuiApp) -> set[str]:
    """The colours that are on screen."""
    strips = app.screen._compositor.render_strips()
    styles = [segment.style for strip in strips for segment in strip if segment.style]
    return {str(style.color.name) for style in styles if style.color}


async def test_a_theme_is_seen_at_once_and_the_next_sitting_finds_what_was_chosen(app: MnistTuiApp) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))
    async with app.run_test(size=(80, 24)) as pilot:
        app.prefer(table_sort="test_accuracy")
        app.prefer(table_sort="seed")
        assert app.preferences == Preferences(table_sort="seed")
        await until(pilot, lambda: Preferences.read(paths.preferences_file()) == app.preferences)
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        await until(pilot, lambda: COLORS[0] in inks(app))
        app.theme = "textual-light"
        await until(pilot, lambda: LIGHT[0] in inks(app))
        assert COLORS[0] not in inks(app)
        app.prefer(guide_hidden=True)  # also what was chosen last, just before leaving
    kept = Preferences.read(paths.preferences_file())
    assert (kept.theme, kept.guide_hidden, kept.table_sort) == ("textual-light", True, "seed")
    after = MnistTuiApp()
    assert after.theme == "textual-light"
    assert after.preferences == kept


async def test_a_home_that_cannot_be_written_does_no_harm(app: MnistTuiApp) -> None:
    path = paths.preferences_file()
    path.mkdir(parents=True)
    async with app.run_test(size=(60, 20)) as pilot:
        app.prefer(guide_hidden=True)
        await until(pilot, lambda: not app._unkept)
        assert app.preferences.guide_hidden
    assert path.is_dir()
