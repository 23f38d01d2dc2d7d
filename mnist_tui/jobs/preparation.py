"""What is decided and checked before a run trains."""

from mnist_tui.cores import auto_threads
from mnist_tui.errors import RunError
from mnist_tui.runs import checkpoints
from mnist_tui.runs.files import size_of
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import LogTail
from mnist_tui.runs.reuse import decide
from mnist_tui.runs.run import COMPLETE, Run
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.training.events import Event, Forked, Paused, RunFinished

LAST_LINES = 1 << 13
"""Bytes that hold the last event of a log."""


def settle(config: RunConfig, other_runs: int = 0) -> RunConfig:
    """The configuration with everything automatic decided, as it is written down and can be rerun.

    Args:
        config: May say `auto`.
        other_runs: Runs that will train at the same time.

    Raises:
        DataError: The data set is not on this machine.
    """
    return decide(config).replace(threads=config.threads or auto_threads(other_runs))


def log_size(directory: RunDirectory) -> int:
    """Bytes in a run's event log; 0 where there is none."""
    return size_of(directory.events_path)


def _last_event(directory: RunDirectory) -> Event | None:
    """The last thing that a run said, by the last lines of its log."""
    tail = LogTail(directory.events_path, max(0, log_size(directory) - LAST_LINES))
    return next(reversed(tail.read_all()), None)


def has_ended(directory: RunDirectory) -> bool:
    """Whether a run came to its end."""
    last = _last_event(directory)
    return isinstance(last, RunFinished) and last.status != "stopped"


def has_begun(directory: RunDirectory) -> bool:
    """Whether a process has trained a run, or tried to."""
    return log_size(directory) > 0 and not isinstance(_last_event(directory), Forked)


def has_paused(directory: RunDirectory) -> bool:
    """Whether the process that holds a run has given its core up."""
    return isinstance(_last_event(directory), Paused)


def check_resumable(run: Run) -> None:
    """Refuse to resume what cannot be.

    Raises:
        RunError: The run is being trained, or came to its end.
    """
    if run.directory.is_locked():
        raise RunError(f"{run.run_id} is being trained by another process already: it needs no resuming.")
    if run.status in COMPLETE:
        sentence = f"{run.run_id} came to its end ({run.status}), there is nothing to resume"
        most = round(setting("epochs").high or 0)
        if run.epoch >= most:
            raise RunError(f"{sentence}: more than {most:,} epochs cannot be trained.")
        raise RunError(
            f"{sentence}: `mnist-tui fork {run.run_id} --epochs {min(2 * run.config.epochs, most)}` "
            "goes on from it."
        )
    if run.has_diverged:
        kept = checkpoints.epochs(run.directory)
        way_out = (
            f"`mnist-tui fork {run.run_id} --epoch {kept[-1]} --learning-rate …` goes on with another rate."
            if kept
            else "train a new run with another rate."
        )
        raise RunError(f"{run.run_id} diverged, and would again: {way_out}")
