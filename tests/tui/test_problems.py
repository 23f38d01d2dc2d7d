"""Disks, homes and data that are not as they should be are told where the user is looking."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from mnist_tui.runs.run import Status
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.widgets.runs_panel import RunsPanel
from mnist_tui.tui.widgets.status_bar import StatusBar
from tests.runs.helpers import make_unreadable_run
from tests.tui.helpers import (
    SMALL,
    WIDE,
    drawn,
    fill,
    problem,
    runs,
    until,
)


async def test_a_home_that_cannot_be_written_is_told_under_the_form(
    app: MnistTuiApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MNIST_TUI_HOME", str(tmp_path / "file" / "home"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        assert "MNIST_TUI_HOME" in problem(app)
        assert "MNIST_TUI_HOME" in drawn(app, "#folded")
        await pilot.press("E", "space")
        assert "parameters" in problem(app)


async def test_runs_that_cannot_be_read_are_told_below_the_table_while_they_are_there(
    app: MnistTuiApp,
) -> None:
    directory = make_unreadable_run()
    async with app.run_test(size=WIDE) as pilot:
        table = app.screen.query_one(RunsPanel)
        words = f"1 run cannot be read: `mnist-tui runs show {directory.run_id}` says why."
        await until(pilot, lambda: str(table.border_subtitle) == words)
        shutil.rmtree(directory.path)
        await until(pilot, lambda: not table.border_subtitle)


async def test_a_data_directory_without_data_is_told_on_top_and_when_a_run_starts(
    app: MnistTuiApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tmp_path))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "MNIST_TUI_DATA_DIR" in app.screen.query_one(StatusBar).data
        await pilot.press("r")
        await pilot.pause()
        assert "MNIST_TUI_DATA_DIR" in problem(app)


async def test_a_damaged_data_file_fails_the_run_with_a_sentence(
    real_app: MnistTuiApp, tiny_data: Path
) -> None:
    victim = tiny_data / "train-images-idx3-ubyte.gz"
    victim.write_bytes(victim.read_bytes()[:-100])
    async with real_app.run_test(size=WIDE) as pilot:
        fill(real_app, {**SMALL, "dataset": str(tiny_data)})
        await pilot.press("r")
        await until(pilot, lambda: runs(real_app) and runs(real_app)[0].status is Status.FAILED)
        assert "cut off" in runs(real_app)[0].failure


async def test_a_full_disk_is_told_under_the_form_and_forgotten_when_there_is_room(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with app.run_test(size=(80, 24)) as pilot:
        fill(app, SMALL)
        monkeypatch.setattr(os, "fsync", no_room)
        await pilot.press("r")
        await until(pilot, lambda: "The disk is full" in problem(app))
        monkeypatch.undo()
        await pilot.press("r")
        await until(pilot, lambda: "parameters" in problem(app))


async def test_a_data_directory_with_an_impossible_name_does_not_end_the_dashboard(
    app: MnistTuiApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", "/" + "x" * 300)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "MNIST_TUI_DATA_DIR" in app.screen.query_one(StatusBar).data)
