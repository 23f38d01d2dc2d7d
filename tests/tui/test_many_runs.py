"""A home with hundreds of runs: seen at once, complete soon, newest first, and no burden afterwards."""

import json
import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest
from textual.widgets import Static

from mnist_tui import paths
from mnist_tui.runs.store import RunStore, Update
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import to_dict
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.screens.run import RunScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.status_bar import StatusBar
from tests.tui.helpers import (
    SMALL,
    WIDE,
    drawn,
    fill,
    finished,
    on_screen,
    opened,
    recorded_events,
    runs,
    selected,
    table_texts,
    until,
)

MANY = 200
EPOCHS = 30
LOG = "".join(json.dumps(to_dict(event)) + "\n" for event in recorded_events(EPOCHS, floor=0.1, rate=1))


@pytest.fixture
def old_runs() -> list[str]:
    """The ids of many finished runs, oldest first; their batch sizes count up from 1."""
    config = RunConfig(dataset="sample", threads=1, epochs=EPOCHS)
    home = paths.runs_directory()
    home.mkdir(parents=True)
    ids = []
    for number in range(MANY):
        moment = datetime(2026, 1, 15, tzinfo=UTC) + timedelta(minutes=number)
        ids.append(f"{moment:%Y%m%d-%H%M%S}000-old-{number:06}")
        path = home / ids[-1]
        path.mkdir()
        (path / "config.json").write_text(json.dumps(config.replace(batch_size=1 + number).to_dict()))
        (path / "events.jsonl").write_text(LOG)
    return ids


def shown(app: MnistTuiApp) -> int:
    return app.dashboard.query_one(RunsTable).row_count


async def test_the_first_picture_does_not_wait_for_the_disk(
    app: MnistTuiApp, old_runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    may_read = threading.Event()
    scan = RunStore.scan

    def slow(store: RunStore, seconds: float) -> list[Update]:
        may_read.wait()
        return scan(store, seconds)

    monkeypatch.setattr(RunStore, "scan", slow)
    async with app.run_test(size=WIDE) as pilot:
        try:
            await until(pilot, lambda: "Press r" in on_screen(app))
            await pilot.press("right")  # and keys are heard
            assert shown(app) == 0
            assert "MNIST sample" in str(app.screen.query_one("#data", Static).render())
        finally:
            may_read.set()
        await until(pilot, lambda: shown(app) > 0)


async def test_all_rows_arrive_newest_first_and_leave_by_the_hundred_or_one_by_one(
    app: MnistTuiApp, old_runs: list[str]
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: shown(app) > 0)
        table = app.dashboard.query_one(RunsTable)
        assert table_texts(app)[0]["batch_size"] == str(MANY)
        await until(pilot, lambda: shown(app) == MANY)
        assert [int(row["batch_size"]) - 1 for row in table_texts(app)] == list(reversed(range(MANY)))
        assert {row["status_words"] for row in table_texts(app)} == {"completed"}
        assert {row["epochs_completed"] for row in table_texts(app)} == {f"{EPOCHS}/{EPOCHS}"}
        await until(pilot, lambda: f"{MANY} finished" in app.dashboard.query_one(StatusBar).activity)

        oldest = app.laboratory.runs[old_runs[0]]
        table.move_cursor(row=MANY - 1)
        for number in range(50, 150):
            shutil.rmtree(paths.runs_directory() / old_runs[number])
        await until(pilot, lambda: shown(app) == 100)
        left = [*reversed(range(150, MANY)), *reversed(range(50))]
        assert [int(row["batch_size"]) - 1 for row in table_texts(app)] == left
        assert selected(app) is oldest
        for number in (175, 25):
            shutil.rmtree(paths.runs_directory() / old_runs[number])
        await until(pilot, lambda: shown(app) == 98)
        left = [number for number in left if number not in {175, 25}]
        assert [int(row["batch_size"]) - 1 for row in table_texts(app)] == left
        assert selected(app) is oldest


async def test_an_old_run_is_read_as_a_whole_when_looked_at_and_a_new_one_goes_to_the_top(
    app: MnistTuiApp, old_runs: list[str]
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: shown(app) == MANY)
        table = app.dashboard.query_one(RunsTable)
        assert all(run.is_summary for run in runs(app))
        table.focus()
        table.move_cursor(row=MANY - 1)
        await pilot.press("space")
        oldest = old_runs[0]
        await until(pilot, lambda: not app.laboratory.runs[oldest].is_summary)
        run = app.laboratory.runs[oldest]
        assert [epoch.epoch for epoch in run.epochs] == list(range(1, EPOCHS + 1))
        assert len(run.train) == 10 * EPOCHS
        await until(pilot, lambda: "●" in drawn(app, "#loss"))
        table.move_cursor(row=1)
        await pilot.press("enter")
        await opened(pilot, RunScreen)
        await until(pilot, lambda: not app.laboratory.runs[old_runs[-2]].is_summary)
        await pilot.press("escape")
        assert sum(not run.is_summary for run in runs(app)) == 2

        fill(app, SMALL)
        await pilot.press("r")
        await finished(pilot, MANY + 1)
        await until(pilot, lambda: shown(app) == MANY + 1 and "%" in table_texts(app)[0]["test_accuracy"])
        assert [int(row["batch_size"]) - 1 for row in table_texts(app)[1:]] == list(reversed(range(MANY)))
        newest = runs(app)[-1]
        assert newest.run_id not in old_runs
        assert selected(app) is newest
