"""The whole screen, as a picture. After a wanted change: `pytest --snapshot-update`, and look at it."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.findings import FindingsPanel
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import record, recorded_events, until

pytestmark = pytest.mark.usefixtures("timeless")


@pytest.fixture
def recorded_runs() -> None:
    """Three finished runs, as somebody left them."""
    shared = RunConfig(dataset="sample", threads=1, learning_rate=0.4, epochs=12)
    for number, config in enumerate(classic_rows(shared)):
        events = recorded_events(12, floor=0.05 + 0.05 * number, rate=0.5 + number)
        record(config, events, number=number)


async def show_all(pilot: Pilot[int]) -> None:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    table = app.dashboard.query_one(RunsTable)
    await until(pilot, lambda: table.row_count == 3)
    table.focus()
    await pilot.press("space", "down", "space", "down", "space")
    await until(pilot, lambda: len(app.dashboard.query_one("#loss", CurveChart).rows) == 3)
    await until(pilot, lambda: app.concluded and len(app.concluded.conclusions.comparison.rows) == 3)
    await until(pilot, lambda: app.dashboard.query_one(FindingsPanel).findings)


@pytest.mark.usefixtures("recorded_runs")
@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_dashboard(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    assert snap_compare(MnistTuiApp(), terminal_size=size, run_before=show_all)


@pytest.mark.usefixtures("recorded_runs")
def test_light_theme(snap_compare: Callable[..., bool]) -> None:
    app = MnistTuiApp()
    app.theme = "textual-light"
    assert snap_compare(app, terminal_size=(120, 40), run_before=show_all)
