"""Files that strangers made: nothing in them is executed, followed out of the runs directory, or obeyed."""

import io
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_tui import paths
from mnist_tui.errors import MnistTuiError, RunError
from mnist_tui.jobs.control import Control
from mnist_tui.jobs.worker import train
from mnist_tui.runs import checkpoints, forks, naming
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.store import RunStore
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import RunFailed, RunFinished
from tests.command import Command, assert_one_sentence, assert_refused
from tests.jobs.driver import Driver
from tests.runs.helpers import (
    edit_manifest,
    epoch,
    events_of,
    finished,
    killed_here,
    make_run,
    started,
    tiny_config,
    trained_here,
)
from tests.survival.helpers import only_run

RUN_ID = "20260101-000000000-stranger-0a1b2c"


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._path,)


@pytest.fixture(scope="module")
def stopped_home(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a run that was stopped after an epoch."""
    home = tmp_path_factory.mktemp("stopped")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(home))
        trained_here(tiny_config(data, epochs=10_000), 1)
    return home


@pytest.fixture
def stopped(stopped_home: Path, home: Path) -> RunDirectory:
    """That run, in the test's own home."""
    shutil.copytree(stopped_home, home, dirs_exist_ok=True)
    return only_run()


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Path]:
    """A file that is there once something was executed."""
    path = tmp_path / "executed"
    yield path
    assert not path.exists()


def resumed(directory: RunDirectory) -> RunFailed | RunFinished:
    """The end of a run that goes on, in this process."""
    train(directory, Control())
    last = events_of(directory)[-1]
    assert isinstance(last, RunFailed | RunFinished)
    return last


# ------------------------------------------------------------------------------- files of another kind


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(path: Path, content: dict[str, bytes]) -> None:
    path.unlink()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def pickled(trap: Path) -> bytes:
    """An array file that holds an object."""
    file = io.BytesIO()
    np.save(file, np.array([Touch(trap)], dtype=object), allow_pickle=True)
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("member", ["progress.npy", "network/linear1.weight.npy", "network/extra.npy"])
def test_a_pickled_object_in_a_checkpoint_is_refused(stopped: RunDirectory, trap: Path, member: str) -> None:
    content = members(stopped.checkpoint_path)
    shutil.rmtree(stopped.checkpoints_path)
    write_members(stopped.checkpoint_path, {**content, member: pickled(trap)})
    with pytest.raises(RunError, match="cannot be read"):
        checkpoints.read_last(stopped)
    last = resumed(stopped)
    assert isinstance(last, RunFailed)
    assert_one_sentence(last.reason)
    assert str(stopped.checkpoint_path) in last.reason
    stopped.checkpoint_path.unlink()


@pytest.mark.slow
def test_pickles_in_the_place_of_files_are_refused(
    stopped: RunDirectory, command: Command, trap: Path
) -> None:
    evil = pickle.dumps(Touch(trap))
    for path in (stopped.checkpoint_path, *stopped.checkpoints_path.iterdir()):
        path.unlink()
        path.write_bytes(evil)
    stopped.predictions_path.write_bytes(evil)
    stopped.model_path.write_bytes(evil)
    last = resumed(stopped)
    assert isinstance(last, RunFailed)
    assert str(stopped.checkpoint_path) in last.reason
    kept = checkpoints.epochs(stopped)
    assert kept
    for number in kept:
        with pytest.raises(MnistTuiError):
            forks.fork(stopped, number, {"epochs": 100})
    for words in (("runs",), ("runs", "show", stopped.run_id)):
        result = command(*words)
        assert (result.returncode, result.stderr) == (0, "")


def test_a_garbled_model_does_no_harm(tiny_data: Path) -> None:
    directory = killed_here(tiny_config(tiny_data, epochs=3), 1)
    directory.model_path.write_bytes(b"\xff" * 5000)
    assert isinstance(resumed(directory), RunFinished)
    assert directory.predictions_path.exists()


@pytest.mark.parametrize(
    "progress",
    [
        {"last": None},
        {"streams": {"batches": {"bit_generator": "MT19937", "state": {}}}},
        {"streams": []},
        {"total": {"images": "many"}},
        {"optimizer_steps": -(10**30)},
        {"config": {"hidden": [4096, 4096]}},
        {"v": 99, "config": {}},
        {"best": {"event": "run_failed", "reason": ""}},
    ],
)
def test_a_checkpoint_that_makes_no_sense_is_no_internal_error(
    stopped: RunDirectory, progress: dict[str, Any]
) -> None:
    content = members(stopped.checkpoint_path)
    shutil.rmtree(stopped.checkpoints_path)
    told = json.loads(str(np.load(io.BytesIO(content["progress.npy"]))))
    edited = {**told, **progress, "config": {**told["config"], **progress.get("config", {}), "epochs": 3}}
    file = io.BytesIO()
    np.save(file, np.array(json.dumps(edited)))
    write_members(stopped.checkpoint_path, {**content, "progress.npy": file.getvalue()})
    last = resumed(stopped)
    if isinstance(last, RunFailed):
        assert_one_sentence(last.reason)
    assert not (stopped.path / "error.txt").exists()


# ------------------------------------------------------------------------------------ names and places


@pytest.mark.parametrize(
    "name", ["../x", "/etc", "..", ".", "", f"../runs/{RUN_ID}", f"{RUN_ID}/", "\x1b[2J", "a" * 5000]
)
def test_a_run_id_is_never_a_path(home: Path, name: str) -> None:
    make_run([started(), epoch(1), finished()])
    outside = home / "x"
    outside.mkdir()
    (outside / "config.json").write_text(json.dumps(RunConfig().to_dict()))
    with pytest.raises(RunError, match="There is no run") as raised:
        naming.find(name)
    assert_one_sentence(str(raised.value))
    assert len(str(raised.value)) < 200


@pytest.mark.slow
def test_no_command_takes_a_path_for_a_run(home: Path, command: Command) -> None:
    make_run([started(), epoch(1), finished()])
    outside = home / "x"
    outside.mkdir()
    (outside / "config.json").write_text(json.dumps(RunConfig().to_dict()))
    for words in (
        ("resume", "../x"),
        ("fork", "../x", "--l2-lambda", "1"),
        ("runs", "show", "../x"),
        ("runs", "delete", "../x", "--yes"),
        ("report", "../x"),
    ):
        assert_refused(command(*words), 2, "There is no run “../x”")
    assert (outside / "config.json").exists()


@pytest.fixture
def linked(tmp_path: Path) -> tuple[Path, Path]:
    """A link in the runs directory, and the directory outside that it leads to, which looks like a run."""
    target = tmp_path / "precious"
    target.mkdir()
    (target / "config.json").write_text(json.dumps(RunConfig().to_dict()))
    (target / "events.jsonl").write_text("")
    (target / "diary.txt").write_text("dear diary")
    paths.runs_directory().mkdir(parents=True)
    link = paths.runs_directory() / RUN_ID
    link.symlink_to(target)
    return link, target


def assert_untouched(target: Path) -> None:
    assert (target / "diary.txt").read_text() == "dear diary"
    assert (target / "config.json").exists()
    assert (target / "events.jsonl").exists()


@pytest.mark.slow
def test_deleting_a_link_does_not_delete_what_it_leads_to(
    linked: tuple[Path, Path], command: Command
) -> None:
    _, target = linked
    result = command("runs", "delete", RUN_ID, "--yes")
    assert_untouched(target)
    if result.returncode:
        assert_refused(result, 1, RUN_ID, "cannot be deleted")
        assert "None" not in result.stderr


def test_discarding_a_link_does_not_delete_what_it_leads_to(
    laboratory: Driver, linked: tuple[Path, Path]
) -> None:
    _, target = linked
    os.utime(target, (0, 0))
    laboratory.look()
    problem = ""
    try:
        if RUN_ID in laboratory.runs:
            laboratory.discard(RUN_ID)
    except RunError as error:
        problem = str(error)
    assert_untouched(target)
    assert "None" not in problem


@pytest.mark.slow
def test_odd_entries_in_the_runs_directory_are_passed_over(
    linked: tuple[Path, Path], command: Command
) -> None:
    room = paths.runs_directory()
    names = [f"20260101-00000000{number}-odd-00000{number}" for number in range(5)]
    (room / names[0]).symlink_to(room / names[0])
    (room / names[1]).symlink_to(room / "nowhere")
    (room / names[2]).write_text("a file")
    os.mkfifo(room / names[3])
    (room / names[4]).mkdir(mode=0o000)
    (room / "not a run\x1b[2J").mkdir()
    good = make_run([started(), epoch(1), finished()])
    store = RunStore()
    store.refresh()
    assert good.run_id in store.runs
    listed = command("runs")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert good.run_id in listed.stdout
    assert "\x1b" not in listed.stdout
    for name in names:
        with pytest.raises(RunError, match=name):
            naming.find(name).read_config()
    assert_refused(command("runs", "show", names[3]), 1, names[3])
    assert_refused(command("resume", names[1]), 1, names[1])


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "a/b", "con\\aux", "…" * 300, "x" * 900])
def test_a_name_in_the_settings_is_never_a_place(home: Path, name: str) -> None:
    directory = directories.create(RunConfig(name=name))
    assert directory.path.parent == paths.runs_directory()
    assert [path.name for path in list_runs()] == [directory.run_id]
    assert {path.name for path in home.iterdir()} <= {"runs", "cache"}
    found = RunStore()
    found.refresh()
    assert found.runs[directory.run_id].name == name


@pytest.mark.slow
def test_what_config_json_says_cannot_steer_the_terminal(stopped: RunDirectory, command: Command) -> None:
    evil = "\x1b[2J\x1b]0;owned\x07\r\n\u202e"
    edit_manifest(
        stopped,
        id="../../elsewhere",
        versions={evil: evil},
        machine={"processor": evil, "cores": evil},
        forked_from={"run_id": "../../elsewhere", "epoch": evil},
        **{evil: evil},
    )
    for words in (("runs",), ("runs", "show", stopped.run_id), ("report",), ("runs", "--json")):
        result = command(*words)
        assert result.returncode == 0, result.stderr
        assert not {"\x1b", "\x07", "\r", "\u202e"} & set(result.stdout + result.stderr), words
    edit_manifest(stopped, name=evil)
    for words in (("runs",), ("runs", "show", stopped.run_id), ("resume", stopped.run_id)):
        result = command(*words)
        assert not {"\x1b", "\x07", "\r", "\u202e"} & set(result.stdout + result.stderr), words
