"""Runs to order: events, finished runs without a disk, run directories, processes that end with the test."""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from mnist_tui.data.source import identify, resolve
from mnist_tui.jobs.control import Control
from mnist_tui.jobs.executor import Handle
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.jobs.preparation import settle
from mnist_tui.jobs.worker import train
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog, LogTail
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch, Event, RunFinished, RunStarted, Step
from tests.jobs.driver import Driver
from tests.patience import PATIENCE

T = TypeVar("T")
Ended = TypeVar("Ended", bound=Handle)

MANIFEST: dict[str, dict[str, Any]] = {
    "versions": {"mnist-tui": "0.1.0", "python": "3.12.1", "numpy": "2.2.0"},
    "machine": {"system": "Linux 6.1", "processor": "Abacus 3000", "cores": 2},
}


def until(condition: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    """Wait for a condition to become true; its value."""
    deadline, pause = time.monotonic() + seconds, 0.005
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(pause)
        pause = min(1.3 * pause, 0.05)  # who asks all the time slows down what is waited for
    return value


def started(**changes: Any) -> RunStarted:
    values = {
        "dataset": "MNIST",
        "dataset_sha256": "ab" * 32,
        "train_images": 1000,
        "validation_images": 100,
        "test_images": 500,
        "parameters": 1234,
        "steps_per_epoch": 4,
        "threads": 2,
    }
    return RunStarted(**{**values, **changes})


def started_on(config: RunConfig, **changes: Any) -> RunStarted:
    """What a run with these settings would say of its data."""
    sha256, sizes = identify(resolve(config.dataset), config.validation_size)
    names = ("train_images", "validation_images", "test_images")
    data = {"dataset_sha256": sha256, **dict(zip(names, sizes, strict=True)), "threads": config.threads or 2}
    return started(**{**data, **changes})


def step(number: int, epoch: int = 1, **changes: Any) -> Step:
    values = {
        "train_loss": 1 / number,
        "train_accuracy": 0.5,
        "train_seconds": 0.1 * number,
        "images_per_second": 2500.0,
        "learning_rate": 0.1,
    }
    return Step(step=number, epoch=epoch, **{**values, **changes})


def epoch(number: int, **changes: Any) -> Epoch:
    values = {
        "step": 4 * number,
        "train_loss": 0.5 / number,
        "train_accuracy": 0.8,
        "validation_loss": 0.6 / number,
        "validation_accuracy": 0.75,
        "train_seconds": 0.4 * number,
        "cpu_seconds": 0.7 * number,
        "images_per_second": 2600.0,
        "learning_rate": 0.1,
        "weight_norm": 12.5,
    }
    return Epoch(epoch=number, **{**values, **changes})


def finished(**changes: Any) -> RunFinished:
    values = {
        "status": "completed",
        "epochs": 3,
        "convergence_epoch": 2,
        "validation_loss": 0.3,
        "validation_accuracy": 0.91,
        "test_loss": 0.31,
        "test_accuracy": 0.9,
        "train_seconds": 1.25,
        "cpu_seconds": 2 * changes.get("train_seconds", 1.25),  # two threads that wait for nothing
        "images_per_second": 2400.0,
        "weight_norm": 13.0,
    }
    return RunFinished(**{**values, **changes})


def finished_run(
    config: RunConfig,
    run_id: str = "20260101-000000000-x-000000",
    data: RunStarted | None = None,
    **result: Any,
) -> Run:
    """A run that is over, without a disk."""
    run = Run(RunDirectory(Path(run_id)), config, dict(MANIFEST))
    for event in (data or started(), finished(**result)):
        run.apply(event)
    return run


def make_run(events: Iterable[Event] = (), **settings: Any) -> RunDirectory:
    """A run directory with a log of these events that no process writes."""
    directory = directories.create(RunConfig(**settings))
    with EventLog(directory.events_path) as log:
        for event in events:
            log.append(event)
    return directory


def grow(directory: RunDirectory, *events: Event) -> None:
    """Append events to a run's log."""
    with EventLog(directory.events_path) as log:
        for event in events:
            log.append(event)


def long_log(*ends: Event, epochs: int = 100) -> list[Event]:
    """More than a summary takes."""
    numbers = range(1, epochs + 1)
    return [
        started(),
        *(one for number in numbers for one in (step(4 * number, number), epoch(number))),
        *ends,
    ]


def edit_manifest(directory: RunDirectory, **changes: Any) -> None:
    """Change some values of a run's `config.json`."""
    manifest = json.loads(directory.config_path.read_text())
    directory.config_path.write_text(json.dumps({**manifest, **changes}))


def make_unreadable_run() -> RunDirectory:
    """A run whose settings a newer version wrote, a while ago."""
    directory = make_run([started(), finished()])
    edit_manifest(directory, optimizer="lion")
    os.utime(directory.path, (0, 0))
    return directory


def tiny_config(data: Path, **changes: Any) -> RunConfig:
    """A run on tiny data that learns in milliseconds."""
    values = {
        "dataset": str(data),
        "hidden": (16,),
        "batch_size": 64,
        "learning_rate": 0.05,
        "early_stopping": 0,
        "threads": 1,
    }
    return RunConfig(**{**values, **changes})


def endless_config(data: Path, **changes: Any) -> RunConfig:
    """A run that trains until somebody ends it."""
    return tiny_config(data, **{"epochs": 10_000, **changes})


def events_of(directory: RunDirectory) -> list[Event]:
    """All events in a run's log."""
    return LogTail(directory.events_path).read_all()


def has(directory: RunDirectory, kind: type[Event], count: int = 1) -> bool:
    """Whether a run's log holds so many events of a kind."""
    return sum(isinstance(event, kind) for event in events_of(directory)) >= count


@contextlib.contextmanager
def ended(worker: Ended) -> Iterator[Ended]:
    """The process of a worker does not outlive the block."""
    try:
        yield worker
    finally:
        worker.kill()
        if not worker.is_buried:
            worker.bury()


def launch(config: RunConfig, other_runs: int = 0) -> WorkerProcess:
    """A new run in a process of its own."""
    return WorkerProcess(directories.create(settle(config, other_runs)))


def launched(config: RunConfig) -> contextlib.AbstractContextManager[WorkerProcess]:
    """A run in a process that does not outlive the block."""
    return ended(launch(config))


class StopAfter(Control):
    """Stops a run once it has trained so many epochs."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self._epochs = epochs

    def epoch_is_over(self) -> None:
        self._epochs -= 1
        if not self._epochs:
            self.request_stop()


def trained_here(config: RunConfig, epochs: int = 0) -> RunDirectory:
    """A new run that this process trained: to its end, or stopped after so many epochs."""
    directory = directories.create(settle(config))
    assert train(directory, StopAfter(epochs))
    return directory


class Killed(BaseException):
    """The end of a process that has no time for a last word."""


class KillAfter(StopAfter):
    """Ends the training of a run as a kill does, once it has trained so many epochs."""

    def request_stop(self, *_: object) -> None:
        raise Killed


def killed_here(config: RunConfig, epochs: int) -> RunDirectory:
    """A new run that this process trained until something like a kill, after so many epochs."""
    directory = directories.create(settle(config))
    with pytest.raises(Killed):
        train(directory, KillAfter(epochs))
    return directory


def look(laboratory: Driver) -> dict[str, Run]:
    """Keep up with the disk, as the dashboard does."""
    laboratory.look()
    return laboratory.runs


def until_status(laboratory: Driver, run_id: str, *statuses: Status) -> Run:
    """Look until a run has one of these statuses."""
    until(lambda: (run := look(laboratory).get(run_id)) and run.status in statuses)
    return laboratory.runs[run_id]


def until_learnt(laboratory: Driver, run_id: str, epochs: int = 1) -> Run:
    """Look until a run has completed so many epochs."""
    until(lambda: (run := look(laboratory).get(run_id)) and len(run.epochs) >= epochs)
    return laboratory.runs[run_id]


@contextlib.contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """No file grows past a size, as on a disk that gets full; processes started here inherit it."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def run_of(*events: Event, epochs: int = 10) -> Run:
    """A run without a directory that has said this."""
    run = Run(RunDirectory(Path("20260101-000000000-x-000000")), RunConfig(epochs=epochs), dict(MANIFEST))
    for event in events:
        run.apply(event)
    return run
