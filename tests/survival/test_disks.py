"""Disks that fill, cannot be written, or lose a run's directory while it trains."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mnist_tui.errors import RunError
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.jobs.preparation import settle
from mnist_tui.runs import checkpoints
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Paused, RunFailed, RunFinished
from mnist_tui.tui.app import MnistTuiApp
from tests.command import Command, assert_one_sentence, assert_refused
from tests.jobs.driver import Driver
from tests.runs.helpers import ended, events_of, has, look, tiny_config, trained_here, until
from tests.survival.helpers import (
    SMALL,
    assert_same_result,
    checkpoint_epoch,
    counted_epochs,
    new_run,
    working_in,
)
from tests.tui.helpers import problem

Mount = Callable[[str], Path]


@pytest.fixture
def mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mount]:
    """Makes a small disk of its own the home directory."""
    if not shutil.which("mount"):
        pytest.skip("there is no mount here")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = False

    def make(size: str) -> Path:
        nonlocal mounted
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("this user may not mount a disk")
        mounted = True
        monkeypatch.setenv("MNIST_TUI_HOME", str(place))
        return place

    yield make
    if mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def fill(disk: Path, leave: int = 0) -> Path:
    """Write a file that leaves no more than so many bytes of a disk."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        free = os.statvfs(disk)
        left = free.f_bavail * free.f_frsize - leave
        while left > 0:
            try:
                left -= file.write(bytes(min(left, 1 << 16)))
            except OSError:
                break
    return filler


def uninterrupted(config: RunConfig, elsewhere: Path) -> RunDirectory:
    """The same run in another home, to which nothing happens."""
    with working_in(elsewhere):
        return trained_here(config)


@pytest.mark.slow
@pytest.mark.parametrize("leave", [0, 20_000], ids=["all", "little"])
def test_a_disk_that_fills_ends_the_run_and_loses_no_epoch(
    mount: Mount, many_images: Path, tmp_path: Path, command: Command, leave: int
) -> None:
    disk = mount("8m")
    settings = {"hidden": (32,), "optimizer": "adam", "learning_rate": 0.001, "dropout": 0.2}
    config = tiny_config(many_images, **settings, batch_norm=True, batch_size=16, epochs=8)
    directory = directories.create(settle(config))
    with ended(WorkerProcess(directory)) as worker:
        for epoch in (1, 2):
            worker.send("step")
            until(partial(has, directory, Paused, epoch))
        filler = fill(disk, leave)
        worker.send("resume")
        *_, failed = follow(worker)
    assert isinstance(failed, RunFailed)
    assert_one_sentence(failed.reason.replace(". Free some space;", ":"))
    assert "The disk is full" in failed.reason
    epochs = counted_epochs(directory)
    assert 2 <= len(epochs) < 8
    assert 1 not in checkpoints.epochs(directory), "it made room"
    assert checkpoint_epoch(directory) >= len(epochs), "the earlier checkpoint is whole"
    assert not list(directory.path.glob("*.tmp"))
    refused = command("resume", directory.run_id)
    assert refused.returncode == 1
    assert "disk is full" in refused.stderr
    assert checkpoint_epoch(directory) >= len(epochs)
    filler.unlink()
    assert command("resume", directory.run_id).returncode == 0
    assert [one.epoch for one in counted_epochs(directory)] == list(range(1, 9))
    assert_same_result(directory, uninterrupted(config, tmp_path / "elsewhere"))


def test_a_log_that_finds_no_room_ends_the_run_with_a_sentence(
    mount: Mount, many_images: Path, command: Command
) -> None:
    """Epochs of many lines: it is the log that meets the full disk."""
    disk = mount("4m")
    directory = new_run(many_images, hidden=(512, 512), batch_size=8, epochs=4)
    with ended(WorkerProcess(directory)) as worker:
        until(lambda: len(events_of(directory)) > 3)
        filler = fill(disk)
        events = list(follow(worker))
    failed = events[-1]
    assert isinstance(failed, RunFailed)
    assert f"The disk is full: {directory.events_path} could not be written." in failed.reason
    seen = events_of(directory)
    assert seen == events[: len(seen)], "the log is as it was"
    filler.unlink()
    status = command("runs").stdout
    assert "interrupted" in status or "failed" in status


@pytest.mark.slow
def test_a_disk_filled_by_earlier_checkpoints_alone_is_no_reason_to_fail(
    mount: Mount, many_images: Path
) -> None:
    """To fork from an earlier epoch is a comfort: what it takes must not be missing for the run itself."""
    mount("4m")
    directory = new_run(many_images, hidden=(128,), batch_size=256, epochs=20, optimizer="momentum")
    with ended(WorkerProcess(directory)) as worker:
        *_, last = follow(worker)
    assert isinstance(last, RunFinished), last


@pytest.mark.slow
def test_train_on_a_full_disk_is_one_sentence(mount: Mount, tiny_data: Path, command: Command) -> None:
    disk = mount("1m")
    fill(disk)
    result = command("train", "--dataset", tiny_data, *SMALL, "--epochs", "1")
    assert result.returncode == 1
    [sentence] = result.stderr.splitlines()
    assert "disk is full" in sentence
    assert "Traceback" not in sentence
    listed = command("runs")
    assert (listed.returncode, listed.stderr) == (0, "")


# ------------------------------------------------------------------------------------------- read-only


@pytest.fixture
def read_only(mount: Mount, tiny_data: Path) -> list[str]:
    """A home that cannot be written, with a finished run and a stopped one; their ids."""
    disk = mount("8m")
    trained_here(tiny_config(tiny_data, epochs=1))
    trained_here(tiny_config(tiny_data, epochs=10_000), 1)
    make_read_only(disk)
    return [path.name for path in list_runs()]


@pytest.mark.slow
def test_a_read_only_home_can_be_read(read_only: list[str], tiny_data: Path, command: Command) -> None:
    done, stopped = read_only
    listed = command("runs")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "completed" in listed.stdout
    assert "stopped" in listed.stdout
    shown = command("runs", "show", done)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "status: completed" in shown.stdout
    report = command("report")
    assert (report.returncode, report.stderr) == (0, "")
    assert "plain" in report.stdout
    assert_refused(
        command("train", "--dataset", tiny_data, *SMALL), 1, "Read-only file system", "MNIST_TUI_HOME"
    )
    refused = command("resume", stopped)
    assert refused.returncode == 1
    assert "Read-only file system" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert_refused(command("fork", done, "--epochs", "5", "--l2-lambda", "0.1"), 1, "Read-only file system")
    assert_refused(command("runs", "delete", done, "--yes"), 1, "Read-only file system")


@pytest.mark.slow
async def test_the_dashboard_shows_a_read_only_home(read_only: list[str]) -> None:
    app = MnistTuiApp()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, lambda: len(app.laboratory.runs) == 2)
        statuses = {app.laboratory.runs[run_id].status for run_id in read_only}
        assert statuses == {Status.COMPLETED, Status.STOPPED}
        await pilot.press("r")
        await until_shown(pilot, lambda: "Read-only file system" in problem(app))
        assert len(app.laboratory.runs) == 2


async def until_shown(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    for _ in range(400):
        if condition():
            return
        await pilot.pause(0.05)
    raise AssertionError("still not so")


@pytest.mark.slow
def test_a_run_that_cannot_go_on_says_why(read_only: list[str], laboratory: Driver) -> None:
    _, stopped = read_only
    until(lambda: stopped in look(laboratory))
    with pytest.raises(RunError, match="Read-only file system"):
        laboratory.resume(stopped)
    assert look(laboratory)[stopped].status is Status.STOPPED


@pytest.mark.slow
def test_a_stopped_run_that_a_full_disk_keeps_from_going_on_says_so(
    mount: Mount, tiny_data: Path, command: Command
) -> None:
    disk = mount("4m")
    directory = trained_here(tiny_config(tiny_data, epochs=10_000), 1)
    fill(disk)
    refused = command("resume", directory.run_id)
    assert refused.returncode == 1
    assert "disk is full" in refused.stderr


def test_a_stopped_run_whose_data_is_gone_fails_to_go_on(tiny_data: Path, command: Command) -> None:
    directory = trained_here(tiny_config(tiny_data, epochs=10_000), 1)
    shutil.rmtree(tiny_data)
    refused = command("resume", directory.run_id)
    assert refused.returncode == 1
    assert str(tiny_data) in refused.stderr
