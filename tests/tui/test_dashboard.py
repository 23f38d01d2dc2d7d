"""The dashboard, driven by keys."""

import shutil

import pytest

from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.screens.guided import EARLIER
from mnist_tui.tui.screens.run import RunScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.status_bar import StatusBar
from tests.tui.helpers import (
    LONG,
    SMALL,
    WIDE,
    Cast,
    drawn,
    fill,
    finished,
    on_screen,
    record,
    recorded_events,
    runs,
    table_texts,
    training,
    until,
)


async def test_a_run_draws_its_curves_and_becomes_a_row(real_app: MnistTuiApp) -> None:
    async with real_app.run_test(size=WIDE) as pilot:
        fill(real_app, SMALL)
        await pilot.press("r")
        await finished(pilot, 1)
        await until(pilot, lambda: "%" in table_texts(real_app)[0]["test_accuracy"])
        [run] = runs(real_app)
        result = run.finished
        assert result
        row = table_texts(real_app)[0]
        assert row["label"] == "● plain"
        assert (row["batch_norm"], row["l2_lambda"]) == ("no", "–")
        assert row["test_accuracy"] == f"{100 * result.test_accuracy:.2f} %"
        assert row["convergence_epoch"] == str(result.convergence_epoch)
        assert "●" in drawn(real_app, "#loss")
        assert "1 finished" in real_app.screen.query_one(StatusBar).activity


async def test_compare_trains_the_three_classic_rows_on_one_seed(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, {**SMALL, "seed": "3"})
        await pilot.press("c")
        await finished(pilot, 3)
        configs = [run.config for run in runs(app)]
        assert [(config.batch_norm, config.l2_lambda) for config in configs] == [
            (False, 0.0),
            (True, 0.0),
            (False, 0.1),
        ]
        assert {(config.seed, config.batch_size, config.optimizer) for config in configs} == {(3, 256, "sgd")}
        await until(pilot, lambda: all("%" in row["test_accuracy"] for row in table_texts(app)))
        assert [row["label"] for row in table_texts(app)] == ["● plain", "▲ batchnorm", "■ l2 0.1"]
        assert all(marker in drawn(app, "#accuracy") for marker in "●▲■")


@pytest.mark.cores(4)
async def test_runs_started_while_another_trains_keep_their_markers(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        await pilot.press("space", "r")
        await training(pilot, 2)
        await pilot.press("down", "right", "r")
        await training(pilot, 3)
        names = [row["label"] for row in table_texts(app)]
        assert names == ["● plain", "▲ batchnorm", "■ batchnorm + l2 0.01"]
        assert sum(run.is_active for run in runs(app)) == 3
        await app.laboratory.stop_all()
        await finished(pilot, 3)
        assert [row["label"] for row in table_texts(app)] == names


async def test_earlier_runs_stand_below_are_shown_on_request_and_have_pages(app: MnistTuiApp) -> None:
    for number in range(3):
        record(RunConfig(batch_size=64 + number), recorded_events(3, floor=0.1, rate=1), number=number)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 3)
        assert [row["batch_size"] for row in table_texts(app)] == ["66", "65", "64"]
        await until(pilot, lambda: "Press r" in on_screen(app) and EARLIER in on_screen(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        await until(pilot, lambda: "●" in drawn(app, "#loss"))
        assert table_texts(app)[0]["label"] == "● plain"
        await pilot.press("space")
        await until(pilot, lambda: "Press r" in on_screen(app))
        # The page and the dashboard mean the same run.
        newest, middle, oldest = app.session.order
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and app.screen.selected_ids == [middle])
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: app.session.selected == oldest)
        await pilot.press("1")
        await until(pilot, lambda: app.screen is app.dashboard and app.dashboard.selected_ids == (oldest,))
        await pilot.press("up", "up", "2")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and app.screen.selected_ids == [newest])


async def test_a_row_that_changes_while_another_appears_is_not_forgotten(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE):
        first = Run.read(record(RunConfig(), []))
        second = Run.read(record(RunConfig(batch_norm=True), [], number=1))
        table = app.dashboard.query_one(RunsTable)
        rows = {run.run_id: RunView(run, run.name) for run in (first, second)}
        table.show([first.run_id], rows.__getitem__, {first.run_id})
        for event in recorded_events(2, floor=0.1, rate=1):
            first.apply(event)
        table.show(list(rows), rows.__getitem__, set(rows))
        assert table_texts(app)[0]["status_words"] == "completed"


async def test_a_run_started_elsewhere_appears_grows_and_goes_when_it_is_deleted(
    app: MnistTuiApp,
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause(0.5)
        events = recorded_events(4, floor=0.1, rate=1)
        directory = record(RunConfig(), events[:30])
        with directory.lock().acquire(), EventLog(directory.events_path) as log:
            await until(pilot, lambda: len(runs(app)) == 1 and runs(app)[0].status is Status.TRAINING)
            await until(pilot, lambda: [row["label"] for row in table_texts(app)] == ["● plain"])
            for event in events[30:]:
                log.append(event)
            await finished(pilot, 1)
        shutil.rmtree(directory.path)
        await until(pilot, lambda: table_texts(app) == [])
        assert "0 training · 0 finished" in app.screen.query_one(StatusBar).activity


async def test_escape_sequences_of_strangers_stay_out_of_the_terminal(app: MnistTuiApp) -> None:
    directory = record(RunConfig(), recorded_events(2, floor=0.1, rate=1)[:-1])
    manifest = directory.config_path.read_text()
    directory.config_path.write_text(manifest.replace('"name": null', '"name": "evil\\u001b[31m"'))
    with directory.events_path.open("a") as log:
        log.write(
            '{"event": "run_failed", "v": 1, "reason": "bad \\u001b]0;owned\\u0007 [red]markup[/red]"}\n'
        )
    other = record(RunConfig(name="[bold]x[/nothing]"), recorded_events(2, floor=0.1, rate=1), number=1)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        assert [run.run_id for run in runs(app)] == [other.run_id]
        assert table_texts(app)[0]["label"].strip() == "[bold]x[/nothing]"
        assert "\x1b" not in "".join(cell for row in table_texts(app) for cell in row.values())


async def test_labels_follow_what_they_must_be_told_apart_from(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, SMALL)
        await pilot.press("r")
        await finished(pilot, 1)
        fill(app, {"hidden": "8"})
        await pilot.press("r")
        await finished(pilot, 2)
        names = ["● plain hidden 16", "▲ plain hidden 8"]
        await until(pilot, lambda: [row["label"] for row in table_texts(app)] == names)


async def test_the_dashboard_shows_what_became_of_runs_while_a_page_was_in_front(
    app: MnistTuiApp, cast: Cast
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        fill(app, LONG)
        await pilot.press("r")
        await training(pilot, 1)
        app.screen.query_one(RunsTable).focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        [played] = cast.runs.values()
        played.send("stop")
        await finished(pilot, 1)
        await pilot.press("1")
        await until(pilot, lambda: table_texts(app)[0]["status_words"] == "stopped")
        assert "1 finished" in app.dashboard.query_one(StatusBar).activity
