"""The dashboard at every size, with and without colour."""

import itertools
import re
import time
from functools import partial

import pytest
from textual import _time
from textual.widgets import Static

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.help import HelpScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import SettingInput
from tests.tui.helpers import (
    LONG,
    WIDE,
    Cast,
    drawn,
    fill,
    finished,
    on_screen,
    opened,
    record,
    recorded_events,
    runs,
    said,
    table_texts,
    training,
    until,
)

PANELS = {"#fields", "#loss", "RunsTable"}


def seen(app: MnistTuiApp) -> set[str]:
    """The panels that are on screen, whole."""
    width, height = app.screen.size
    regions = {one: app.screen.query_one(one).region for one in PANELS}
    assert all(region.right <= width and region.bottom <= height for region in regions.values())
    return {one for one, region in regions.items() if region.area > 0}


async def test_every_size_shows_data_and_as_many_panels_as_fit(app: MnistTuiApp) -> None:
    for number in range(7):
        record(
            RunConfig(seed=number, epochs=number + 1), recorded_events(3, floor=0.1, rate=1), number=number
        )
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 7)
        assert seen(app) == set()
        assert "Press r" in on_screen(app), "a welcome stands where the charts will be"
        await pilot.press("tab")
        await until(pilot, lambda: seen(app) == {"RunsTable"})
        await pilot.press("space", "down", "space")
        await until(pilot, lambda: drawn(app, "#findings"))
        await pilot.press("tab")
        await until(pilot, lambda: seen(app) == {"#fields"})
        for width, height in ((60, 20), (80, 24), (120, 40), (200, 60)):
            await pilot.resize_terminal(width, height)
            await until(pilot, partial(lambda size: app.screen.size == size, (width, height)))
            await pilot.pause()
            for field in app.screen.query(SettingInput):
                assert field.region.width >= min(9, len(field.value) + 1), field.setting_name
            if width < 100:
                await pilot.press("escape")
                await until(pilot, lambda: "#fields" not in seen(app))
            assert seen(app) == (
                {"RunsTable"} if width == 60 else PANELS - ({"#fields"} if width == 80 else set())
            )
            if (
                width == 80
            ):  # the form in words, ten lines of chart, five rows below their titles, the verdict
                assert "batch 256" in drawn(app, "#folded")
                assert app.screen.query_one("#loss").size.height >= 10
                assert app.screen.query_one(RunsTable).size.height >= 6
                assert app.screen.query_one("#findings").region.area
            assert "MNIST sample 3,600 / 400 / 1,000" in str(app.screen.query_one("#data", Static).render())
            assert "▲" in drawn(app, "#loss") or width == 60
            await pilot.press("E")
        # Where there is more room than panels need, it is for the run under the cursor.
        await until(pilot, lambda: "epochs 1 to 3" in drawn(app, "#its-story"))
        assert "Learn rate" in drawn(app, "#its-settings")
        name = drawn(app, "#now")
        app.screen.query_one(RunsTable).focus()
        await pilot.press("up")
        await until(pilot, lambda: drawn(app, "#now") != name)
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: not app.screen.query_one("#details").display)


async def test_a_key_changes_the_chart_where_one_fits_and_a_resize_is_seen_on_a_busy_machine(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        loss, accuracy = app.screen.query_one("#loss"), app.screen.query_one("#accuracy")
        assert (loss.display, accuracy.display) == (True, False)
        await pilot.press("a")
        assert (loss.display, accuracy.display) == (False, True)
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: app.screen.query_one("#fields").region.area)
        assert (loss.display, accuracy.display) == (False, True)
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: (loss.display, accuracy.display) == (True, True))
        # Each look at the clock finds it 20 ms later, as when other threads and programs go first.
        late = itertools.count()
        monkeypatch.setattr(_time, "get_time", lambda: time.monotonic() + 0.02 * next(late))
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: app.dashboard.has_class("-tiny"))
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: app.dashboard.has_class("-wide"))


async def test_a_presentation_is_one_chart_with_names_until_it_is_left(app: MnistTuiApp) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))

    def there() -> set[str]:
        parts = {*PANELS, "#accuracy", "#legend", "#findings", "KeysFooter", "StatusBar"}
        return {one for one in parts if app.screen.query_one(one).region.area > 0}

    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        await until(pilot, lambda: drawn(app, "#findings"))
        before = there()
        await pilot.press("P")
        await until(pilot, lambda: there() == {"#accuracy", "#legend", "#findings"})
        assert drawn(app, "#legend") == "● plain  91.00 % test"
        await pilot.press("a")
        await until(pilot, lambda: there() == {"#loss", "#legend", "#findings"})
        await until(pilot, lambda: app.focused is app.screen.query_one("#loss"))
        await pilot.press("escape")
        await until(pilot, lambda: there() == before)
        for _ in range(2):
            app.notify("Nothing trains.")
            await pilot.pause()
        assert said(app) == ["Nothing trains."]


async def test_resizing_while_training_loses_nothing(app: MnistTuiApp, cast: Cast) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        [run], [played] = runs(app), cast.runs.values()
        events = recorded_events(30, floor=0.1, rate=1)[15:]
        for size in ((60, 20), (200, 60), (20, 5), (80, 24)):
            played.say(*events[:5])
            del events[:5]
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await until(pilot, lambda: len(run.epochs) == 3)
        step = run.step
        played.say(*events[:5])
        await until(pilot, lambda: run.step > step)
        await app.laboratory.stop_all()
        await finished(pilot, 1)


async def test_beside_an_open_form_the_row_that_trains_is_in_sight(app: MnistTuiApp) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        fill(app, {"batch_norm": "on"})
        await pilot.press("E", "r")
        await until(pilot, lambda: len(table_texts(app)) == 2 and drawn(app, "#findings"))
        table, panels = app.screen.query_one(RunsTable), app.screen.query_one("#panels")
        await until(pilot, lambda: table.region.bottom <= panels.region.bottom)
        await until(pilot, lambda: re.search(r"▲ batchnorm +yes", on_screen(app)))
        await app.laboratory.stop_all()


async def test_axes_and_help(app: MnistTuiApp) -> None:
    record(RunConfig(), recorded_events(3, floor=0.1, rate=1))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        chart = app.screen.query_one("#loss", CurveChart)
        logarithmic = drawn(app, "#loss")
        await pilot.press("y")
        assert drawn(app, "#loss") != logarithmic
        assert "log" not in str(chart.border_title)
        await pilot.press("X", "X")
        assert "seconds" in drawn(app, "#loss")
        await pilot.press("question_mark")
        await opened(pilot, HelpScreen)
        await pilot.press("escape")
        assert app.screen is app.dashboard
        chart.focus()
        await pilot.press("enter")
        assert app.screen.maximized is not None
        await pilot.press("escape")
        assert app.screen.maximized is None


async def test_no_color_still_tells_runs_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = MnistTuiApp()
    for number in range(2):
        record(
            RunConfig(batch_size=64 + number),
            recorded_events(3, floor=0.1 * number + 0.1, rate=1),
            number=number,
        )
    async with app.run_test(size=WIDE) as pilot:
        assert app.no_color
        await until(pilot, lambda: len(table_texts(app)) == 2)
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space", "down", "space")
        await pilot.pause()
        assert "●" in drawn(app, "#loss")
        assert "▲" in drawn(app, "#loss")
