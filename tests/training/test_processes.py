"""Parts of a mini-batch in processes of their own: the same bits as in threads, and nothing stays behind."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import Dataset
from mnist_tui.errors import RunError
from mnist_tui.nn.buffers import Array
from mnist_tui.training import faster
from mnist_tui.training.checkpoint import Checkpoint
from mnist_tui.training.events import Epoch, Event, Step
from mnist_tui.training.part import Part
from mnist_tui.training.processes import Helpers
from mnist_tui.training.shared_memory import SharedFile, SharedMemory, room
from mnist_tui.training.trainer import Trainer
from tests.training.helpers import EVERYTHING, config_of, timeless


def run(
    dataset: Dataset, helpers: Helpers | None, checkpoint: Checkpoint | None = None, **settings: Any
) -> tuple[Trainer, list[Event], list[Checkpoint]]:
    """A whole run, and the checkpoint of each of its epochs."""
    trainer = Trainer(config_of(**settings), dataset, checkpoint, helpers=helpers)
    events, checkpoints = [], []
    for event in trainer.run():
        events.append(event)
        if isinstance(event, Epoch) and (found := trainer.checkpoint()):
            checkpoints.append(found)
    return trainer, events, checkpoints


def assert_same_arrays(one: dict[str, Array], other: dict[str, Array]) -> None:
    assert one.keys() == other.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name], err_msg=name)


@pytest.mark.parametrize(
    ("threads", "settings"),
    [
        (2, {**EVERYTHING, "augment": "none"}),
        (3, EVERYTHING),
        (2, {"optimizer": "momentum", "batch_size": 7, "epochs": 1}),
    ],
    ids=["everything but augmentation", "everything, three parts", "uneven parts"],
)
def test_processes_train_the_same_bits_as_threads_and_go_on_from_their_checkpoints(
    tiny: Dataset, threads: int, settings: dict[str, Any]
) -> None:
    settings = {"epochs": 2, **settings, "threads": threads}
    in_threads, expected, kept = run(tiny, None, **settings)
    with Helpers(threads - 1) as helpers:
        in_processes, events, checkpoints = run(tiny, helpers, **settings)
    assert timeless(events) == timeless(expected)
    assert_same_arrays(in_processes.network.snapshot(), in_threads.network.snapshot())
    for one, other in zip(checkpoints, kept, strict=True):
        assert one.streams == other.streams
        assert_same_arrays(one.optimizer, other.optimizer)
    if len(kept) > 1:
        with Helpers(threads - 1) as helpers:
            _, rest, _ = run(tiny, helpers, kept[0], **settings)
        assert timeless(rest)[-1] == timeless(expected)[-1]


@pytest.fixture
def always_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes train from the second stretch of steps on."""
    monkeypatch.setattr(faster, "FIRST_TRIAL", 1)
    monkeypatch.setattr(faster, "TRIAL", 1_000_000)


def until_steps(events: Iterator[Event], count: int) -> None:
    while count:
        count -= isinstance(next(events), Step)


@pytest.mark.usefixtures("always_processes")
def test_a_helper_that_is_killed_while_it_trains_ends_the_run_with_a_sentence(tiny: Dataset) -> None:
    with Helpers(1) as helpers:
        trainer = Trainer(config_of(threads=2, epochs=1000), tiny, helpers=helpers)
        events = trainer.run()
        until_steps(events, 3)
        os.kill(helpers.process_ids[0], signal.SIGTERM)  # as who ends all of a session does
        until_steps(events, 3)
        os.kill(helpers.process_ids[0], signal.SIGKILL)
        with pytest.raises(RunError, match=r"was killed \(SIGKILL\): resume the run from its last epoch"):
            list(events)


@pytest.mark.parametrize("steps", [0, 3], ids=["before it was told anything", "while threads train"])
def test_a_helper_that_is_killed_while_threads_train_is_not_missed(
    tiny: Dataset, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faster, "FIRST_TRIAL", 5)
    settings: dict[str, Any] = {"threads": 3, "dropout": 0.3, "epochs": 2}
    with Helpers(2) as helpers:
        events = Trainer(config_of(**settings), tiny, helpers=helpers).run()
        found = [next(events) for _ in range(steps)]
        os.kill(helpers.process_ids[1], signal.SIGKILL)
        assert "SIGKILL" in helpers.loss()
        found += events
    assert timeless(found) == timeless(run(tiny, None, **settings)[1])


@pytest.mark.usefixtures("always_processes")
def test_memory_that_is_full_here_ends_the_run_while_helpers_wait(
    tiny: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Helpers(1) as helpers:
        events = Trainer(config_of(threads=2, epochs=1000), tiny, helpers=helpers).run()
        until_steps(events, 3)

        def refuse(*_: object) -> None:
            raise MemoryError

        monkeypatch.setattr(Part, "_gather", refuse)
        with pytest.raises(MemoryError):
            list(events)


def test_helpers_end_when_they_are_left_even_one_that_does_not_hear() -> None:
    with Helpers(2) as helpers:
        ids = helpers.process_ids
        os.kill(ids[0], signal.SIGSTOP)
    for process_id in ids:
        with pytest.raises(ProcessLookupError):
            os.kill(process_id, 0)


def test_without_memory_to_share_threads_train(tiny: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: SharedFile, _size: int) -> SharedMemory:
        raise OSError

    monkeypatch.setattr(SharedMemory, "make", refuse)
    with Helpers(1) as helpers:
        _, events, _ = run(tiny, helpers, threads=2, epochs=1)
    assert timeless(events) == timeless(run(tiny, None, threads=2, epochs=1)[1])


@pytest.mark.parametrize("on_disk", [False, True], ids=["in memory", "in a temporary file"])
def test_memory_is_the_same_for_whoever_asks_for_the_same_arrays(
    on_disk: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if on_disk:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    shapes = [((3,), np.uint8), ((2, 5), np.float32), ((0,), np.float32), ((4,), np.float64)]
    size = sum(room(shape, kind) for shape, kind in shapes)
    file = SharedFile()
    ours = SharedMemory.make(file, size)
    theirs = SharedMemory.of_another(file.descriptor, size)
    for number, (shape, kind) in enumerate(shapes, 1):
        mine, yours = ours.array(shape, kind), theirs.array(shape, kind)
        mine[...] = number
        np.testing.assert_array_equal(yours, np.full(shape, number, kind))
    assert os.fstat(file.descriptor).st_nlink == 0  # no name: nothing stays where a process is killed
    file.close()
