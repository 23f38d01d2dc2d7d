"""Runs as processes of this machine: starting them, steering them, and noticing when they die."""

import contextlib
import os
import signal
import subprocess

from filelock import Timeout

from mnist_tui.errors import RunError
from mnist_tui.interpreter import module_command
from mnist_tui.jobs import control
from mnist_tui.jobs.control import DISCARDED, REFUSED
from mnist_tui.jobs.preparation import has_begun, log_size
from mnist_tui.runs.files import remove_leftovers
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import EventLog, LogTail
from mnist_tui.training.events import RunFailed, RunFinished

BURIAL_SECONDS = 0.5
"""How long to wait for somebody who only looks whether a run is locked."""


class LocalExecutor:
    """Trains each run in a process of its own on this machine: a `jobs.executor.Executor`."""

    def start(self, directory: RunDirectory) -> "WorkerProcess":
        """Start a process for the run in a directory.

        Raises:
            RunError: The process could not be started.
        """
        return WorkerProcess(directory)


class WorkerProcess:
    """A process of this machine that trains one run: a `jobs.executor.Handle`.

    Args:
        directory: The run's directory, made by `runs.layout.create`.

    Attributes:
        is_buried: Whether `bury` was called.
        refusal: Once buried: why it did not train, where another process trains the run.

    Raises:
        RunError: The process could not be started, or the directory is a link.
    """

    def __init__(self, directory: RunDirectory) -> None:
        directory.check_own()
        self.directory = directory
        self.is_buried = False
        self.refusal = ""
        self._log = LogTail(directory.events_path, log_size(directory))
        # What is in there was meant for an earlier process, if there was one.
        if has_begun(directory) and not directory.is_locked():
            with contextlib.suppress(OSError):
                directory.control_path.unlink(missing_ok=True)
        # Its own session: ctrl+c in the terminal is for us, and we tell the worker in our words.
        try:
            self._process = subprocess.Popen(
                module_command("mnist_tui.jobs.worker", str(directory.path)),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
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

    def send(self, command: str, **settings: float) -> None:
        """Send a command of `runs.control`; a process that is gone hears nothing."""
        assert self._process.stdin  # noqa: S101 - we made the pipe
        with contextlib.suppress(OSError, ValueError):  # a broken pipe, or one we closed
            self._process.stdin.write(control.encode(command, **settings))
            self._process.stdin.flush()

    def detach(self) -> None:
        """Let go of it, but have it train on."""
        self.send("detach")
        self._close_pipes()

    def kill(self) -> None:
        """End the process at once, without a chance to keep anything."""
        self._process.kill()
        self._process.wait()
        self._close_pipes()

    def bury(self) -> RunFailed | None:
        """Once the process is dead: if its log has no end, give it one that says what happened.

        Returns:
            The event that was missing, also where the disk is too full to take it, or the run was deleted.
        """
        self.is_buried = True
        said, _, summary = self._last_words().partition("\t")
        if self._process.returncode == REFUSED:
            self.refusal = said
        self._close_pipes()
        if self._process.returncode == REFUSED:
            return None
        if self._process.returncode == DISCARDED or not self.directory.path.exists():
            return RunFailed(f"{self.directory.run_id} was deleted in another program.", "deleted")
        events = self._log.read_all()
        if events and isinstance(events[-1], RunFinished | RunFailed):
            return None
        failed = RunFailed(said, summary) if said else self._cause_of_death()
        try:
            # Only while nobody else has resumed the run already.
            with (
                self.directory.lock().acquire(timeout=BURIAL_SECONDS),
                EventLog(self.directory.events_path) as log,
            ):
                remove_leftovers(self.directory.path)  # first: on a full disk that makes room
                log.append(failed)
        except Timeout:
            return None
        except (RunError, OSError):
            pass  # the disk is full or gone: then this session alone knows
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
        """What a worker leaves on standard error where it could not leave it in the log.

        A sentence, and, after a tab, the same in a few words.
        """
        if not self._process.stderr or self._process.stderr.closed:
            return ""
        if self._process.returncode not in {1, REFUSED}:
            return ""
        lines = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _cause_of_death(self) -> RunFailed:
        code = self._process.returncode
        if code < 0:
            name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
            has_learnt = self.directory.checkpoint_path.exists()
            remedy = (
                "goes on from its last complete epoch"
                if has_learnt
                else "begins anew, as no epoch was complete"
            )
            return RunFailed(
                f"The training process was killed ({name}); resume {remedy}.", f"killed ({name})"
            )
        return RunFailed(f"The training process ended without a result (exit code {code}); resume the run.")
