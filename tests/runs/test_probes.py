"""The file of probes: what a run wrote down about its network, whatever happened to it on the way."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from mnist_tui.data.source import load, resolve
from mnist_tui.errors import RunError
from mnist_tui.jobs import probing
from mnist_tui.jobs.control import Control
from mnist_tui.jobs.worker import train
from mnist_tui.runs import probes as files
from mnist_tui.runs.artifacts import network
from mnist_tui.runs.forks import fork
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.probes import ProbeFile, Probes, probes
from mnist_tui.runs.run import Run
from mnist_tui.training.probes import Prober, Record, quantities
from tests.conftest import write_idx
from tests.runs.helpers import killed_here, make_run, started, tiny_config, trained_here

pytestmark = pytest.mark.quick


@pytest.fixture
def every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine on which probes cost nothing."""
    monkeypatch.setattr(probing, "SHARE", 1e9)


@pytest.fixture(scope="module")
def few_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_idx(tmp_path_factory.mktemp("data") / "tiny", 60, 20)


def of(directory: RunDirectory) -> Probes:
    return probes(Run.load(directory)[0])


def record_like(directory: RunDirectory, epoch: int) -> Record:
    record: Record = of(directory).records[-1].copy()
    record["epoch"] = epoch
    return record


def the_file(directory: RunDirectory) -> ProbeFile:
    return ProbeFile(directory.probes_path, directory.read_config(), of(directory).images)


def test_every_epoch_of_a_run_is_there_and_the_time_before(every_epoch: None, few_images: Path) -> None:
    directory = trained_here(tiny_config(few_images, epochs=3, batch_norm=True))
    found = of(directory)
    assert found.epochs == [0, 1, 2, 3]
    assert found.images == 6
    assert found.sizes == quantities(directory.read_config(), 6)
    assert found.counts("linear1.weight").sum(axis=1).tolist() == [784 * 16] * 4
    run, dataset = Run.load(directory)[0], load(resolve(str(few_images)), 5000)
    with threadpool_limits(1, user_api="blas"):  # as in a run; with more, the last bits differ
        again = Prober(run.config, network(run, 2), dataset.validation).probe(2, run.epochs[1].step)
    np.testing.assert_array_equal(again, found.records[2], "as from the checkpoint that was kept")
    assert found.dead_units(1).shape == (4,)


@pytest.mark.parametrize("loss", ["none", "torn", "ahead", "nothing"])
def test_a_run_that_was_killed_counts_no_epoch_twice(every_epoch: None, few_images: Path, loss: str) -> None:
    directory = killed_here(tiny_config(few_images, epochs=4), 2)
    path = directory.probes_path
    if loss == "torn":
        path.write_bytes(path.read_bytes() + b"\x03" * 1000)
    if loss == "ahead":  # the process died after the record of an epoch and before its checkpoint
        path.write_bytes(path.read_bytes() + record_like(directory, 3).tobytes())
        assert of(directory).epochs[-1] == 3
    if loss == "nothing":
        path.unlink()
    train(directory, Control())
    assert of(directory).epochs == ([3, 4] if loss == "nothing" else [0, 1, 2, 3, 4])


def test_a_run_that_starts_again_has_nothing_of_what_was_lost(every_epoch: None, few_images: Path) -> None:
    directory = killed_here(tiny_config(few_images, epochs=2), 1)
    directory.checkpoint_path.unlink()
    shutil.rmtree(directory.checkpoints_path)
    train(directory, Control())
    assert of(directory).epochs == [0, 1, 2]


def test_a_fork_carries_its_trunk(every_epoch: None, few_images: Path) -> None:
    parent = trained_here(tiny_config(few_images, epochs=3))
    child = fork(parent, 2, {"learning_rate": 0.01, "epochs": 4})
    assert of(child).epochs == [0, 1, 2]
    train(child, Control())
    assert of(child).epochs == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(of(child).records[:3], of(parent).records[:3])
    parent.probes_path.write_bytes(b"?")
    other = fork(parent, 2, {"learning_rate": 0.01, "epochs": 4})
    assert not other.probes_path.exists()


def test_what_cannot_be_paid_is_not_recorded_but_for_the_beginning_and_the_end(
    monkeypatch: pytest.MonkeyPatch, few_images: Path
) -> None:
    monkeypatch.setattr(probing, "SHARE", 0.0)
    assert of(trained_here(tiny_config(few_images, epochs=3))).epochs == [0, 3]


@pytest.mark.parametrize(("epochs", "ends"), [(30, 30), (15, 30), (30, 12)])
def test_probes_stay_within_their_share_and_are_closest_where_most_happens(epochs: int, ends: int) -> None:
    cost, epoch_cost = 0.005, 0.1  # seconds: as on the sample
    spent, taken = cost, [0]
    for epoch in range(1, ends + 1):
        if spent + cost <= probing.allowed(epoch * epoch_cost, epoch, epochs):
            spent += cost
            taken.append(epoch)
    assert spent <= probing.SHARE * epoch_cost * max(epochs, ends)
    assert len(taken) >= 6
    planned = [epoch for epoch in taken if epoch <= epochs]
    assert planned[len(planned) // 2] <= epochs / 2, "half of them in the first half, or more"


def test_a_small_run_sends_few_images_through_and_old_files_keep_theirs(
    every_epoch: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "FEW_IMAGES", 3)
    monkeypatch.setattr(files, "FEW_IMAGES", 3)
    data = write_idx(tmp_path / "small", 60, 20)
    small = trained_here(tiny_config(data, epochs=1))
    assert of(small).images == 3
    with monkeypatch.context() as older:
        older.setattr(probing, "FEW_IMAGES", 200)
        directory = killed_here(tiny_config(data, epochs=2), 1)
    assert of(directory).images == 6
    train(directory, Control())
    assert (of(directory).images, of(directory).epochs) == (6, [0, 1, 2])


def test_a_run_does_not_fail_for_want_of_probes(every_epoch: None, few_images: Path) -> None:
    directory = killed_here(tiny_config(few_images, epochs=3), 1)
    directory.probes_path.unlink()
    directory.probes_path.mkdir()
    assert train(directory, Control())
    with pytest.raises(RunError, match=r"probes\.bin cannot be read"):
        of(directory)


def test_thousands_of_epochs_stay_within_the_budget(
    every_epoch: None, few_images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = trained_here(tiny_config(few_images, epochs=1, hidden=(2,)))
    size = of(directory).records.itemsize
    monkeypatch.setattr(files, "BUDGET", 10_000 + 200 * size)
    file, record = the_file(directory), record_like(directory, 1)
    file.begin(1)
    for epoch in range(2, 3000):
        if file.wants(epoch):
            record["epoch"] = epoch
            file.append(record)
        assert directory.probes_path.stat().st_size <= files.BUDGET
    epochs = of(directory).epochs
    assert epochs[:33] == list(range(33))
    assert set(np.diff(epochs[34:])) == {32}
    assert epochs[-1] > 2960


def test_the_last_epoch_is_there_where_not_every_one_has_room(
    every_epoch: None, few_images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = of(trained_here(tiny_config(few_images, epochs=1, hidden=(2,)))).records.itemsize
    monkeypatch.setattr(files, "BUDGET", 10_000 + 40 * size)
    epochs = of(trained_here(tiny_config(few_images, epochs=61, hidden=(2,)))).epochs
    assert len(epochs) < 45
    assert epochs[-3:] == [58, 60, 61]


def test_what_a_full_disk_left_is_written_over(every_epoch: None, few_images: Path) -> None:
    directory = trained_here(tiny_config(few_images, epochs=1))
    file = the_file(directory)
    file.begin(1)
    with directory.probes_path.open("ab") as torn:
        torn.write(b"half a record")
    file.append(record_like(directory, 2))
    assert of(directory).epochs == [0, 1, 2]


def test_a_run_without_probes_says_so(run: Run) -> None:
    run.directory.probes_path.unlink()
    with pytest.raises(RunError, match="has no probes: it was trained by a version that did not look"):
        probes(run)
    with pytest.raises(RunError, match="has not started"):
        probes(Run.load(make_run())[0])
    with pytest.raises(RunError, match="has no probes"):
        probes(Run.load(make_run([started()]))[0])


def edit_record(run: Run, edit: Callable[[Record], None]) -> None:
    content = run.directory.probes_path.read_bytes()
    head = content.index(b"\n") + 1
    records = np.frombuffer(bytearray(content[head:]), probes(run).records.dtype)
    edit(records)
    run.directory.probes_path.write_bytes(content[:head] + records.tobytes())


@pytest.mark.parametrize(
    ("field", "value"),
    [("epoch", 5_000_000), ("counts", 7), ("dead_units", np.nan), ("dead_units", 1.5)],
)
def test_records_that_make_no_sense_are_refused(run: Run, field: str, value: float) -> None:
    def edit(records: Record) -> None:
        records[field][-1] = value

    edit_record(run, edit)
    with pytest.raises(RunError, match="records make no sense"):
        probes(run)


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\n" * 4000, b"\x93NUMPY"])
def test_another_file_is_refused(run: Run, content: bytes) -> None:
    run.directory.probes_path.write_bytes(content)
    with pytest.raises(RunError, match="its first line is not that of this network's probes"):
        probes(run)


def test_a_file_that_is_too_large_is_refused_unread(run: Run) -> None:
    with run.directory.probes_path.open("r+b") as file:
        file.truncate(10 << 30)
    with pytest.raises(RunError, match="10,737,418,240 bytes are more than the 20,000,000"):
        probes(run)


def test_any_tool_can_read_it_as_its_first_line_says(run: Run) -> None:
    with run.directory.probes_path.open("rb") as file:
        header = json.loads(file.readline())
        record = np.dtype([(name, kind, tuple(shape)) for name, kind, shape in header["record"]])
        content = file.read()
    records = np.frombuffer(content, record, len(content) // record.itemsize)
    np.testing.assert_array_equal(records, probes(run).records)
    assert list(header["quantities"]) == list(probes(run).sizes)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_whatever_bytes_change_reading_ends_with_records_or_a_sentence(run: Run, data: st.DataObject) -> None:
    path = run.directory.probes_path
    original = path.read_bytes()
    spoilt = bytearray(original)
    for _ in range(data.draw(st.integers(1, 8))):
        spoilt[data.draw(st.integers(-9000, 9000))] = data.draw(st.integers(0, 255))
    try:
        path.write_bytes(spoilt)
        probes(run)
    except RunError:
        pass
    finally:
        path.write_bytes(original)
