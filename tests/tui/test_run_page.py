"""The run's page: all about one run, live, on a screen that shares the session with the dashboard."""

from functools import partial

import pytest
from textual.widgets import Static

from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.curves import METRICS
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.screens.run import NOBODY, RunScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.page_panel import PagePanel
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.runs.helpers import epoch, finished, started, step
from tests.tui.helpers import WIDE, drawn, record, recorded_events, table_texts, until

SIZES = [(80, 24), (120, 40), (200, 60), (40, 12)]


@pytest.fixture
def old_run() -> RunDirectory:
    config = RunConfig(batch_norm=True, dataset="sample", threads=1)
    return record(config, recorded_events(3, floor=0.1, rate=1))


def page(app: MnistTuiApp) -> RunScreen:
    assert isinstance(app.screen, RunScreen)
    return app.screen


def head(app: MnistTuiApp) -> str:
    return str(page(app).query_one("#head", Static).render())


def chart(app: MnistTuiApp) -> CurveChart:
    return page(app).query_one("#metric", CurveChart)


async def test_enter_opens_the_page_of_the_run_and_esc_goes_back_until_it_is_deleted(
    old_run: RunDirectory,
) -> None:
    app = MnistTuiApp()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        assert old_run.run_id in head(app)
        files = "".join(drawn(app, "#files", app.screen).split("\n"))
        assert "mnist-tui train --dataset sample --batch-norm" in files
        assert str(old_run.path) in files
        await until(pilot, lambda: "epochs 1 to 3" in drawn(app, "#story", app.screen))
        assert "test accuracy 91.00 %" in " ".join(drawn(app, "#story", app.screen).split())
        await pilot.press("escape")
        assert app.screen is app.dashboard
        # Of a run that is deleted nothing stays; an empty home says where to begin.
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and old_run.run_id in head(app))
        old_run.path.rename(old_run.path.with_name(".away"))
        await until(pilot, lambda: head(app) == NOBODY)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            assert head(app) == NOBODY


async def test_m_walks_through_every_metric_and_brackets_through_the_runs() -> None:
    ids = [
        record(
            RunConfig(dataset="sample", batch_size=64 + number),
            recorded_events(3, floor=0.1, rate=1),
            number=number,
        ).run_id
        for number in range(2)
    ]
    app = MnistTuiApp()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 2)
        app.switch_mode("run")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and chart(app).rows)
        seen = []
        for _ in METRICS:
            seen.append(chart(app).metric.key)
            assert METRICS[seen[-1]].title in str(chart(app).border_title)
            await pilot.press("m")
        assert seen == list(METRICS)
        assert chart(app).metric.key == seen[0]
        await pilot.press("M")
        assert chart(app).metric.key == seen[-1]
        # The dashboard follows.
        await until(pilot, lambda: ids[1] in head(app))
        await pilot.press("right_square_bracket")
        assert ids[0] in head(app)
        assert app.session.selected == ids[0]
        await pilot.press("left_square_bracket")
        assert ids[1] in head(app)


async def test_a_run_that_trains_is_shown_live() -> None:
    executor = ScriptedExecutor([started(), step(1)])
    app = MnistTuiApp(Laboratory(executor))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: app.laboratory.runs)
        [run_id] = app.laboratory.runs
        app.switch_mode("run")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and "training" in head(app))
        run = executor.runs[run_id]
        norms = {"linear1": 3.25, "linear2": 1.5}
        run.say(epoch(1, weight_norms=norms, dead_units={"relu1": 0.25}, stage_seconds={"forward": 0.5}))
        await until(pilot, lambda: "3.25" in drawn(app, "#layers", app.screen))
        assert "25.0 %" in drawn(app, "#layers", app.screen)
        assert "100 %" in drawn(app, "#stages", app.screen)
        await pilot.press("p")
        await until(pilot, lambda: app.laboratory.status(run_id) is Status.PAUSED and "paused" in head(app))
        await until(pilot, lambda: "paused" in drawn(app, "#story", app.screen))
        await pilot.press("p")
        await until(pilot, lambda: "training" in head(app))
        run.say(finished())
        await until(pilot, lambda: "completed" in head(app))


async def test_every_panel_has_its_lines_and_room_for_them_at_every_size(old_run: RunDirectory) -> None:
    app = MnistTuiApp()
    async with app.run_test(size=SIZES[0]) as pilot:
        await until(pilot, lambda: app.laboratory.runs)
        app.switch_mode("run")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and old_run.run_id[:8] in head(app))
        panels = app.screen.query(PagePanel)
        for size in (*SIZES, (60, 20), (200, 60), (60, 20)):
            await pilot.resize_terminal(*size)
            await until(pilot, partial(lambda size: app.screen.size == size, size))
            await until(pilot, lambda: all(one.size.height == len(one.lines) > 0 for one in panels))
            for panel in ("#story", "#layers", "#stages", "#settings", "#files"):
                await until(pilot, partial(drawn, app, panel, app.screen))
            assert "older version" in " ".join(drawn(app, "#layers", app.screen).split())
