"""What may be concluded: sentences under the table, and the page that `i` opens."""

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.conclusions import ConclusionsScreen
from mnist_tui.tui.dialogs.margin import MarginScreen
from mnist_tui.tui.widgets.findings import FindingsPanel
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import drawn, on_screen, opened, record_row, said, table_texts, until

NARROW, TALL = (80, 24), (120, 60)


@pytest.fixture
def two_rows() -> None:
    """Three seeds each, the newer row the better one."""
    record_row((0.901, 0.902, 0.903))
    record_row((0.951, 0.952, 0.953), number=10, batch_norm=True)


async def shown(pilot: Pilot[int]) -> None:
    """Show both rows, and wait for what may be said of them."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    table = app.dashboard.query_one(RunsTable)
    await until(pilot, lambda: table.row_count == 2)
    table.focus()
    await pilot.press("space", "down", "space")
    await until(pilot, lambda: app.concluded and app.concluded.conclusions.differences)


async def page(pilot: Pilot[int], verdict: str, title: str) -> str:
    """What the page says once the table has a verdict, and the page a title; closed again."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: any(verdict in row["verdict_and_seeds"] for row in table_texts(app)))
    await pilot.press("i")
    await opened(pilot, ConclusionsScreen)
    await until(pilot, lambda: title in on_screen(app))
    said_there = on_screen(app)
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is app.dashboard)
    return said_there


async def test_without_results_it_is_said_what_is_missing(app: MnistTuiApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("i")
        missing = "Nothing to conclude yet: a shown row must have a result. r starts one, space shows one."
        await until(pilot, lambda: said(app) == [missing])
        assert app.screen is app.dashboard
        assert not app.dashboard.query_one(FindingsPanel).display


@pytest.mark.usefixtures("two_rows")
async def test_the_page_opens_scrolls_and_closes_where_little_fits(app: MnistTuiApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await shown(pilot)
        await pilot.press("i")
        await opened(pilot, ConclusionsScreen)
        await until(pilot, lambda: "No batch normalisation: −5.00 points" in on_screen(app))
        assert "paired t" not in on_screen(app)
        page = app.screen.query_one(VerticalScroll)
        assert page.max_scroll_y > 0
        await pilot.press("end")
        await until(pilot, lambda: page.scroll_y == page.max_scroll_y)
        await until(pilot, lambda: "paired t" in on_screen(app))
        await pilot.press("home")
        await until(pilot, lambda: page.scroll_y == 0)
        await pilot.press("down")
        await until(pilot, lambda: page.scroll_y > 0)
        assert all(len(line) <= NARROW[0] for line in on_screen(app).splitlines())
        for key in ("escape", "enter", "q"):
            if app.screen is app.dashboard:
                await pilot.press("i")
                await opened(pilot, ConclusionsScreen)
            await pilot.press(key)
            await until(pilot, lambda: app.screen is app.dashboard)
            assert app.is_running, key


@pytest.mark.usefixtures("two_rows")
async def test_sentences_stand_below_the_panels_at_every_size_and_go_with_their_rows(
    app: MnistTuiApp,
) -> None:
    async with app.run_test(size=TALL) as pilot:
        panel = app.dashboard.query_one(FindingsPanel)
        assert not panel.display
        await shown(pilot)
        for size in (TALL, NARROW, (60, 20)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: panel.display and "−5.00 points" in drawn(app, "#findings"))
            assert panel.region.bottom < app.screen.size.height
            assert "… i: all of it" in drawn(app, "#findings")
        await pilot.press("space")
        await until(pilot, lambda: "points" not in drawn(app, "#findings"))
        await pilot.press("up", "space")
        await until(pilot, lambda: not panel.display)
        await pilot.press("i")
        await until(pilot, lambda: said(app) and app.screen is app.dashboard)


@pytest.mark.usefixtures("two_rows")
async def test_the_page_is_about_the_baseline_of_now(app: MnistTuiApp) -> None:
    async with app.run_test(size=TALL) as pilot:
        await shown(pilot)
        assert "plain: ▼ worse" in await page(pilot, "▼ worse", "Beside batchnorm")
        await pilot.press("b")
        assert "batchnorm: ▲ better" in await page(pilot, "▲ better", "Beside plain")


@pytest.mark.usefixtures("two_rows")
async def test_the_margin_is_set_on_the_page_and_concluded_with_at_once(app: MnistTuiApp) -> None:
    async with app.run_test(size=TALL) as pilot:
        await shown(pilot)
        await pilot.press("i")
        await opened(pilot, ConclusionsScreen)
        await until(pilot, lambda: "margin: ±0.2 points" in on_screen(app))
        await pilot.press("d")
        await opened(pilot, MarginScreen)
        await pilot.press("0", "enter")
        await until(pilot, lambda: "margin must be above 0 and at most 100 points, not 0." in on_screen(app))
        assert app.screen.query_one("#margin").has_class("wrong")
        await pilot.press("backspace", "9", "enter")
        await until(pilot, lambda: "margin: ±9 points" in on_screen(app))
        assert "= same" in on_screen(app)
        await until(pilot, lambda: any("= same" in row["verdict_and_seeds"] for row in table_texts(app)))
        await pilot.press("d")
        await opened(pilot, MarginScreen)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.dashboard)
        assert app.session.margin == pytest.approx(0.09)


async def test_a_sentence_too_many_gives_way_to_where_the_others_are(app: MnistTuiApp) -> None:
    async with app.run_test(size=TALL) as pilot:
        panel = app.dashboard.query_one(FindingsPanel)
        panel.findings = [f"Sentence {number}." for number in range(30)]
        await until(pilot, lambda: panel.display and drawn(app, "#findings").strip())
        lines = drawn(app, "#findings").splitlines()
        assert lines[0].strip() == "· Sentence 0."
        assert lines[-1].strip() == "· Sentence 3. … i: all of it"
        panel.findings = []
        await until(pilot, lambda: not panel.display)
