"""What is deleted is gone in one step, and what killed programs left behind is swept up."""

import os
from pathlib import Path

import pytest

from mnist_tui.jobs import deletion
from mnist_tui.jobs.owner import Owner
from mnist_tui.runs.layout import RunDirectory
from tests.jobs.driver import Driver
from tests.runs.helpers import finished, make_run, started, step

pytestmark = pytest.mark.quick


def test_a_deleted_run_is_gone_in_one_step_and_never_under_its_trainer() -> None:
    directory = make_run([started(), step(1)])
    with directory.lock(), pytest.raises(Exception, match="is being trained: stop it first"):
        deletion.delete(directory)
    assert directory.events_path.exists()
    deletion.delete(directory)
    assert not directory.path.exists()
    assert list(directory.path.parent.glob(".deleted-*")) == []
    deletion.delete(directory)
    assert not directory.path.exists(), "to delete it twice does not make it anew"


def test_a_link_in_the_place_of_a_run_is_deleted_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    link = RunDirectory(make_run().path.with_name("20260101-000000000-x-000000"))
    link.path.symlink_to(tmp_path / "precious")
    deletion.delete(link)
    assert not link.path.is_symlink()
    assert (tmp_path / "precious" / "file").exists()


def test_wrecks_are_removed_and_nothing_else(laboratory: Driver, home: Path) -> None:
    run = make_run([started(), step(1), finished()])
    runs = run.path.parent
    begun = runs / ".20260101-000000000-x-000000"
    for wreck in (runs / ".deleted-x-1", begun, runs / ".20260101-000000000-y-000000", runs / ".mine"):
        wreck.mkdir()
        (wreck / "config.json").touch()
    os.utime(begun, (0, 0))
    laboratory.look()
    left = {path.name for path in runs.iterdir()} - {".queue", ".active"}
    assert left == {run.run_id, ".20260101-000000000-y-000000", ".mine"}


def test_files_of_programs_that_were_killed_are_removed_and_those_of_living_ones_stay(
    laboratory: Driver, home: Path
) -> None:
    alive = Owner()
    alive.enter()
    room = home / "runs" / ".queue"
    for name in ("owner-dead.lock", "owner-begins.lock", "mine.lock"):
        (room / name).touch()
    for path in room.iterdir():
        if path.name != "owner-begins.lock":  # no program holds it yet
            os.utime(path, (0, 0))
    laboratory.look()
    left = {path.name for path in room.iterdir()} - {"queue.json", "queue.lock"}
    assert left == {f"owner-{alive.token}.lock", "owner-begins.lock", "mine.lock"}
    alive.leave()
