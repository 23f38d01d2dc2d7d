"""Pictures of the queue and of what steers a run. After a wanted change: `pytest --snapshot-update`."""

from collections.abc import Callable, Iterator

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from mnist_tui.jobs import active
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.fork import ForkScreen
from mnist_tui.tui.dialogs.tune import TuneScreen
from mnist_tui.tui.screens.replay import ReplayScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import opened, record, recorded_events, table_texts, until

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
CONFIG = RunConfig(dataset="sample", threads=1, learning_rate=0.4, epochs=12, hidden=(64,))

pytestmark = pytest.mark.usefixtures("timeless")


@pytest.fixture
def half_way() -> Iterator[RunDirectory]:
    """A run in its eighth epoch whose learning rate was changed in the fourth; this process holds it."""
    events = recorded_events(12, floor=0.05, rate=0.5)[:84]
    change = Changed(35, 4, {"learning_rate": 0.1}, {"learning_rate": 0.4})
    directory = record(CONFIG, [*events[:39], change, *events[39:]])
    with directory.lock().acquire():
        active.enter(directory)
        yield directory


@pytest.fixture
def over() -> RunDirectory:
    """A finished run that can be forked after some of its epochs."""
    directory = record(CONFIG, recorded_events(12, floor=0.05, rate=0.5))
    directory.checkpoints_path.mkdir()
    for epoch in (2, 4, 8):
        (directory.checkpoints_path / f"epoch-{epoch}.npz").touch()
    return directory


async def on_the_run(pilot: Pilot[int], *keys: str) -> MnistTuiApp:
    """Press keys with the cursor on the only run."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: table_texts(app))
    app.dashboard.query_one(RunsTable).focus()
    await pilot.press(*keys)
    return app


async def still(pilot: Pilot[int]) -> None:
    """No cursor that blinks."""
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    await pilot.pause()


async def tune(pilot: Pilot[int]) -> None:
    app = await on_the_run(pilot, "t")
    await opened(pilot, TuneScreen)
    app.screen.query_one("#dropout", Input).value = "0.5"
    await still(pilot)


async def fork(pilot: Pilot[int]) -> None:
    app = await on_the_run(pilot, "F")
    await opened(pilot, ForkScreen)
    app.screen.query_one("#optimizer", Input).value = "adam"
    await still(pilot)


async def replay(pilot: Pilot[int]) -> None:
    app = await on_the_run(pilot, "space", "v")
    await until(pilot, lambda: isinstance(app.screen, ReplayScreen) and app.screen._replays)
    await pilot.press("home", *["right"] * 5)
    await pilot.pause()


async def queue(pilot: Pilot[int]) -> None:
    app = await on_the_run(pilot)
    await pilot.press("c")
    await until(pilot, lambda: len(table_texts(app)) == 4)
    await until(
        pilot,
        lambda: (
            [row["status_words"] for row in table_texts(app)][1:] == ["waiting 1", "waiting 2", "waiting 3"]
        ),
    )
    await pilot.press("down", "J")
    await pilot.pause()


@pytest.mark.usefixtures("half_way")
@SIZES
def test_tune(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    assert snap_compare(MnistTuiApp(), terminal_size=size, run_before=tune)


@pytest.mark.usefixtures("over")
@SIZES
def test_fork(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    assert snap_compare(MnistTuiApp(), terminal_size=size, run_before=fork)


@pytest.mark.usefixtures("half_way")
@SIZES
def test_replay(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    assert snap_compare(MnistTuiApp(), terminal_size=size, run_before=replay)


@pytest.mark.usefixtures("half_way")
@SIZES
@pytest.mark.cores(1)
def test_queue(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    assert snap_compare(MnistTuiApp(), terminal_size=size, run_before=queue)
