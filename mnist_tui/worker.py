"""The child process that trains one run: `python -m mnist_tui.worker RUN_DIR`.

It appends to the run's event log and listens on standard input for JSON lines such as
`{"command": "pause"}` (`pause`, `resume`, `stop`). When standard input closes, whoever started it is
gone: it stops and keeps what it has.
"""

import io
import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import NoReturn

import numpy as np
import safetensors.numpy
from filelock import Timeout

from mnist_tui.data import source
from mnist_tui.errors import MnistTuiError, RunError
from mnist_tui.runs.directory import RunDirectory
from mnist_tui.runs.files import write_atomically
from mnist_tui.runs.log import EventLog
from mnist_tui.training.events import Epoch, Paused, Resumed, RunFailed, RunFinished
from mnist_tui.training.trainer import Trainer

NICENESS = 5
"""Whoever types goes first: training takes what the screens leave over, which is nearly all."""


class Control:
    """What others want of the run, set from another thread or a signal handler."""

    def __init__(self) -> None:
        self.stop = False
        self.trainer: Trainer | None = None
        self._may_run = threading.Event()
        self._may_run.set()

    @property
    def paused(self) -> bool:
        """Whether training should wait."""
        return not self._may_run.is_set() and not self.stop

    def wait(self) -> None:
        """Return when training may go on or should stop."""
        while self.paused:
            self._may_run.wait(0.1)

    def obey(self, line: bytes) -> None:
        """Follow one line of standard input; what is no command is passed over."""
        try:
            command = json.loads(line).get("command")
        except (ValueError, AttributeError, RecursionError):
            return
        if command == "pause":
            self._may_run.clear()
        elif command == "resume":
            self._may_run.set()
        elif command == "stop":
            self.request_stop()

    def request_stop(self, *_: object) -> None:
        """Ask training to end after the mini-batch under way; also a signal handler."""
        self.stop = True
        if self.trainer:
            self.trainer.stop_requested = True

    def listen(self) -> None:
        """Obey standard input until it closes, then stop."""
        for line in sys.stdin.buffer:
            self.obey(line)
        self.request_stop()


def train(directory: RunDirectory, control: Control) -> bool:
    """Train the run in a directory; true where it ended with a result.

    Raises:
        RunError: The log cannot be written, so the failure cannot be logged either.
    """
    with EventLog(directory.events_path) as log:
        try:
            return _train(directory, control, log)
        except MnistTuiError as error:
            log.append(RunFailed(str(error)))
        except MemoryError:
            log.append(RunFailed("The memory is full: choose smaller hidden layers or a smaller batch size."))
        except Exception as error:  # a defect of ours: the log gets a sentence, the details a file
            details = directory.path / "error.txt"
            write_atomically(details, traceback.format_exc().encode())
            log.append(
                RunFailed(f"Internal error ({type(error).__name__}: {error}); details are in {details}.")
            )
    return False


def _train(directory: RunDirectory, control: Control, log: EventLog) -> bool:
    config = directory.read_config()
    dataset = source.load(source.resolve(config.dataset), config.validation_size)
    directory.write_manifest({**directory.read_manifest(), "dataset_sha256": dataset.sha256})
    trainer = control.trainer = Trainer(config, dataset)
    trainer.stop_requested = control.stop
    for event in trainer.run():
        if isinstance(event, Epoch) and trainer.improved:
            write_atomically(directory.model_path, safetensors.numpy.save(trainer.best))
        if isinstance(event, RunFinished) and trainer.test:
            predictions = io.BytesIO()
            np.savez(predictions, probabilities=trainer.test.probabilities, labels=dataset.test.labels)
            write_atomically(directory.predictions_path, predictions.getvalue())
        log.append(event)
        if control.paused and not isinstance(event, RunFinished | RunFailed):
            log.append(Paused(trainer.step))
            control.wait()
            log.append(Resumed(trainer.step))
    return isinstance(event, RunFinished)


def main(run_directory: str) -> NoReturn:
    """Train, and leave with exit code 0 where there is a result, else 1."""
    directory = RunDirectory(Path(run_directory))
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    control = Control()
    signal.signal(signal.SIGTERM, control.request_stop)
    signal.signal(signal.SIGINT, control.request_stop)
    threading.Thread(target=control.listen, daemon=True).start()
    try:
        with directory.lock().acquire(timeout=2):
            code = 0 if train(directory, control) else 1
    except Timeout:
        code = _complain(f"{directory.run_id} is being trained by another process already.")
    except RunError as error:
        code = _complain(str(error))
    # The listening thread may sit in a read: leave without waiting for it.
    os._exit(code)


def _complain(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
    return 1


if __name__ == "__main__":
    main(sys.argv[1])
