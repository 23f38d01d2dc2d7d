"""Helpers for tests that drive the dashboard."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from textual.pilot import Pilot

from mnist_tui import paths
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch, Event, RunFinished, RunStarted, Step
from mnist_tui.tui.app import MnistTuiApp

SMALL = {"hidden": "16", "epochs": "2", "dataset": "sample"}
"""A run that is over in a second."""

LONG = {"hidden": "16", "epochs": "10000", "early_stopping": "0", "dataset": "sample"}
"""A run that lasts until somebody stops it."""


async def until(pilot: Pilot[int], condition: Callable[[], object], seconds: float = 30) -> None:
    """Let the app work until a condition holds."""
    for _ in range(int(seconds / 0.05)):
        await pilot.pause(0.05)
        if condition():
            return
    raise AssertionError(f"still not so after {seconds} seconds")


@pytest.fixture
def app() -> MnistTuiApp:
    """The dashboard on a home of its own."""
    return MnistTuiApp()


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


def record(config: RunConfig, events: list[Event], *, number: int = 0) -> RunDirectory:
    """A run directory as a worker would have left it, at a fixed time."""
    moment = datetime(2026, 1, 15, 9, 30, tzinfo=UTC) + timedelta(minutes=number)
    path = paths.runs_directory() / f"{moment:%Y%m%d-%H%M%S}000-recorded-00000{number}"
    path.mkdir(parents=True)
    directory = RunDirectory(path)
    directory.config_path.write_text(json.dumps(config.to_dict()))
    with EventLog(directory.events_path) as log:
        for event in events:
            log.append(event)
    return directory
