"""Looking at the dashboard and waiting for it."""

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from mnist_tui.jobs.executor import Handle
from mnist_tui.runs.run import Run
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.renderables.rows import plain
from mnist_tui.tui.widgets.drawing import Drawing
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import SettingInput
from tests.tui.conftest import until

WIDE = (120, 40)


def runs(app: MnistTuiApp) -> list[Run]:
    return list(app.laboratory.runs.values())


def worker(app: MnistTuiApp, run_id: str) -> Handle:
    handle = app.laboratory.jobs[run_id].handle
    assert handle
    return handle


def fill(app: MnistTuiApp, values: dict[str, str]) -> None:
    for name, value in values.items():
        app.screen.query_one(f"#{name}", SettingInput).value = value


def table_texts(app: MnistTuiApp) -> list[list[str]]:
    table = app.dashboard.query_one(RunsTable)
    return [[cell.plain for cell in table.get_row_at(row)] for row in range(table.row_count)]


def drawn(app: MnistTuiApp, selector: str) -> str:
    return "\n".join(map(plain, app.dashboard.query_one(selector, Drawing).rows))


async def opened(pilot: Pilot[int], screen: type[Screen[object]]) -> None:
    """Wait for a dialog, and until keys reach it."""
    await until(pilot, lambda: isinstance(pilot.app.screen, screen) and pilot.app.focused is not None)


async def finished(pilot: Pilot[int], count: int) -> None:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: sum(run.finished is not None for run in runs(app)) == count)


async def training(pilot: Pilot[int], count: int) -> None:
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: sum(bool(run.epochs) for run in runs(app)) == count)


def problem(app: MnistTuiApp) -> str:
    return str(app.screen.query_one("#summary", Static).render())
