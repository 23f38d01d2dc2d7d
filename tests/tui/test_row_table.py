"""Rows of seeds on the dashboard: their cells, folding, the baseline, hiding, and where the cursor is."""

import shutil
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from mnist_tui import paths
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed, RunFinished
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.screens.run import RunScreen
from mnist_tui.tui.session import run_entry
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.runs.helpers import long_log
from tests.tui.helpers import (
    WIDE,
    drawn,
    on_screen,
    record,
    record_row,
    recorded_events,
    table_texts,
    until,
)

GOOD, BETTER = (0.901, 0.902, 0.903), (0.951, 0.952, 0.953)


@pytest.fixture
def plain() -> list[str]:
    """The ids of three seeds of the older row."""
    return [directory.run_id for directory in record_row(GOOD)]


@pytest.fixture
def batchnorm() -> list[str]:
    """The ids of three seeds of the newer row, which did better."""
    return [directory.run_id for directory in record_row(BETTER, number=10, batch_norm=True)]


def table(app: MnistTuiApp) -> RunsTable:
    return app.dashboard.query_one(RunsTable)


def labels(app: MnistTuiApp) -> list[str]:
    return [row["label"] for row in table_texts(app)]


def verdicts(app: MnistTuiApp) -> list[str]:
    return [row["verdict_and_seeds"] for row in table_texts(app)]


async def listed(pilot: Pilot[int], count: int) -> RunsTable:
    """Wait for so many lines, and put the focus on them."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: table(app).row_count == count)
    table(app).focus()
    return table(app)


async def compared(pilot: Pilot[int]) -> None:
    """Two rows, both shown, and what their difference is; the cursor is on the second."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await listed(pilot, 2)
    await pilot.press("space", "down", "space")
    await until(pilot, lambda: verdicts(app) == ["baseline", "▼ worse"])


def gone(run_id: str) -> None:
    """Somebody deletes a run."""
    shutil.rmtree(paths.runs_directory() / run_id)


@pytest.mark.usefixtures("plain", "batchnorm")
async def test_a_row_tells_of_all_its_seeds_is_a_baseline_and_is_hidden(app: MnistTuiApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await compared(pilot)
        better, worse = table_texts(app)
        assert (better["label"], worse["label"]) == ("● batchnorm ▸", "▲ plain ▸")
        assert (better["test_accuracy"], worse["test_accuracy"]) == (
            "95.20 ± 0.10 % (3)",
            "90.20 ± 0.10 % (3)",
        )
        assert (better["seed"], better["status_words"], better["batch_norm"]) == (
            "0–2",
            "3 seeds done",
            "yes",
        )
        assert better["accuracy_difference"] == ""
        assert worse["accuracy_difference"] == "−5.00 (−5.00 to −5.00)" or worse[
            "accuracy_difference"
        ].startswith("−5.00 (")
        assert "⡇ seeds" in str(app.dashboard.query_one("#loss", CurveChart).border_subtitle)
        chart = app.dashboard.query_one("#loss", CurveChart)
        assert all(one.low is not None for one in chart._series() if one.solid)
        # b moves the baseline, and the verdicts with it.
        await pilot.press("b")
        await until(pilot, lambda: verdicts(app) == ["▲ better", "baseline"])
        assert table_texts(app)[0]["accuracy_difference"].startswith("+5.00 (")
        assert table_texts(app)[1]["accuracy_difference"] == ""
        await pilot.press("up", "o", "down", "b")  # on the line of one of its runs
        await until(pilot, lambda: verdicts(app) == ["baseline", "", "", "", "▼ worse"])
        # space hides a row, its verdict and its curves, also on the line of a run.
        await pilot.press("o", "down", "space")
        await until(pilot, lambda: verdicts(app) == ["", ""])
        assert labels(app) == ["● batchnorm ▸", "  plain ▸"]
        await until(pilot, lambda: "▲" not in drawn(app, "#loss"))
        await pilot.press("up", "o", "down", "space")
        await until(pilot, lambda: labels(app)[0] == "  batchnorm ▾")
        await until(pilot, lambda: "Press r" in on_screen(app))
        await pilot.press("space")
        await until(pilot, lambda: labels(app)[0] == "● batchnorm ▾")


async def test_enter_folds_out_opens_a_run_and_1_comes_back_to_its_line(
    app: MnistTuiApp, plain: list[str], batchnorm: list[str]
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        lines = await listed(pilot, 2)
        await pilot.press("enter")
        await until(pilot, lambda: lines.row_count == 5)
        assert labels(app) == ["  batchnorm ▾", "  └ seed 0", "  └ seed 1", "  └ seed 2", "  plain ▸"]
        assert [row["test_accuracy"] for row in table_texts(app)][1:4] == ["95.10 %", "95.20 %", "95.30 %"]
        assert lines.selected_entry == batchnorm[0]
        await pilot.press("down", "down", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, RunScreen) and app.screen.selected_ids == [batchnorm[1]]
        )
        await pilot.press("1")
        await until(pilot, lambda: app.screen is app.dashboard)
        assert lines.selected_entry == run_entry(batchnorm[1])
        await pilot.press("2", "right_square_bracket", "right_square_bracket")
        await until(pilot, lambda: app.session.selected == plain[0])
        await pilot.press("1")
        await until(pilot, lambda: app.screen is app.dashboard)
        assert lines.selected_entry == plain[0]
        await pilot.press("up", "up", "up", "up", "enter")
        await until(pilot, lambda: lines.row_count == 2)
        assert lines.selected_entry == batchnorm[0]


async def test_o_on_the_line_of_a_run_folds_its_row_and_lines_go_with_their_row(
    app: MnistTuiApp, plain: list[str], batchnorm: list[str]
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        lines = await listed(pilot, 2)
        await pilot.press("o")
        await until(pilot, lambda: lines.row_count == 5)
        assert lines.selected_entry == batchnorm[0]
        await pilot.press("down", "down", "o")
        await until(pilot, lambda: lines.row_count == 2)
        assert lines.selected_entry == batchnorm[0]
        await pilot.press("down", "o", "down", "down", "down", "o")
        await until(pilot, lambda: lines.row_count == 2)
        assert lines.selected_entry == plain[0]
        # A row that is deleted takes its lines along.
        await pilot.press("up", "o", "down", "down", "down", "down")
        await until(pilot, lambda: lines.row_count == 5 and lines.selected_entry == plain[0])
        for run_id in batchnorm:
            gone(run_id)
        await until(pilot, lambda: labels(app) == ["  plain ▸"])
        assert lines.selected_entry == plain[0]


async def test_a_row_that_loses_seeds_says_so_and_keeps_the_cursor_until_one_is_left(
    app: MnistTuiApp, plain: list[str], batchnorm: list[str]
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        lines = await listed(pilot, 2)
        await pilot.press("down")
        await until(pilot, lambda: lines.selected_entry == plain[0])
        gone(plain[2])
        await until(pilot, lambda: table_texts(app)[1]["status_words"] == "2 seeds done")
        assert table_texts(app)[1]["test_accuracy"] == "90.15 ± 0.07 % (2)"
        gone(plain[0])  # after which the row is called by another run
        await until(pilot, lambda: table_texts(app)[1]["status_words"] == "completed")
        assert labels(app) == ["  batchnorm ▸", "  plain"]
        assert app.dashboard.selected_ids == (plain[1],)


async def test_a_row_grows_under_the_cursor(app: MnistTuiApp) -> None:
    [first] = record_row(GOOD[:1])
    record_row(BETTER[:1], number=10, batch_norm=True)
    async with app.run_test(size=WIDE) as pilot:
        lines = await listed(pilot, 2)
        await pilot.press("down", "space")
        await until(pilot, lambda: labels(app) == ["  batchnorm", "● plain"])
        second = record(
            RunConfig(epochs=2, dataset="sample", threads=1, seed=1),
            recorded_events(2, floor=0.1, rate=1),
            number=20,
        )
        await until(pilot, lambda: "● plain ▸" in labels(app))
        assert app.dashboard.selected_ids == (first.run_id, second.run_id)
        assert lines.selected_entry == first.run_id
        [row] = [row for row in table_texts(app) if row["label"] == "● plain ▸"]
        assert (row["seed"], row["status_words"]) == ("0, 1", "2 seeds done")
        assert row["test_accuracy"].endswith("% (2)")
        await until(
            pilot, lambda: "⡇ seeds" in str(app.dashboard.query_one("#loss", CurveChart).border_subtitle)
        )


async def test_a_change_that_is_found_when_a_run_is_opened_takes_it_out_of_its_row(app: MnistTuiApp) -> None:
    *before, result = long_log(recorded_events(1, floor=0.1, rate=1)[-1], epochs=200)
    changed = Changed(401, 101, {"dropout": 0.1}, {"dropout": 0.0})
    place = 2 * 100 + 1
    ids: list[RunDirectory] = []
    for seed in range(2):
        events = [*before[:place], *([changed] if seed else []), *before[place:], result]
        config = RunConfig(epochs=200, dataset="sample", threads=1, seed=seed)
        ids.append(record(config, events, number=seed))
    async with app.run_test(size=WIDE) as pilot:
        lines = await listed(pilot, 1)
        assert all(run.is_summary and not run.changes for run in app.laboratory.runs.values())
        await pilot.press("o", "down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until(pilot, lambda: app.laboratory.runs[ids[1].run_id].changes)
        await pilot.press("1")
        await until(pilot, lambda: app.screen is app.dashboard and lines.row_count == 2)
        assert {row["status_words"] for row in table_texts(app)} == {str(Status.COMPLETED)}
        assert lines.selected_entry == ids[1].run_id


async def test_the_cursor_goes_with_seeds_that_take_the_places_of_stopped_ones(app: MnistTuiApp) -> None:
    """They come one by one, and the row has another first run each time."""
    events = recorded_events(3, floor=0.1, rate=1)
    result = events[-1]
    assert isinstance(result, RunFinished)
    stopped = [*events[:-1], replace(result, status="stopped")]
    for seed in range(3):
        record(RunConfig(seed=seed), stopped, number=seed)
    async with app.run_test(size=WIDE) as pilot:
        await listed(pilot, 1)
        new: list[str] = []
        for seed in range(3):
            new.append(record(RunConfig(seed=seed), events, number=10 + seed).run_id)
            if seed == 0:
                app.joined(new, new[0])
            await until(pilot, lambda: len(app.laboratory.runs) == 3 + len(new))
            await until(pilot, lambda: set(new) <= set(app.dashboard.selected_ids))
