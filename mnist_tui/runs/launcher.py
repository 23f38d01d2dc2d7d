"""Starting runs as processes, steering them, and noticing when they die."""

import contextlib
import json
import signal
import subprocess
import time
from collections.abc import Iterator

from mnist_tui.config import RunConfig
from mnist_tui.cores import auto_threads
from mnist_tui.data import source
from mnist_tui.errors import RunError
from mnist_tui.interpreter import module_command, module_environment
from mnist_tui.runs import directory as directories
from mnist_tui.runs.directory import RunDirectory
from mnist_tui.runs.log import EventLog, LogTail
from mnist_tui.training.events import Event, RunFailed, RunFinished

POLL_SECONDS = 0.05


def settle(config: RunConfig, other_runs: int = 0) -> RunConfig:
    """The configuration with everything automatic decided, as it is written down and can be rerun.

    Args:
        config: May say `auto`.
        other_runs: Runs that will train at the same time.

    Raises:
        DataError: The data set is not on this machine.
    """
    found = source.resolve(config.dataset)
    if found.directory is None:
        dataset = "sample"
    else:
        dataset = "mnist" if found.canonical else str(found.directory.resolve())
    return config.replace(
        dataset=dataset,
        learning_rate=config.peak_learning_rate,
        threads=config.threads or auto_threads(other_runs),
    )


class Worker:
    """The process that trains one run.

    Args:
        directory: The run's directory, made by `directory.create`.

    Attributes:
        is_buried: Whether `bury` was called.

    Raises:
        RunError: The process could not be started.
    """

    def __init__(self, directory: RunDirectory) -> None:
        self.directory = directory
        self.is_buried = False
        self._pausing = False
        # Its own session: ctrl+c in the terminal is for us, and we tell the worker in our words.
        try:
            self._process = subprocess.Popen(
                module_command("mnist_tui.worker", str(directory.path)),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env=module_environment(OPENBLAS_NUM_THREADS="1", PYTHONWARNINGS="ignore"),
            )
        except OSError as error:
            raise RunError(f"The training process could not be started ({error.strerror}).") from error

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process.poll() is None

    def send(self, command: str) -> None:
        """Send `pause`, `resume` or `stop`; a process that is gone hears nothing."""
        assert self._process.stdin  # noqa: S101 - we made the pipe
        with contextlib.suppress(OSError, ValueError):  # a broken pipe, or one we closed
            self._process.stdin.write(json.dumps({"command": command}).encode() + b"\n")
            self._process.stdin.flush()

    def pause_or_resume(self) -> None:
        """Pause, or resume if pausing was the last thing asked for."""
        self._pausing = not self._pausing
        self.send("pause" if self._pausing else "resume")

    def kill(self) -> None:
        """End the process at once, without a chance to keep anything."""
        self._process.kill()
        self._process.wait()
        self._close_pipes()

    def bury(self) -> RunFailed | None:
        """Once the process is dead: if its log has no end, give it one that says what happened.

        Returns:
            The event that was missing, also where the disk is too full to take it.
        """
        self.is_buried = True
        said = self._last_words()
        self._close_pipes()
        events = LogTail(self.directory.events_path).read_all()
        if events and isinstance(events[-1], RunFinished | RunFailed):
            return None
        failed = RunFailed(said or self._cause_of_death())
        with contextlib.suppress(RunError), EventLog(self.directory.events_path) as log:
            log.append(failed)
        return failed

    def leave(self, seconds: float) -> None:
        """Close its standard input, which makes it stop and keep what it has, and wait a while for that."""
        self._close_pipes()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stderr):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _last_words(self) -> str:
        """The sentence a worker leaves on standard error where it could not leave it in the log."""
        if not self._process.stderr or self._process.returncode != 1:
            return ""
        lines = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _cause_of_death(self) -> str:
        code = self._process.returncode
        if code < 0:
            name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
            return f"The training process was killed ({name}); the best weights of its last epoch are kept."
        return f"The training process ended without a result (exit code {code}); start the run again."


def launch(config: RunConfig, other_runs: int = 0) -> Worker:
    """Start a run in a process of its own.

    Args:
        config: What to train.
        other_runs: Runs that train at the same time; they share the cores.

    Raises:
        DataError: The data set is not on this machine.
        RunError: The home directory cannot be written.
    """
    return Worker(directories.create(settle(config, other_runs)))


def follow(worker: Worker) -> Iterator[Event]:
    """The events of a run as they come, to its end."""
    tail = LogTail(worker.directory.events_path)
    while True:
        running = worker.is_running
        yield from tail.read_all()
        if not running:
            break
        time.sleep(POLL_SECONDS)
    written = worker.bury()
    unread = tail.read_all()
    yield from unread
    if written and written not in unread:
        yield written
