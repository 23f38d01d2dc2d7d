"""What happens to runs, done for real, and how to tell that nothing was lost."""

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.jobs.preparation import settle
from mnist_tui.runs import checkpoints
from mnist_tui.runs import layout as directories
from mnist_tui.runs.history import history
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.probes import probes
from mnist_tui.runs.run import Run
from mnist_tui.training.events import Epoch, RunFinished, parse
from tests.runs.helpers import ended, events_of, tiny_config

SMALL = ("--hidden", "16", "--batch-size", "64", "--threads", "1", "--early-stopping", "0")


@contextlib.contextmanager
def working_in(path: Path) -> Iterator[None]:
    """Another home for a while."""
    before = os.environ["MNIST_TUI_HOME"]
    os.environ["MNIST_TUI_HOME"] = str(path)
    try:
        yield
    finally:
        os.environ["MNIST_TUI_HOME"] = before


def train_to_the_end(directory: RunDirectory) -> None:
    """Train a run, or go on with it, in a process of its own that nothing happens to."""
    with ended(WorkerProcess(directory)) as worker:
        *_, last = follow(worker)
    assert isinstance(last, RunFinished), last
    assert last.status in {"completed", "early_stopped"}


def only_run() -> RunDirectory:
    """The one run of the home directory."""
    [path] = list_runs()
    return RunDirectory(path)


def new_run(data: Path, **settings: object) -> RunDirectory:
    """The directory of a new run, ready to be trained."""
    return directories.create(settle(tiny_config(data, **settings)))


def kill(process_id: int) -> None:
    os.kill(process_id, signal.SIGKILL)


def unreadable_lines(directory: RunDirectory) -> list[bytes]:
    """The lines of a log that are no events; none where there is no log yet."""
    if not directory.events_path.exists():
        return []
    return [line for line in directory.events_path.read_bytes().split(b"\n") if line and not parse(line)]


def counted_epochs(directory: RunDirectory) -> list[Epoch]:
    """The epochs of a log that count: each once, also where it was trained again."""
    return [event for event in history(events_of(directory)) if isinstance(event, Epoch)]


def checkpoint_epoch(directory: RunDirectory) -> int:
    """The epoch that a run would go on after; 0 where it would begin anew."""
    checkpoint = checkpoints.read_last(directory)
    return checkpoint.last.epoch if checkpoint else 0


def measured(epoch: Epoch) -> tuple[float, ...]:
    """What an epoch measured, but for time."""
    return (
        epoch.epoch, epoch.step, epoch.train_loss, epoch.train_accuracy, epoch.validation_loss,
        epoch.validation_accuracy, epoch.learning_rate, epoch.weight_norm,
    )  # fmt: skip


def assert_same_result(survivor: RunDirectory, reference: RunDirectory) -> None:
    """Two finished runs agree bit for bit in all but time, and nothing half written is left."""
    assert not list(survivor.path.glob("*.tmp"))
    assert probes(Run.load(survivor)[0]).epochs[-1] <= Run.load(survivor)[0].epoch
    assert survivor.model_path.read_bytes() == reference.model_path.read_bytes()
    ours, theirs = checkpoints.read_last(survivor), checkpoints.read_last(reference)
    assert ours
    assert theirs
    for name in ("network", "best_network", "optimizer"):
        one, other = getattr(ours, name), getattr(theirs, name)
        assert one.keys() == other.keys()
        for key in one:
            assert one[key].tobytes() == other[key].tobytes(), f"{name}: {key}"
    assert ours.optimizer_steps == theirs.optimizer_steps
    assert json.dumps(ours.streams) == json.dumps(theirs.streams)
    with np.load(survivor.predictions_path) as one, np.load(reference.predictions_path) as other:
        assert one["probabilities"].tobytes() == other["probabilities"].tobytes()
        assert one["labels"].tobytes() == other["labels"].tobytes()
    assert list(map(measured, counted_epochs(survivor))) == list(map(measured, counted_epochs(reference)))
    ends = [
        next(event for event in reversed(events_of(run)) if isinstance(event, RunFinished))
        for run in (survivor, reference)
    ]
    assert len({(end.status, end.epochs, end.convergence_epoch, end.test_loss) for end in ends}) == 1
    assert len({(end.test_accuracy, end.weight_norm) for end in ends}) == 1
