"""Runs whose checkpoint is damaged, lost or a bomb, and logs with changes that nobody could have made."""

import io
import json
import shutil
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.errors import ConfigError, RunError
from mnist_tui.jobs.control import Control
from mnist_tui.jobs.worker import train
from mnist_tui.paths import runs_directory
from mnist_tui.runs import checkpoints
from mnist_tui.runs.forks import fork
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.changes import admitted
from mnist_tui.training.events import Changed, Resumed, RunFailed
from tests.runs.helpers import events_of, tiny_config, trained_here
from tests.survival.helpers import assert_same_result, counted_epochs

pytestmark = pytest.mark.quick


def config_of(data: Path) -> RunConfig:
    return tiny_config(data, epochs=5, dropout=0.2, optimizer="adam", learning_rate=0.01)


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunDirectory, RunDirectory]:
    """A run that was stopped after three epochs of five, all of them kept, and one that went to the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(tmp_path_factory.mktemp("trained")))
        return trained_here(config_of(data), 3), trained_here(config_of(data))


@pytest.fixture
def stopped(trained: tuple[RunDirectory, RunDirectory], home: Path) -> RunDirectory:
    """A copy of the run that was stopped, in the test's own home."""
    its = trained[0]
    return RunDirectory(shutil.copytree(its.path, runs_directory() / its.run_id))


@pytest.fixture
def whole(trained: tuple[RunDirectory, RunDirectory]) -> RunDirectory:
    """The run that was never stopped."""
    return trained[1]


def damage(path: Path, content: bytes = b"garbage") -> None:
    path.unlink()  # it may be another name for the same bytes
    path.write_bytes(content)


def last_resumed(directory: RunDirectory) -> Resumed:
    return [event for event in events_of(directory) if isinstance(event, Resumed)][-1]


# Damage


@pytest.mark.parametrize("content", [b"", b"garbage", None], ids=["empty", "garbage", "missing"])
def test_the_newest_whole_epoch_that_was_kept_is_gone_on_from(
    stopped: RunDirectory, whole: RunDirectory, content: bytes | None
) -> None:
    if content is None:
        stopped.checkpoint_path.unlink()
    else:
        damage(stopped.checkpoint_path, content)
    damage(checkpoints.kept_path(stopped, 3))
    assert train(stopped, Control())
    resumed = last_resumed(stopped)
    assert resumed.step == counted_epochs(stopped)[1].step
    assert str(stopped.checkpoint_path) in resumed.note
    assert "training goes on after epoch 2, which was kept." in resumed.note
    assert [one.epoch for one in counted_epochs(stopped)] == [1, 2, 3, 4, 5]
    assert_same_result(stopped, whole)


def test_a_whole_checkpoint_needs_no_note(stopped: RunDirectory) -> None:
    assert train(stopped, Control())
    assert last_resumed(stopped).note == ""


def test_an_epoch_under_a_wrong_name_is_not_taken_for_it(stopped: RunDirectory) -> None:
    stopped.checkpoint_path.unlink()
    checkpoints.kept_path(stopped, 1).rename(checkpoints.kept_path(stopped, 9))
    with pytest.raises(RunError, match="is of epoch 1: fork at another epoch"):
        checkpoints.read_epoch(stopped, 9)
    found = checkpoints.read_last(stopped)
    assert found
    assert found.last.epoch == 3


def test_where_none_is_whole_it_is_named_and_once_deleted_the_run_starts_again(
    stopped: RunDirectory, whole: RunDirectory
) -> None:
    for path in (stopped.checkpoint_path, *stopped.checkpoints_path.iterdir()):
        damage(path)
    assert not train(stopped, Control())
    last = events_of(stopped)[-1]
    assert isinstance(last, RunFailed)
    assert str(stopped.checkpoint_path) in last.reason
    assert last.reason.endswith(": delete it, and the run starts from its first epoch.")
    stopped.checkpoint_path.unlink()
    assert train(stopped, Control())
    assert_same_result(stopped, whole)


# Bombs


def with_member(path: Path, name: str, content: bytes, compression: int = zipfile.ZIP_STORED) -> None:
    """Replace a member of an archive, or add it."""
    with zipfile.ZipFile(path) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    path.unlink()
    with zipfile.ZipFile(path, "w", compression) as archive:
        for one, data in {**members, f"{name}.npy": content}.items():
            archive.writestr(one, data)


def zeros(*shape: int, dtype: str = "<f4") -> bytes:
    file = io.BytesIO()
    np.save(file, np.zeros(shape, dtype))
    return file.getvalue()


def claiming(*shape: int) -> bytes:
    """An array that claims a shape and holds next to nothing."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return file.getvalue() + bytes(64)


@pytest.mark.parametrize(
    ("name", "content", "compression"),
    [
        ("network/linear1.weight", zeros(1 << 25), zipfile.ZIP_DEFLATED),
        ("network/bomb", zeros(1 << 23), zipfile.ZIP_STORED),
        ("network/bomb", zeros(16), zipfile.ZIP_STORED),
        ("optimizer/bomb", zeros(16), zipfile.ZIP_STORED),
        ("network/linear1.weight", claiming(1 << 40), zipfile.ZIP_STORED),
        ("optimizer/mean", claiming(1 << 20, 1 << 20), zipfile.ZIP_STORED),
        ("progress", zeros(1 << 22), zipfile.ZIP_STORED),
        ("progress", zeros(1, dtype="<U4000000"), zipfile.ZIP_STORED),
    ],
    ids=["unpacks", "large", "unknown", "remembers more", "claims", "claims to remember", "numbers", "long"],
)
def test_a_bomb_is_refused_before_it_takes_memory(
    stopped: RunDirectory, name: str, content: bytes, compression: int
) -> None:
    kept = checkpoints.kept_path(stopped, 2)
    with_member(kept, name, content, compression)
    del content
    tracemalloc.start()
    try:
        with pytest.raises(RunError, match=r"epoch-2\.npz cannot be read .*: fork at another epoch"):
            fork(stopped, 2, {"dropout": 0.1})
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
    assert [path.name for path in stopped.path.parent.iterdir() if path.name[0] != "."] == [stopped.run_id]


def test_a_file_that_is_much_too_large_is_not_even_opened(stopped: RunDirectory) -> None:
    with checkpoints.kept_path(stopped, 2).open("r+b") as file:
        file.truncate(6 << 30)
    with pytest.raises(RunError, match="6,442,450,944 bytes are more than the"):
        checkpoints.read_epoch(stopped, 2)


def test_a_checkpoint_of_another_network_is_refused_by_its_settings(stopped: RunDirectory) -> None:
    values = json.loads(stopped.config_path.read_text())
    stopped.config_path.write_text(json.dumps({**values, "hidden": [17]}))
    with pytest.raises(RunError, match="of another network"):
        checkpoints.read_epoch(stopped, 2)


def test_the_memory_that_data_do_not_fit_into_is_told_apart_from_that_of_the_network(
    data: Path, monkeypatch: pytest.MonkeyPatch, stopped: RunDirectory
) -> None:
    def fill(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("mnist_tui.data.source.load", fill)
    assert not train(stopped, Control())
    last = events_of(stopped)[-1]
    assert isinstance(last, RunFailed)
    assert "images of tiny/ are read" in last.reason
    assert "hidden" not in last.reason


# Changes in a log


@pytest.mark.parametrize(
    "settings",
    [{"warmup": 3.0}, {"momentum": 0.1}, {"dropout": 7.0}, {"learning_rate": -1.0}, {"epochs": 5000.0}],
    ids=str,
)
def test_a_change_that_this_version_cannot_make_is_passed_over(
    stopped: RunDirectory, whole: RunDirectory, settings: dict[str, float]
) -> None:
    step = counted_epochs(stopped)[-1].step
    with EventLog(stopped.events_path) as log:
        log.append(Changed(step, 4, settings, dict.fromkeys(settings, 0.0)))
    assert train(stopped, Control())
    run, _ = Run.load(stopped)
    assert run.status is Status.COMPLETED
    assert run.config_after() == run.config
    assert not (stopped.path / "error.txt").exists()
    assert_same_result(stopped, whole)


def test_of_a_change_what_can_be_made_is_made() -> None:
    config = RunConfig(optimizer="adam")
    wanted = {"dropout": 0.5, "l2_lambda": 1e9, "warmup": 1.0, "momentum": 0.5}
    assert admitted(wanted, config) == {"dropout": 0.5}
    with pytest.raises(ConfigError):
        config.replace(l2_lambda=1e9)
