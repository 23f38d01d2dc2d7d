"""The replay screen shows what was there: logs alone, no data set and no process."""

from functools import partial

import pytest
from textual.widgets import Static

from mnist_tui.training.events import Changed, Event, Forked, Resumed, RunFailed, Step
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import WIDE, record, recorded_events, table_texts, until
from tests.tui.replays import (
    GONE,
    SMOOTH,
    folded,
    picture,
    progress,
    replaying,
    rows,
    show_instead,
    transport,
    up_to_epoch,
)

LOST = [Step(n, 3, 9.0, 0.1, 0.1 * n + 5, 36_000.0, 0.5) for n in (21, 22, 31)]
HISTORIES = {
    "smooth": SMOOTH,
    "lost steps": [*up_to_epoch(SMOOTH, 2), *LOST, RunFailed("killed"), Resumed(20), *SMOOTH[23:]],
}


@pytest.mark.parametrize("log", HISTORIES.values(), ids=HISTORIES)
async def test_every_epoch_the_start_and_the_end_show_exactly_what_was_there_then(
    app: MnistTuiApp, log: list[Event]
) -> None:
    directory = record(GONE, log)
    async with app.run_test(size=WIDE) as pilot:
        screen = await replaying(pilot, shown=1)
        for key, epoch in (("home", 0), ("right", 1), ("right", 2), ("right", 3), ("left", 2)):
            await pilot.press(key)
            await pilot.pause()
            assert f"epoch {epoch}/6" in transport(screen)
            seen = picture(screen)
            show_instead(screen, [folded(directory, up_to_epoch(SMOOTH, epoch))])
            assert seen == picture(screen)
            assert progress(screen) == [(f"{epoch}/6", "training")]
        await pilot.press("end")
        await pilot.pause()
        assert rows(screen) == table_texts(app)
        assert rows(screen)[0]["status_words"] == "completed"
        seen = picture(screen)
        show_instead(screen, [folded(directory, SMOOTH)])
        assert seen == picture(screen)
        await pilot.press("home")
        await pilot.pause()
        assert progress(screen) == [("0/6", "training")]
        row = rows(screen)[0]
        assert {row[key] for key in ("test_accuracy", "time", "convergence_epoch")} == {"–"}
        assert "●" not in "".join(picture(screen)[0])
        assert "epoch 0/6   0:00 of 0:06" in transport(screen)


async def test_a_failed_run_fails_at_its_end_and_an_interrupted_one_does_not_train_there(
    app: MnistTuiApp,
) -> None:
    failed = RunFailed("The loss became nan in epoch 4.", "loss nan")
    record(GONE, [*up_to_epoch(SMOOTH, 3), failed])
    record(GONE.replace(batch_size=9), up_to_epoch(SMOOTH, 3), number=1)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: [row["status_words"] for row in table_texts(app)][:1] == ["interrupted"])
        screen = await replaying(pilot)
        await pilot.press("end")
        await pilot.pause()
        assert progress(screen) == [("3/6", "interrupted")]
        await pilot.press("v")
        await until(pilot, lambda: app.screen is app.dashboard)
        await pilot.press("down")
        screen = await replaying(pilot)
        await pilot.press("home", "right", "right")
        await pilot.pause()
        assert progress(screen) == [("2/6", "training")]
        await pilot.press("end")
        await pilot.pause()
        assert progress(screen) == [("3/6", "failed: loss nan")]


async def test_the_runs_that_are_shown_are_replayed_side_by_side(app: MnistTuiApp) -> None:
    other = recorded_events(3, floor=0.3, rate=1)
    first = record(GONE.replace(epochs=3, batch_norm=True), other)
    second = record(GONE, SMOOTH, number=1)
    record(GONE.replace(batch_size=9), recorded_events(2, floor=0.4, rate=1), number=2)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 3)
        app.screen.query_one(RunsTable).focus()
        await pilot.press("down", "space", "down", "space", "up", "v")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen) and app.screen._replays)
        screen = app.screen
        assert isinstance(screen, ReplayScreen)
        await pilot.press("home", *["right"] * 2)
        await pilot.pause()
        assert [row["label"] for row in rows(screen)] == ["● plain", "▲ batchnorm"]
        assert [row["epochs_completed"] for row in rows(screen)] == ["2/6", "2/3"]
        seen = picture(screen)
        show_instead(screen, [folded(second, up_to_epoch(SMOOTH, 2)), folded(first, up_to_epoch(other, 2))])
        assert seen == picture(screen)
        await pilot.press(*["right"] * 2)
        await pilot.pause()
        assert "epoch 4/6" in transport(screen)
        assert progress(screen) == [("4/6", "training"), ("3/3", "completed")]
        await pilot.press("v", "up", "v")  # one whose curves are not shown is replayed alone
        await until(pilot, lambda: app.screen is not screen and isinstance(app.screen, ReplayScreen))
        alone = app.screen
        assert isinstance(alone, ReplayScreen)
        await until(pilot, lambda: [row["batch_size"] for row in rows(alone)] == ["9"])


async def test_changes_and_forks_appear_when_they_were_made(app: MnistTuiApp) -> None:
    change = Changed(25, 3, {"learning_rate": 0.1}, {"learning_rate": 0.4})
    fork = Forked(10, 1, "20260101-000000000-x-000000", {"dropout": "0.5"}, {"dropout": "0"})
    events = [*up_to_epoch(SMOOTH, 1), fork]
    rest = SMOOTH[len(events) - 1 :]
    place = next(n for n, event in enumerate(rest) if isinstance(event, Step) and event.step == 26)
    record(GONE, [*events, *rest[:place], change, *rest[place:]])
    async with app.run_test(size=WIDE) as pilot:
        screen = await replaying(pilot)
        marks = []
        await pilot.press("home")
        for _ in range(4):
            chart = screen.query_one("#loss", CurveChart)
            marks.append([mark.x for mark in chart._marks()])
            await pilot.press("right")
            await pilot.pause()
        assert marks == [[], [1.0], [1.0], [1.0, 2.5]]


async def test_every_size_shows_transport_chart_and_table(app: MnistTuiApp) -> None:
    record(GONE, SMOOTH)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await replaying(pilot)
        await pilot.press("home", "right", "right", "right")
        for width, height in ((80, 24), (60, 20)):
            await pilot.resize_terminal(width, height)
            await until(pilot, partial(lambda size: screen.size == size, (width, height)))
            await pilot.pause()
            tiny = width < 76  # one panel at a time
            for selector in ("#transport", "#loss", "KeysFooter", *([] if tiny else ["RunsTable"])):
                region = screen.query_one(selector).region
                assert region.area > 0, selector
                assert region.right <= width, selector
                assert region.bottom <= height, selector
            assert "●" in "".join(picture(screen)[0])
            assert "3/6" in str(screen.query_one("#transport", Static).render())
        await pilot.press("tab")
        await until(pilot, lambda: screen.query_one("RunsTable").region.area > 0)
        assert not screen.query_one("#loss").region.area
        await pilot.press("tab", "a")
        assert (screen.query_one("#loss").display, screen.query_one("#accuracy").display) == (False, True)
