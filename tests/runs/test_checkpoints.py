"""The checkpoints of a run: the last one, and the earlier ones that are kept to fork from."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.errors import RunError
from mnist_tui.runs import checkpoints
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.training.checkpoint import Checkpoint
from tests.runs.helpers import file_size_limit, make_run, tiny_config, trained_here


@pytest.fixture
def checkpoint(tiny_data: Path) -> Checkpoint:
    """As a run wrote it after its first epoch."""
    found = checkpoints.read_last(trained_here(tiny_config(tiny_data, epochs=1, hidden=(4,))))
    assert found
    return found


@pytest.fixture
def directory() -> RunDirectory:
    return make_run(hidden=(4,))


def after(checkpoint: Checkpoint, epoch: int) -> Checkpoint:
    """The same, as if it were later and the best epoch again."""
    last = dataclasses.replace(checkpoint.last, epoch=epoch)
    return dataclasses.replace(checkpoint, last=last, best=last)


def write(directory: RunDirectory, checkpoint: Checkpoint, *epochs: int) -> None:
    for epoch in epochs:
        checkpoints.write(directory, after(checkpoint, epoch))


def room_for(count: int, directory: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the budget be so many checkpoints."""
    size = max(path.stat().st_size for path in directory.path.rglob("*.npz"))
    monkeypatch.setattr(checkpoints, "BUDGET", count * size + size // 2)


def test_a_run_without_a_complete_epoch_has_none(directory: RunDirectory) -> None:
    assert checkpoints.read_last(directory) is None
    assert checkpoints.epochs(directory) == []


def test_what_was_written_is_read(directory: RunDirectory, checkpoint: Checkpoint) -> None:
    write(directory, checkpoint, 1, 2)
    last, first = checkpoints.read_last(directory), checkpoints.read_epoch(directory, 1)
    assert last
    assert (last.last.epoch, first.last.epoch) == (2, 1)
    assert last.config == checkpoint.config
    assert last.streams == checkpoint.streams
    for name, array in checkpoint.network.items():
        np.testing.assert_array_equal(last.network[name], array)


def test_all_epochs_are_kept_while_there_is_room(directory: RunDirectory, checkpoint: Checkpoint) -> None:
    write(directory, checkpoint, *range(1, 13))
    assert checkpoints.epochs(directory) == list(range(1, 13))
    assert checkpoints.read_epoch(directory, 7).last.epoch == 7


def test_the_last_checkpoint_takes_no_room_of_its_own(
    directory: RunDirectory, checkpoint: Checkpoint
) -> None:
    write(directory, checkpoint, 1, 2)
    assert directory.checkpoint_path.samefile(directory.checkpoints_path / "epoch-2.npz")
    assert not directory.checkpoint_path.samefile(directory.checkpoints_path / "epoch-1.npz")


@pytest.mark.parametrize(
    ("epoch", "kept"),
    [
        (4, [1, 2, 3, 4]),
        (5, [2, 4, 5]),
        (8, [2, 4, 6, 8]),
        (9, [2, 4, 6, 8, 9]),
        (10, [4, 8, 10]),
        (19, [4, 8, 12, 16, 19]),
        (20, [8, 16, 20]),
    ],
)
def test_beyond_the_budget_every_second_fourth_or_eighth_stays(
    directory: RunDirectory,
    checkpoint: Checkpoint,
    monkeypatch: pytest.MonkeyPatch,
    epoch: int,
    kept: list[int],
) -> None:
    write(directory, checkpoint, 1)
    room_for(4, directory, monkeypatch)
    write(directory, checkpoint, *range(2, epoch + 1))
    assert checkpoints.epochs(directory) == kept


def test_a_budget_for_less_than_one_keeps_the_last(
    directory: RunDirectory, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "BUDGET", 0)
    write(directory, checkpoint, *range(1, 8))
    assert 7 in checkpoints.epochs(directory)
    assert len(checkpoints.epochs(directory)) <= 2


def test_epochs_that_were_lost_are_not_kept(directory: RunDirectory, checkpoint: Checkpoint) -> None:
    """A run that goes on from an earlier epoch has another future."""
    write(directory, checkpoint, 1, 2, 3, 4)
    write(directory, checkpoint, 3)
    assert checkpoints.epochs(directory) == [1, 2, 3]


def test_a_disk_without_hard_links_gets_copies(
    directory: RunDirectory, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    write(directory, checkpoint, 1, 2)
    assert [checkpoints.read_epoch(directory, epoch).last.epoch for epoch in (1, 2)] == [1, 2]
    assert not directory.checkpoint_path.samefile(directory.checkpoints_path / "epoch-2.npz")


def test_where_nothing_can_be_kept_the_last_one_is_written_all_the_same(
    directory: RunDirectory, checkpoint: Checkpoint
) -> None:
    directory.checkpoints_path.touch()
    write(directory, checkpoint, 1)
    assert checkpoints.read_last(directory)
    assert checkpoints.epochs(directory) == []


def test_a_disk_that_gets_full_costs_no_checkpoint(directory: RunDirectory, checkpoint: Checkpoint) -> None:
    write(directory, checkpoint, 1)
    with (
        file_size_limit(directory.checkpoint_path.stat().st_size // 2),
        pytest.raises(RunError, match="cannot be written"),
    ):
        write(directory, checkpoint, 2)
    last = checkpoints.read_last(directory)
    assert last
    assert last.last.epoch == 1
    assert checkpoints.epochs(directory) == [1]
    assert not list(directory.path.glob("*.tmp"))


def test_other_files_are_no_checkpoints(directory: RunDirectory, checkpoint: Checkpoint) -> None:
    write(directory, checkpoint, 1)
    strange = ["epoch-.npz", "epoch-2.npz.tmp", "epoch-x.npz", "epoch-1234567.npz", "epoch-٣.npz", "notes"]
    for name in strange:
        (directory.checkpoints_path / name).touch()
    assert checkpoints.epochs(directory) == [1]
    write(directory, checkpoint, 2)
    assert checkpoints.epochs(directory) == [1, 2]
    assert {path.name for path in directory.checkpoints_path.iterdir()} > set(strange)


def test_an_epoch_that_is_not_kept_is_refused(directory: RunDirectory, checkpoint: Checkpoint) -> None:
    write(directory, checkpoint, 1)
    with pytest.raises(RunError, match=r"epoch-2\.npz cannot be read"):
        checkpoints.read_epoch(directory, 2)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"garbage" * 100], ids=["empty", "cut off", "garbage"]
)
def test_a_damaged_last_checkpoint_is_an_error_and_no_fresh_start(
    directory: RunDirectory, content: bytes
) -> None:
    directory.checkpoint_path.write_bytes(content)
    with pytest.raises(RunError, match=r"checkpoint\.npz cannot be read .*: delete it"):
        checkpoints.read_last(directory)
