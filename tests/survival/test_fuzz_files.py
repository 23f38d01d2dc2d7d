"""Whatever stands in checkpoints, weights, the queue, marks, groups and data: it is read, or told."""

import gzip
import io
import json
import os
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui import paths
from mnist_tui.data import idx, source
from mnist_tui.data.dataset import Dataset
from mnist_tui.data.mnist import FILES
from mnist_tui.errors import MnistTuiError
from mnist_tui.jobs import active, queue
from mnist_tui.jobs.owner import Owner, lives, room
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs import checkpoints, groups
from mnist_tui.runs.artifacts import network, predictions, weights
from mnist_tui.runs.forks import fork
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.probes import probes
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.checkpoint import Checkpoint
from mnist_tui.training.events import to_dict
from mnist_tui.training.trainer import Trainer
from tests.conftest import write_idx
from tests.runs.helpers import make_run, tiny_config, trained_here
from tests.survival.fuzz import damaged, encoded, fuzzed, spoilt, told, values

MOST_MEMORY = 16 << 20
"""Bytes; many times what the files of these tests hold."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunDirectory, Dataset]:
    """A run that was stopped after two epochs, and its data."""
    data = write_idx(tmp_path_factory.mktemp("data") / "data", 60, 20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(tmp_path_factory.mktemp("home")))
        config = tiny_config(data, hidden=(4,), batch_norm=True, optimizer="adam", epochs=4)
        directory = trained_here(config, 2)
    return directory, source.load(source.resolve(str(data)), config.validation_size)


@pytest.fixture
def its_home(trained: tuple[RunDirectory, Dataset], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_HOME", str(trained[0].path.parent.parent))


def put(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # a checkpoint has another name
    path.write_bytes(content)


def go_on(checkpoint: Checkpoint, dataset: Dataset) -> None:
    """Train a little; what comes of it can be written down."""
    trainer = Trainer(checkpoint.config, dataset, checkpoint)
    trainer.stop_requested = True
    for event in trainer.run():
        json.dumps(to_dict(event), allow_nan=False)


# Checkpoints


@fuzzed
@given(st.data())
def test_fuzz_bytes_of_a_checkpoint(trained: tuple[RunDirectory, Dataset], data: st.DataObject) -> None:
    directory, dataset = trained
    whole = checkpoints.kept_path(directory, 2).read_bytes()
    put(directory.checkpoint_path, data.draw(damaged(whole)))
    tracemalloc.start()
    try:
        found = checkpoints.read_last(directory)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    assert found, "another is kept"
    with told("does not fit the settings"):
        go_on(found, dataset)


@fuzzed
@given(st.data())
def test_fuzz_what_a_checkpoint_says(trained: tuple[RunDirectory, Dataset], data: st.DataObject) -> None:
    directory, dataset = trained
    with zipfile.ZipFile(checkpoints.kept_path(directory, 2)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    progress = json.loads(str(np.load(io.BytesIO(members["progress.npy"]))))
    progress["config"]["dataset"] = "sample"
    content = io.BytesIO()
    np.save(content, np.array(json.dumps(data.draw(spoilt(progress)))))
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for name, member in {**members, "progress.npy": content.getvalue()}.items():
            archive.writestr(name, member)
    changed.seek(0)
    put(directory.checkpoint_path, changed.getvalue())
    try:
        with directory.checkpoint_path.open("rb") as file:
            found = Checkpoint.load(file, directory.read_config())
    except ValueError:
        return
    with told("does not fit the settings"):
        go_on(found, dataset)


@fuzzed
@given(st.data())
def test_fuzz_weights_and_predictions(
    trained: tuple[RunDirectory, Dataset], its_home: None, data: st.DataObject
) -> None:
    directory, _ = trained
    run, _ = Run.load(directory)
    path = data.draw(
        st.sampled_from([directory.model_path, directory.predictions_path, directory.probes_path])
    )
    whole = path.read_bytes()
    put(path, data.draw(damaged(whole)))
    tracemalloc.start()
    try:
        for read in (predictions, weights, network, probes):
            with told(str(path)):
                read(run)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
        put(path, whole)


@fuzzed
@given(st.data())
def test_fuzz_forks(trained: tuple[RunDirectory, Dataset], its_home: None, data: st.DataObject) -> None:
    directory, _ = trained
    path = checkpoints.kept_path(directory, 1)
    whole = path.read_bytes()
    put(path, data.draw(damaged(whole)))
    made = None
    with told(str(path)):
        made = fork(directory, 1, {"dropout": 0.1})
    put(path, whole)
    if made:
        assert Run.load(made)[0].forked
        assert checkpoints.read_last(made)
        for one in made.path.iterdir():
            one.unlink()
        made.path.rmdir()
    assert [one for one in paths.runs_directory().iterdir() if one.name[0] != "."] == [directory.path]


# The queue, marks, owners, groups


def queue_of(run_id: str) -> dict[str, Any]:
    """A queue in which a run waits, and its process was started just now."""
    entry = {"run_id": run_id, "owner": "0a1b2c3d4e5f", "log_size": 0, "wish": "start", "is_new": True}
    start = {"pid": os.getpid(), "since": 1.7e9, "log_size": 0}
    return {"v": 1, "entries": [entry], "starting": {run_id: start}}


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch) -> RunDirectory:
    """A run that may take its time to begin."""
    monkeypatch.setattr(queue, "START_SECONDS", 1e12)
    return make_run()


@fuzzed
@given(st.data())
def test_fuzz_the_queue(new: RunDirectory, data: st.DataObject) -> None:
    whole = queue_of(new.run_id)
    content = data.draw(spoilt(whole).map(encoded) | damaged(encoded(whole)) | values.map(encoded))
    room().mkdir(parents=True, exist_ok=True)
    (room() / "queue.json").write_bytes(content)
    queue.entries()
    queue.busy()
    queue.is_left_to_others()
    owner = Owner()
    queue.add([new], owner, is_new=True)
    assert new.run_id in {entry.run_id for entry in queue.entries()}
    assert queue.take_out(new.run_id)
    queue.launch(ScriptedExecutor(), owner)
    owner.leave()


@pytest.mark.parametrize(
    "spoilt_start",
    [
        {"pid": float("inf")},
        {"pid": 2**64},
        {"pid": 10**400},
        {"since": 10**400},
        {"since": None},
        {"log_size": -1},
    ],
    ids=str,
)
def test_a_start_that_cannot_be_costs_neither_the_queue_nor_a_core(
    new: RunDirectory, spoilt_start: dict[str, Any]
) -> None:
    whole = queue_of(new.run_id)
    room().mkdir(parents=True)
    (room() / "queue.json").write_bytes(encoded(whole))
    assert queue.busy() == {new.run_id}
    whole["starting"][new.run_id] |= spoilt_start
    (room() / "queue.json").write_bytes(encoded(whole))
    assert queue.busy() == set()
    assert [entry.run_id for entry in queue.entries()] == [new.run_id]


@fuzzed
@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: text.encode(errors="replace")))
def test_fuzz_marks_and_owners(new: RunDirectory, content: bytes) -> None:
    marks = paths.runs_directory() / ".active"
    marks.mkdir(exist_ok=True)
    (marks / new.run_id).write_bytes(content)
    assert active.is_trained_by(new, os.getpid()) is (content == str(os.getpid()).encode())
    assert active.training(paths.runs_directory()) == set()
    room().mkdir(exist_ok=True)
    (room() / "owner-0a1b2c3d4e5f.lock").write_bytes(content)
    assert not lives("0a1b2c3d4e5f")


@pytest.fixture
def group() -> groups.Group:
    return groups.make([RunConfig(), RunConfig(batch_norm=True), RunConfig(seed=1)])


@fuzzed
@given(st.data())
def test_fuzz_groups(group: groups.Group, data: st.DataObject) -> None:
    whole = group.path.read_bytes()
    group.path.write_bytes(data.draw(spoilt(json.loads(whole)).map(encoded) | damaged(whole)))
    with told(str(group.path)):
        found = groups.read(group.group_id)
        json.dumps(found.to_dict(), allow_nan=False)
        assert found in groups.list_groups()
    group.path.write_bytes(whole)
    assert groups.read(group.group_id) == group


# Data


@fuzzed
@given(st.data())
def test_fuzz_data(tmp_path: Path, data: st.DataObject) -> None:
    directory = write_idx(tmp_path / "digits", 12, 10)
    file = data.draw(st.sampled_from(FILES))
    path = directory / f"{file.name}.gz"
    if data.draw(st.booleans()):
        path.write_bytes(data.draw(damaged(path.read_bytes())))
    else:
        path.write_bytes(gzip.compress(data.draw(damaged(gzip.decompress(path.read_bytes()), edge=20))))
    with told("digits"):
        dataset = source.load(source.resolve(str(directory)), 5000)
        assert all(dataset.sizes)


sizes = st.sampled_from([0, 1, 2, 28, 2**16, 2**31, 2**32 - 1])


@fuzzed
@given(st.lists(sizes, min_size=3, max_size=3), st.binary(max_size=8), st.sampled_from([1, 3]))
def test_fuzz_headers_of_data(shape: list[int], content: bytes, dimensions: int) -> None:
    header = struct.pack(">BBBB3I", 0, 0, 8, dimensions, *shape)
    try:
        array = idx.parse(header + content, dimensions, Path("file"))
    except MnistTuiError:
        return
    assert array.size == len(header + content) - 4 - 4 * dimensions
