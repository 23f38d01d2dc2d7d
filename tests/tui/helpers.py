"""Looking at the dashboard, waiting for it, and runs to show on it."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from mnist_tui import paths
from mnist_tui.jobs.executor import Handle
from mnist_tui.jobs.scripted import ScriptedExecutor, ScriptedRun
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch, Event, RunFinished, RunStarted, Step
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.renderables.chart import draw_chart
from mnist_tui.tui.renderables.lines import Line, plain
from mnist_tui.tui.renderables.series import Series
from mnist_tui.tui.session import Session
from mnist_tui.tui.widgets.drawing import Drawing
from mnist_tui.tui.widgets.runs_panel import RunsPanel
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import SeedsInput, SettingInput
from tests.patience import PATIENCE

SMALL = {"hidden": "16", "epochs": "2", "dataset": "sample"}
"""A run that is over in a second."""

LONG = {"hidden": "16", "epochs": "10000", "early_stopping": "0", "dataset": "sample"}
"""A run that lasts until somebody stops it."""


async def until(pilot: Pilot[Any], condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Let the app work until a condition holds."""
    await pilot.pause(0.02)
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)  # the pilot's pause would ask each widget whether it is idle
    raise AssertionError(f"still not so after {seconds} seconds")


def recorded_events(epochs: int, *, floor: float, rate: float) -> list[Event]:
    """The log of a run with smooth made-up curves, for tests of what is drawn."""
    events: list[Event] = [RunStarted("MNIST sample", "0" * 64, 3600, 400, 1000, 535_818, 10, 1)]
    for step in range(1, 10 * epochs + 1):
        done = step / 10
        loss, accuracy = floor + 2 * 0.5 ** (done * rate), 1 - floor / 4 - 0.6 * 0.5 ** (done * rate)
        events.append(Step(step, (step - 1) // 10 + 1, loss, accuracy, 0.1 * step, 36_000.0, 0.5))
        if step % 10 == 0:
            measures = (loss, accuracy, loss * 1.2 + 0.02, accuracy - 0.01)
            events.append(Epoch(step // 10, step, *measures, 0.1 * step, 0.1 * step, 36_000.0, 0.5, 40.0))
    result = (epochs, 0.1, 0.97, 0.11, 0.9 + floor / 10, 1.0 * epochs, 1.0 * epochs, 36_000.0, 40.0)
    events.append(RunFinished("completed", epochs, *result))
    return events


class Cast(ScriptedExecutor):
    """Plays runs instead of training them: short ones to their end, `LONG` ones into their second epoch."""

    def start(self, directory: RunDirectory) -> ScriptedRun:
        epochs = Run.read(directory).config.epochs
        events = recorded_events(min(epochs, 30), floor=0.1 + 0.2 * len(self.runs), rate=1)
        self.script = tuple(events if epochs <= 30 else events[:15])
        return super().start(directory)


def record(config: RunConfig, events: list[Event], *, number: int = 0) -> RunDirectory:
    """A run directory as a worker would have left it, at a fixed time."""
    moment = datetime(2026, 1, 15, 9, 30, tzinfo=UTC) + timedelta(minutes=number)
    path = paths.runs_directory() / f"{moment:%Y%m%d-%H%M%S}000-recorded-{number:06}"
    path.mkdir(parents=True)
    directory = RunDirectory(path)
    directory.config_path.write_text(json.dumps(config.to_dict()))
    with EventLog(directory.events_path) as log:
        for event in events:
            log.append(event)
    return directory


def record_row(accuracies: Sequence[float], *, number: int = 0, **settings: Any) -> list[RunDirectory]:
    """A row as workers would have left it: a run for each test accuracy, its seeds from 0."""
    directories = []
    for seed, accuracy in enumerate(accuracies):
        *events, result = recorded_events(2, floor=0.1 + 0.1 * seed, rate=1)
        assert isinstance(result, RunFinished)
        config = RunConfig(**{"epochs": 2, "dataset": "sample", "threads": 1, "seed": seed, **settings})
        events.append(replace(result, test_accuracy=accuracy))
        directories.append(record(config, events, number=number + seed))
    return directories


class Shelf:
    """Runs that a test puts there: what a session is about, without a laboratory."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.waiting: list[str] = []
        self._made = 0

    def place(self, run_id: str) -> int:
        return self.waiting.index(run_id) + 1 if run_id in self.waiting else 0

    def add(self, status: Status = Status.COMPLETED, accuracy: float = 0.9, **settings: Any) -> str:
        """A run with some settings, and how well it did in the end; its id."""
        run = Run.read(record(RunConfig(**settings), [], number=self._made))
        self._made += 1
        for event in recorded_events(2, floor=0.1, rate=1)[:-1]:
            run.apply(event)
        self.runs[run.run_id] = run
        if status is not Status.TRAINING:
            self.end(run.run_id, str(status), accuracy)
        assert run.status is status
        return run.run_id

    def end(self, run_id: str, status: str = "completed", accuracy: float = 0.9) -> None:
        """A run that trains has a result."""
        result = recorded_events(2, floor=0.1, rate=1)[-1]
        assert isinstance(result, RunFinished)
        self.runs[run_id].apply(replace(result, status=status, test_accuracy=accuracy))


def asked(session: Session) -> list[list[str]]:
    """The ids of the runs that are to be compared, row after row."""
    return [[run.run_id for run in row] for row in session.question.rows]


WIDE = (120, 40)


def runs(app: MnistTuiApp) -> list[Run]:
    return list(app.laboratory.runs.values())


def selected(app: MnistTuiApp) -> Run | None:
    """The run under the cursor of the dashboard's table; the first one of a row."""
    return next((app.laboratory.runs[run_id] for run_id in app.dashboard.selected_ids), None)


def worker(app: MnistTuiApp, run_id: str) -> Handle:
    handle = app.laboratory.jobs[run_id].handle
    assert handle
    return handle


def fill(app: MnistTuiApp, values: dict[str, str]) -> None:
    for name, value in values.items():
        app.screen.query_one(f"#{name}", SettingInput).value = value


async def started_row(pilot: Pilot[int], seeds: int, **values: str) -> list[Run]:
    """Start a row with `r`, one run a seed, and put the cursor on its line; its runs, oldest first."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    fill(app, values)
    app.dashboard.query_one(SeedsInput).value = str(seeds)
    before = set(app.laboratory.runs)
    await pilot.press("r")
    await until(pilot, lambda: len(app.laboratory.runs.keys() - before) == seeds)
    new = app.laboratory.runs.keys() - before
    app.dashboard.query_one(RunsTable).focus()
    await until(pilot, lambda: set(app.dashboard.selected_ids) == new)
    return [app.laboratory.runs[run_id] for run_id in app.dashboard.selected_ids]


def table_texts(app: MnistTuiApp, screen: Screen[Any] | None = None) -> list[dict[str, str]]:
    """What the table of runs says: for each row its cells by the keys of their columns, seen or not."""
    table = (screen or app.dashboard).query_one(RunsTable)
    return [dict(table.ledger.lines[entry_id].texts) for entry_id in table.entries]


def render_chart(series: Sequence[Series], width: int, height: int, **how: Any) -> list[Line]:
    """What is seen of a chart."""
    return draw_chart(series, width, height, **how).lines


def plain_lines(lines: Sequence[Line]) -> list[str]:
    """Their characters, without blanks at their ends."""
    return [plain(line).rstrip() for line in lines]


def drawn(app: MnistTuiApp, selector: str, screen: Screen[Any] | None = None) -> str:
    drawing = (screen or app.dashboard).query_one(selector)
    assert isinstance(drawing, Drawing)
    return "\n".join(map(plain, drawing.lines))


async def opened(pilot: Pilot[int], screen: type[Screen[Any]]) -> None:
    """Wait for a dialog, and until keys reach it."""
    await until(pilot, lambda: isinstance(pilot.app.screen, screen) and pilot.app.focused is not None)


async def finished(pilot: Pilot[int], count: int) -> None:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: sum(run.finished is not None for run in runs(app)) == count)
    await listed(pilot)


async def training(pilot: Pilot[int], count: int) -> None:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: sum(bool(run.epochs) for run in runs(app)) == count)
    await listed(pilot)


async def listed(pilot: Pilot[int]) -> None:
    """Wait until the table shows what is known: it is told a moment later."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    rows = app.session.entries
    await until(pilot, lambda: app.dashboard.query_one(RunsTable).row_count >= len(rows))


def problem(app: MnistTuiApp) -> str:
    return str(app.screen.query_one("#summary", Static).render())


def hints(app: MnistTuiApp) -> str:
    """What the keys do to the selected run."""
    title = str(app.dashboard.query_one(RunsPanel).border_title)
    return title.removeprefix("Runs").removeprefix("[not bold] · ").removesuffix("[/not bold]")


def said(app: MnistTuiApp) -> list[str]:
    """The notifications that are on screen."""
    return [notification.message for notification in app._notifications]


def on_screen(app: MnistTuiApp) -> str:
    """Every character that can be seen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())
