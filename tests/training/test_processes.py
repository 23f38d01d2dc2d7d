"""Parts of a mini-batch in processes of their own: the same bits as in threads, and nothing stays behind."""

import os
import signal
from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import Dataset
from mnist_tui.errors import RunError
from mnist_tui.nn.buffers import Array
from mnist_tui.training.checkpoint import Checkpoint
from mnist_tui.training.events import Epoch, Event, Step
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


def test_a_helper_that_is_killed_ends_the_run_with_a_sentence(tiny: Dataset) -> None:
    with Helpers(1) as helpers:
        trainer = Trainer(config_of(threads=2, epochs=1000), tiny, helpers=helpers)
        events = trainer.run()
        while not isinstance(next(events), Step):
            pass
        os.kill(helpers.process_ids[0], signal.SIGTERM)
        with pytest.raises(RunError, match=r"was killed \(SIGTERM\): resume the run from its last epoch"):
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


@pytest.mark.parametrize("named", [False, True], ids=["without a name", "in a temporary file"])
def test_memory_is_the_same_for_whoever_asks_for_the_same_arrays(
    named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if named:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    shapes = [((3,), np.uint8), ((2, 5), np.float32), ((0,), np.float32), ((4,), np.float64)]
    size = sum(room(shape, kind) for shape, kind in shapes)
    file = SharedFile()
    ours = SharedMemory.make(file, size)
    theirs = SharedMemory.of_another(file.descriptor, file.path, size)
    for number, (shape, kind) in enumerate(shapes, 1):
        mine, yours = ours.array(shape, kind), theirs.array(shape, kind)
        mine[...] = number
        np.testing.assert_array_equal(yours, np.full(shape, number, kind))
    file.close()
    assert not (file.path and os.path.exists(file.path))  # noqa: PTH110 - it may have no path
