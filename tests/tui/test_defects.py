"""What goes wrong ends neither the dashboard nor what trains; where it must end, training goes on."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pexpect
import pytest
from textual.pilot import Pilot

from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.dialogs.confirm import ConfirmScreen
from mnist_tui.tui.dialogs.fork import ForkScreen
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.patience import PATIENCE
from tests.tui.helpers import WIDE, fill, opened, record, recorded_events, said, table_texts, until

EVENTS = recorded_events(2, floor=0.1, rate=1)


async def on_the_run(pilot: Pilot[int], key: str, dialog: type) -> MnistTuiApp:
    """Open a dialog about the only run."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await until(pilot, lambda: table_texts(app))
    app.screen.query_one(RunsTable).focus()
    await pilot.press(key)
    await opened(pilot, dialog)
    return app


async def vanishes(pilot: Pilot[int], directory: RunDirectory) -> None:
    """Somebody else deletes the run, and the dashboard sees it."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    shutil.rmtree(directory.path)
    await until(pilot, lambda: not app.laboratory.runs)


async def test_deleting_or_forking_a_run_that_vanished_is_told(app: MnistTuiApp) -> None:
    directory = record(RunConfig(), EVENTS)
    async with app.run_test(size=WIDE) as pilot:
        await on_the_run(pilot, "x", ConfirmScreen)
        await vanishes(pilot, directory)
        await pilot.press("right", "enter")
        await until(pilot, lambda: said(app))
        assert "deleted" in said(app)[0]
        assert app.screen is app.dashboard
        app._notifications.clear()
        directory = record(RunConfig(), EVENTS, number=1)
        directory.checkpoints_path.mkdir()
        (directory.checkpoints_path / "epoch-1.npz").touch()
        await on_the_run(pilot, "F", ForkScreen)
        await vanishes(pilot, directory)
        fill(app, {"l2_lambda": "0.01"})
        await pilot.press("enter")
        await until(pilot, lambda: said(app))
        assert "deleted" in said(app)[0]
        assert app.screen is app.dashboard


async def test_a_mistake_of_ours_is_told_with_the_file_that_has_the_details(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistake(*_: object) -> None:
        raise KeyError("nobody thought of this")

    directory = record(RunConfig(epochs=4), EVENTS[:-1])
    with directory.lock().acquire():
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda: table_texts(app))
            app.screen.query_one(RunsTable).focus()
            monkeypatch.setattr(app.laboratory, "pause_or_resume", mistake)
            monkeypatch.setattr(app, "push_screen_wait", mistake)
            for key in ("p", "x"):
                app._notifications.clear()
                await pilot.press(key)
                await until(pilot, lambda: said(app))
                sentence = said(app)[0]
                beginning = "Internal error (KeyError: 'nobody thought of this'); details are in "
                assert sentence.startswith(beginning), key
                details = Path(sentence.removesuffix(".").rpartition(" ")[2])
                assert "in mistake" in details.read_text()
                details.unlink()
                assert app.is_running, key


async def test_a_look_that_fails_is_told_once_and_the_next_one_goes_on(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scan = app.laboratory.store.scan
    mistakes = 0

    def mistaken(seconds: float) -> object:
        nonlocal mistakes
        if mistakes < 3:
            mistakes += 1
            raise KeyError("nobody thought of this")
        return scan(seconds)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(app.laboratory.store, "scan", mistaken)
    record(RunConfig(), EVENTS)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        assert mistakes == 3
        [sentence] = said(app)
        assert sentence.startswith("Internal error (KeyError: 'nobody thought of this'); details are in ")


async def crash(pilot: Pilot[int], executor: ScriptedExecutor) -> None:
    """Start a run, and press a key that meets a mistake of ours."""
    app = pilot.app
    assert isinstance(app, MnistTuiApp)
    await pilot.press("r")
    await until(pilot, lambda: executor.runs and table_texts(app))
    await pilot.press("question_mark")


@pytest.mark.parametrize("mode", ["dashboard", "run"])
async def test_what_is_cancelled_is_no_mistake(
    app: MnistTuiApp, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the dashboard is closed while a log is being read."""
    record(RunConfig(), EVENTS)
    waits = asyncio.Event()
    told: list[BaseException] = []

    async def never(_run_id: str) -> set[str]:
        waits.set()
        await asyncio.Event().wait()
        return set()

    monkeypatch.setattr("mnist_tui.tui.base_app.describe_defect", told.append)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        monkeypatch.setattr(app.laboratory, "read", never)
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space" if mode == "dashboard" else "2")
        await until(pilot, waits.is_set)
        app.workers.cancel_all()
        await pilot.pause()
        await pilot.pause()
    assert told == []


async def test_a_crash_of_the_screen_leaves_what_trains_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def mistake(_app: MnistTuiApp) -> None:
        raise KeyError("nobody thought of this")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(MnistTuiApp, "action_help", mistake)
    executor = ScriptedExecutor(EVENTS[:15])
    app = MnistTuiApp(Laboratory(executor))
    with pytest.raises(KeyError):
        async with app.run_test(size=WIDE) as pilot:
            await crash(pilot, executor)
    [run] = executor.runs.values()
    assert run.is_detached
    assert run.is_running
    assert run.commands == []
    assert app.return_code == 1
    run.send("stop")


CRASH = """
import sys
from mnist_tui.tui import app
def mistake(self): raise KeyError("nobody thought of this")
app.MnistTuiApp.action_help = mistake
from mnist_tui import cli
sys.argv = ["mnist-tui"]
cli.main()
"""


def test_a_crash_is_a_sentence_and_the_exit_code_says_so(tmp_path: Path) -> None:
    process = pexpect.spawn(
        sys.executable,
        ["-c", CRASH],
        dimensions=(24, 80),
        env={**os.environ, "TERM": "xterm-256color", "TMPDIR": str(tmp_path)},
        timeout=PATIENCE,
        encoding="utf-8",
    )
    process.expect("Press r")
    process.send("?")
    process.expect("Internal error")
    process.expect(pexpect.EOF)
    process.close()
    assert process.exitstatus == 1
    assert "Traceback" not in str(process.before)
    [details] = tmp_path.glob("mnist-tui-*.txt")
    assert "nobody thought of this" in details.read_text()


def test_a_home_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    process = pexpect.spawn(
        sys.executable,
        ["-m", "mnist_tui"],
        dimensions=(24, 80),
        env={**os.environ, "TERM": "xterm-256color", "MNIST_TUI_HOME": "~nosuch/x"},
        timeout=PATIENCE,
        encoding="utf-8",
    )
    process.expect(pexpect.EOF)
    process.close()
    assert process.exitstatus == 2
    shown = str(process.before)
    assert "~nosuch/x" in shown
    assert "Traceback" not in shown


async def test_a_data_directory_that_cannot_be_is_told_by_f(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", "~nosuch/x")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f")
        await until(pilot, lambda: said(app))
        assert "MNIST_TUI_DATA_DIR" in said(app)[0]
        assert app.screen is app.dashboard
