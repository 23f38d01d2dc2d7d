"""What keys and mouse do to charts, and that it is found again."""

from textual.pilot import Pilot

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import WIDE, drawn, record, recorded_events, table_texts, until


def chart(app: MnistTuiApp, name: str = "loss") -> CurveChart:
    return app.dashboard.query_one(f"#{name}", CurveChart)


async def two_shown(pilot: Pilot[int], app: MnistTuiApp) -> None:
    """Two rows with curves, the cursor on the second."""
    for number in range(2):
        record(
            RunConfig(batch_size=64 + number),
            recorded_events(12, floor=0.1 + number / 10, rate=1),
            number=number,
        )
    await until(pilot, lambda: len(table_texts(app)) == 2)
    app.screen.query_one(RunsTable).focus()
    await pilot.press("space", "down", "space")
    await until(pilot, lambda: len(chart(app).rows) == 2)


async def test_keys_change_how_charts_are_drawn_and_the_next_sitting_finds_it(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await two_shown(pilot, app)
        assert chart(app).selected == chart(app).rows[-1].row_id
        training = [one for one in chart(app)._series() if one.dotted]
        assert [one.marker for one in training] == [chart(app).rows[-1].marker]
        await pilot.press("up")
        await until(pilot, lambda: chart(app).selected == chart(app).rows[0].row_id)
        assert chart(app)._series()[-1].marker == chart(app).rows[0].marker  # on top
        chart(app).focus()
        counted = []
        for _ in range(3):
            await pilot.press("T")
            counted.append(sum(one.dotted for one in chart(app)._series()))
        assert counted == [0, 2, 1]
        await pilot.press("S", "o", "B", "X", "T")
        assert {"smooth", "with outliers"} <= set(str(chart(app).border_title).split(" · "))
        assert any(one.faint for one in chart(app)._series())
        assert any("⠀" < cell <= "⣿" for cell in drawn(app, "#loss"))
        assert "step" in drawn(app, "#accuracy")
        await pilot.press("M", "m", "m", "m")
        assert "Error rate" in str(chart(app).border_title)
        assert "Accuracy" in str(chart(app, "accuracy").border_title)
        await pilot.press("y")
    again = MnistTuiApp(app.laboratory)
    async with again.run_test(size=WIDE) as pilot:
        await pilot.pause()
        look = chart(again).chart_style
        assert (look.symbols, look.x, look.training, look.smooth, look.clipped) == (
            "braille",
            "step",
            "none",
            True,
            False,
        )
        assert chart(again).metric.key == "error_rate"
        assert not chart(again).log_axis


async def test_closer_along_and_back(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await two_shown(pilot, app)
        chart(app).focus()
        await pilot.press("left")  # not the chart's yet
        assert chart(app).viewport.is_whole
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.maximized is chart(app))
        whole = chart(app).picture.x
        await pilot.press("plus", "left")
        assert chart(app).picture.x.high < whole.high
        assert "zoomed" in str(chart(app).border_title)
        await pilot.press("full_stop")
        before = chart(app).viewport.pointer
        await pilot.press("right", "up")
        after = chart(app).viewport.pointer
        assert before
        assert after
        assert (after.x > before.x, after.y > before.y) == (True, True)
        assert "┼" in drawn(app, "#loss")
        await pilot.press("escape")
        assert chart(app).viewport.pointer is None
        await pilot.press("escape")
        assert chart(app).viewport.is_whole
        assert app.screen.maximized is chart(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.maximized is None)


async def test_the_mouse_reads_zooms_and_moves(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await two_shown(pilot, app)
        await pilot.hover("#loss", offset=(20, 6))
        await until(pilot, lambda: chart(app).viewport.pointer)
        assert "┼" in drawn(app, "#loss")
        await pilot.hover("#runs")
        await until(pilot, lambda: not chart(app).viewport.pointer)
        chart(app).focus()
        chart(app).action_zoom(1)
        seen = chart(app).picture.x
        await pilot.mouse_down("#loss", offset=(20, 6))
        await pilot.hover("#loss", offset=(26, 6))
        await pilot.mouse_up("#loss", offset=(26, 6))
        await until(pilot, lambda: chart(app).picture.x.low < seen.low)
        moved = chart(app).viewport
        await pilot.hover("#loss", offset=(12, 6))
        await pilot.pause()
        assert (chart(app).viewport.x, chart(app).viewport.y) == (moved.x, moved.y)
