"""The replay screen: play, pause, speed, jumps, and the way back."""

from types import SimpleNamespace

import pytest

from mnist_tui.training.events import RunFailed
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.screens import replay as replay_module
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import WIDE, drawn, record, said, table_texts, until
from tests.tui.replays import GONE, SMOOTH, Clock, replaying, rows, transport


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What the replay takes for the time of day."""
    clock = Clock()
    monkeypatch.setattr(replay_module, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


async def test_jumps_go_to_the_ends_of_epochs_and_no_further_than_both_ends_and_keys_lead_back(
    app: MnistTuiApp,
) -> None:
    record(GONE, SMOOTH)
    async with app.run_test(size=WIDE) as pilot:
        screen = await replaying(pilot, shown=1)
        for key, now in (
            *[("home", 0), ("left", 0), ("right", 1), ("l", 2), ("h", 1)],
            *[("end", 6), ("right", 6), ("left", 5), ("G", 6), ("0", 0)],
        ):
            await pilot.press(key)
            assert screen.now == pytest.approx(now)
            assert not screen.playing
        for key, end in (("right", 3.0), ("left", 2.0)):
            screen.now = 2.5
            await pilot.press(key)
            assert screen.now == pytest.approx(end)
        # Axes change as on the dashboard.
        await pilot.press("end", "X", "y")
        chart = screen.query_one("#loss", CurveChart)
        assert "step" in drawn(app, "#loss", screen)
        assert str(chart.border_title) == "Loss"
        # v and escape lead back, where the run is as it was.
        await pilot.press("v")
        await until(pilot, lambda: app.screen is app.dashboard)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, ReplayScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.dashboard)
        assert table_texts(app)[0]["status_words"] == "completed"


async def test_it_plays_at_once_pauses_changes_speed_and_starts_again_at_the_end(
    app: MnistTuiApp, clock: Clock
) -> None:
    record(GONE, SMOOTH)
    async with app.run_test(size=WIDE) as pilot:
        screen = await replaying(pilot)
        assert transport(screen).startswith("▶ replay 4×")
        clock.now += 0.5
        await until(pilot, lambda: screen.now == pytest.approx(2.0))
        assert "epoch 2/6   0:02 of 0:06" in transport(screen)
        assert rows(screen)[0]["epochs_completed"] == "2/6"
        await pilot.press("space")
        assert transport(screen).startswith("‖")
        clock.now += 100
        last = screen._last_tick
        await until(pilot, lambda: screen._last_tick > last)
        assert screen.now == pytest.approx(2.0)
        await pilot.press("space")
        clock.now += 0.25
        await until(pilot, lambda: screen.now == pytest.approx(3.0))
        # Speeds are powers of two from 1 to 32.
        screen.now = 0.0
        seen = []
        for key in (*["up"] * 4, *["down"] * 6, "up", "down"):
            await pilot.press(key)
            seen.append(screen.speed)
        assert seen == [8, 16, 32, 32, 16, 8, 4, 2, 1, 1, 2, 1]
        assert transport(screen).startswith("▶ replay 1×")
        clock.now += 1.5
        await until(pilot, lambda: screen.now == pytest.approx(1.5))
        await pilot.press(*["up"] * 5)
        clock.now += 0.0625
        await until(pilot, lambda: screen.now == pytest.approx(3.5))
        # It pauses at the end, and space starts again.
        clock.now += 1000
        await until(pilot, lambda: not screen.playing)
        assert screen.now == pytest.approx(6)
        assert rows(screen)[0]["status_words"] == "completed"
        await pilot.press("space")
        assert screen.playing
        assert screen.now == 0
        clock.now += 1 / 32
        await until(pilot, lambda: screen.now == pytest.approx(1.0))
        assert rows(screen)[0]["status_words"] == "training"


async def test_what_was_deleted_meanwhile_or_never_began_leads_back_with_a_sentence(app: MnistTuiApp) -> None:
    record(GONE.replace(batch_size=9), [RunFailed("There is no data.")])
    directory = record(GONE, SMOOTH, number=1)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 2)
        app.screen.query_one(RunsTable).focus()
        directory.config_path.unlink()
        await pilot.press("v")
        await until(pilot, lambda: said(app))
        await until(pilot, lambda: app.screen is app.dashboard)
        assert "cannot be shown" in said(app)[0]
        app._notifications.clear()
        await pilot.press("down", "v")
        await until(pilot, lambda: said(app))
        assert app.screen is app.dashboard
