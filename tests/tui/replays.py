"""Replays to order: opened from the dashboard, looked at, and driven by a clock of their own."""

from collections.abc import Sequence
from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Static

from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch, Event
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.panels import Panels
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import recorded_events, table_texts, until

GONE = RunConfig(dataset="/nowhere/at/all", threads=1, epochs=6)
"""A run whose data is not on this machine any more."""

SMOOTH = recorded_events(6, floor=0.1, rate=1)
"""Its log: six epochs of a second each."""


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


async def replaying(pilot: Pilot[int], *, shown: int = 0) -> ReplayScreen:
    """Press v on the newest run, with the curves of the newest so many shown."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: len(table_texts(app)) >= max(1, shown))
    app.screen.query_one(RunsTable).focus()
    for number in range(shown):
        await pilot.press(*["space"] if number == 0 else ["down", "space"])
    await pilot.press("v")
    await until(pilot, lambda: isinstance(app.screen, ReplayScreen) and app.screen._replays)
    screen = app.screen
    assert isinstance(screen, ReplayScreen)
    return screen


def transport(screen: ReplayScreen) -> str:
    return str(screen.query_one("#transport", Static).render())


def rows(screen: ReplayScreen) -> list[dict[str, str]]:
    app = screen.app
    assert isinstance(app, MnistTuiApp)
    return table_texts(app, screen)


def progress(screen: ReplayScreen) -> list[tuple[str, str]]:
    """Epochs and status of each run."""
    return [(row["epochs_completed"], row["status_words"]) for row in rows(screen)]


def picture(screen: ReplayScreen) -> tuple[list[str], list[dict[str, str]]]:
    """Charts and table, to the character."""
    charts = [plain(line) for chart in screen.query(CurveChart) for line in chart.lines]
    return charts, rows(screen)


def show_instead(screen: ReplayScreen, runs: Sequence[Run]) -> None:
    """Draw other runs on the same screen, under the same names."""
    known = [row.views[0] for row in screen.query(CurveChart).first().rows]
    rows = {run.run_id: RowView.of_run(replace(view, run=run)) for run, view in zip(runs, known, strict=True)}
    shown = list(rows.values())
    screen.query_one(Panels).show(list(rows), rows.__getitem__, rows, curves=shown)


def folded(directory: RunDirectory, events: Sequence[Event]) -> Run:
    run = Run.read(directory)
    for event in events:
        run.apply(event)
    return run


def up_to_epoch(events: Sequence[Event], epoch: int) -> list[Event]:
    """The start of a log, up to the end of an epoch."""
    if epoch == 0:
        return list(events[:1])
    place = next(n for n, event in enumerate(events) if isinstance(event, Epoch) and event.epoch == epoch)
    return list(events[: place + 1])
