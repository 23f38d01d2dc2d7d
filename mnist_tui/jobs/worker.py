"""The child process that trains one run: `python -m mnist_tui.jobs.worker RUN_DIR`.

It appends to the run's event log, goes on from the run's checkpoint where there is one, and obeys standard
input and the run's `control.jsonl` (see `jobs.control`). When standard input closes, whoever started it is
gone: it stops and keeps what it has, unless it was told to train on.
"""

import contextlib
import dataclasses
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np
import safetensors.numpy
from filelock import Timeout

from mnist_tui.cores import auto_threads
from mnist_tui.data import source
from mnist_tui.data.dataset import Dataset
from mnist_tui.errors import DataError, MnistTuiError, RunError
from mnist_tui.jobs import active, keeper
from mnist_tui.jobs.control import REFUSED, Control
from mnist_tui.jobs.preparation import has_ended
from mnist_tui.jobs.probing import Probing
from mnist_tui.runs import checkpoints
from mnist_tui.runs.files import DISK_FULL, remove_leftovers, write_atomically
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog, LogTail
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.changes import admitted
from mnist_tui.training.events import (
    Changed,
    Epoch,
    Event,
    Paused,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
)
from mnist_tui.training.processes import Helpers
from mnist_tui.training.trainer import Trainer

AUTOGROUP = Path("/proc/self/autogroup")

LOCK_SECONDS = 0.3
"""How long to wait for somebody who only looks whether the run is locked."""

NICENESS = 10
"""Whoever types goes first: training takes what the screens leave over, which is nearly all."""


def give_way() -> None:
    """Let this process and its threads go after those of other programs."""
    if not hasattr(os, "nice"):
        return
    os.nice(max(0, NICENESS - os.nice(0)))  # the keeper's children inherit a worker's
    if os.getsid(0) == os.getpid():
        # Linux shares the processor out among sessions first (sched(7), autogroups): niceness alone counts
        # inside a session only, and this one is ours alone.
        with contextlib.suppress(OSError):
            AUTOGROUP.write_text(str(NICENESS), encoding="ascii")


def train(directory: RunDirectory, control: Control) -> bool:
    """Train the run in a directory; true where it ended with a result.

    Raises:
        RunError: The log cannot be written, so the failure cannot be logged either.
    """
    with EventLog(directory.events_path) as log:
        active.enter(directory)
        try:
            return _train(directory, control, log)
        except MnistTuiError as error:
            log.append(RunFailed(str(error), getattr(error, "summary", "")))
        except MemoryError:
            log.append(
                RunFailed(
                    "The memory is full: choose smaller hidden layers or a smaller batch size.", "memory full"
                )
            )
        except Exception as error:  # a defect of ours: the log gets a sentence, the details a file
            details = directory.path / "error.txt"
            write_atomically(details, traceback.format_exc().encode())
            log.append(
                RunFailed(
                    f"Internal error ({type(error).__name__}: {error}); details are in {details}.",
                    "internal error",
                )
            )
        finally:
            active.leave(directory)
    return False


def _train(directory: RunDirectory, control: Control, log: EventLog) -> bool:
    with contextlib.ExitStack() as stack:
        return _train_prepared(directory, control, log, _prepare(directory, stack))


def _train_prepared(directory: RunDirectory, control: Control, log: EventLog, prepared: "_Prepared") -> bool:
    trainer, before, after, note = prepared
    control.on_stop = lambda: setattr(trainer, "stop_requested", True)
    control.take_changes(lambda settings: trainer.change(settings))
    trainer.stop_requested = control.stop
    probing = Probing(directory, trainer)
    probing.begin()
    for event in trainer.run():
        probing.take(event)
        _with_room(directory, partial(_keep_files, directory, trainer, event))
        if isinstance(event, Resumed):
            news = [*before, dataclasses.replace(event, note=note), *after]
        else:
            news = [event]
        for one in news:
            _with_room(directory, partial(log.append, one))
        if isinstance(event, Epoch):
            control.epoch_is_over()
        if control.paused and not isinstance(event, RunFinished | RunFailed):
            active.leave(directory)
            log.append(Paused(trainer.step))
            control.wait(directory.path.exists)
            active.enter(directory)
            log.append(Resumed(trainer.step))
        trainer.other_runs = active.others(directory)
    return isinstance(event, RunFinished)


def _with_room(directory: RunDirectory, write: Callable[[], None]) -> None:
    """Write; on a disk that is full, give up the earlier checkpoints and write again."""
    try:
        write()
    except RunError as error:
        if error.summary != DISK_FULL or not checkpoints.make_room(directory):
            raise
        write()


class _Prepared(NamedTuple):
    """What is about to train.

    Attributes:
        trainer: Goes on from a checkpoint of the run, or starts.
        before: Events that the log lacks and that belong before `Resumed`.
        after: The same, after it.
        note: See `Resumed`.
    """

    trainer: Trainer
    before: list[Event]
    after: list[Event]
    note: str


def _helpers(config: RunConfig, stack: contextlib.ExitStack) -> Helpers | None:
    """Processes for the parts of a mini-batch; they get ready while the images are read."""
    try:
        return stack.enter_context(Helpers((config.threads or auto_threads()) - 1))
    except OSError:  # too many processes: threads do the same
        return None


def _prepare(directory: RunDirectory, stack: contextlib.ExitStack) -> _Prepared:
    run = Run.read(directory)
    checkpoint, note = checkpoints.find_last(directory)
    events = LogTail(directory.events_path).read_all()
    for event in events:
        run.apply(event)
    if run.forked and not checkpoint:
        raise RunError(f"{directory.checkpoint_path} is missing: fork the other run again.")
    if run.lacks_its_trunk:
        raise RunError(
            f"{directory.events_path} lacks what the run shares with the one it was forked from: "
            "fork the other run again."
        )
    config = checkpoint.config if checkpoint else run.config
    # Every run that was made here names its rate. What a file that names none means, tables say too.
    config = config.replace(learning_rate=config.peak_learning_rate)
    found = source.resolve(config.dataset)
    helpers = _helpers(config, stack)
    try:
        dataset = source.load(found, config.validation_size)
    except MemoryError as error:
        raise DataError(
            f"The memory is full while the images of {found.name} are read: end other programs, or take a "
            "smaller data set."
        ) from error
    if run.started:
        _check_data(run.started, dataset, found.directory)
    directory.write_manifest({**directory.read_manifest(), "dataset_sha256": dataset.sha256})
    step = checkpoint.last.step if checkpoint else 0
    # A change in the epoch that was lost is made again where it was made. Changes are made before a
    # mini-batch: one at the very step of the checkpoint came after it.
    planned: dict[int, dict[str, float]] = {}
    for event in events:
        if isinstance(event, Changed) and event.step >= step:
            planned[event.step] = planned.get(event.step, {}) | admitted(event.settings, config)
    trainer = Trainer(config, dataset, checkpoint, planned.items(), helpers)
    before: list[Event] = [] if run.started else [trainer.started()]
    after: list[Event] = []
    if checkpoint and checkpoint.last.epoch not in {epoch.epoch for epoch in run.epochs}:
        if not note:
            # The process may have been killed after it wrote the checkpoint and before it kept a copy.
            checkpoints.keep(directory, checkpoint.last.epoch)
        after.append(checkpoint.last)
    return _Prepared(trainer, before, after, note)


def _check_data(started: RunStarted, dataset: Dataset, place: Path | None) -> None:
    """Refuse data that are not those that the run began with."""
    if started.dataset_sha256 != dataset.sha256:
        raise RunError(
            f"The data in {place or 'the sample'} is not what the run was trained on so far: "
            "put the files back that it started with."
        )
    if started.sizes != dataset.sizes:
        before, now = ("{:,}, {:,} and {:,}".format(*sizes) for sizes in (started.sizes, dataset.sizes))
        raise RunError(
            f"The run began with {before} images to train, validate and test, and would go on with {now}: "
            "set validation_size back to what it was, or train a new run."
        )


def _keep_files(directory: RunDirectory, trainer: Trainer, event: Event) -> None:
    """Write what belongs to an event, before the log says that it happened."""
    if isinstance(event, Epoch):
        if trainer.improved:
            write_atomically(directory.model_path, safetensors.numpy.save(trainer.best))
        if checkpoint := trainer.checkpoint():
            checkpoints.write(directory, checkpoint)
    if isinstance(event, RunFinished) and trainer.test:
        predictions = io.BytesIO()
        np.savez(predictions, probabilities=trainer.test.probabilities, labels=trainer.dataset.test.labels)
        write_atomically(directory.predictions_path, predictions.getvalue())


def main(run_directory: str) -> NoReturn:
    """Train, and leave: 0 where there is a result, `REFUSED` where another process trains the run, else 1."""
    directory = RunDirectory(Path(run_directory))
    give_way()
    control = Control()
    signal.signal(signal.SIGTERM, control.request_stop)
    signal.signal(signal.SIGINT, control.request_stop)
    threading.Thread(target=control.listen, args=(sys.stdin.buffer,), daemon=True).start()
    try:
        code = _train_locked(directory, control)
    except Timeout:
        code = _complain(f"{directory.run_id} is being trained by another process already.", REFUSED)
    except RunError as error:
        code = _complain(f"{error}\t{error.summary}", 1)
    except OSError as error:
        code = _complain(f"{directory.path} cannot be used ({error.strerror}).", 1)
    with contextlib.suppress(MnistTuiError, OSError):
        keeper.ensure()  # a core is free now
    # The listening threads may sit in a read: leave without waiting for them.
    os._exit(code)


def _train_locked(directory: RunDirectory, control: Control) -> int:
    if not directory.config_path.exists():  # the lock would make the directory anew
        raise RunError(f"{directory.path} is gone.")
    directory.check_own()
    with directory.lock().acquire(timeout=LOCK_SECONDS):
        remove_leftovers(directory.path)
        if has_ended(directory):
            return _complain(f"{directory.run_id} came to its end in another process.", REFUSED)
        threading.Thread(target=control.watch, args=(directory.control_path,), daemon=True).start()
        return 0 if train(directory, control) else 1


def _complain(sentence: str, code: int) -> int:
    with contextlib.suppress(OSError):  # nobody listens any more
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()
    return code


if __name__ == "__main__":
    main(sys.argv[1])
