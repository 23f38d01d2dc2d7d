"""A run as it was at any moment of its training."""

from bisect import bisect_right

from mnist_tui.runs.curves import MOST_POINTS
from mnist_tui.runs.history import history
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.log import LogTail
from mnist_tui.runs.run import Run
from mnist_tui.training.events import Epoch, RunFailed, RunFinished, Step


class Replay:
    """Plays a log again. The clock is training time, which neither pauses nor runs backwards.

    Args:
        directory: The run's directory; no data set is needed.

    Attributes:
        seconds: How long the run trained.
        epoch_seconds: When each epoch was over.

    Raises:
        RunError: `config.json` is missing, damaged or out of range.
    """

    def __init__(self, directory: RunDirectory) -> None:
        self._fresh = Run.read(directory)
        log = LogTail(directory.events_path).read_all()
        course = history(log)
        every = 1 + sum(isinstance(event, Step) for event in course) // MOST_POINTS
        self._events = [
            event for number, event in enumerate(course) if not isinstance(event, Step) or number % every == 0
        ]
        self._times: list[float] = []
        now = 0.0
        for event in self._events:
            if isinstance(event, Step | Epoch):
                now = max(now, event.train_seconds)
            self._times.append(now)
        self.epoch_seconds = [
            time for time, event in zip(self._times, self._events, strict=True) if isinstance(event, Epoch)
        ]
        self.seconds = now
        self._was_left = False
        if log and isinstance(log[-1], RunFinished | RunFailed):
            self._events.append(log[-1])
            self._times.append(now)
        else:
            self._was_left = not directory.is_locked()
        self._run, self._done = self._begin(), 0

    def _begin(self) -> Run:
        fresh = self._fresh
        return Run(fresh.directory, fresh.config, fresh.manifest)

    def at(self, seconds: float) -> Run:
        """The run as it was then.

        Args:
            seconds: Training time.
        """
        wanted = bisect_right(self._times, seconds)
        if wanted < self._done:
            self._run, self._done = self._begin(), 0
        for event in self._events[self._done : wanted]:
            self._run.apply(event)
        self._done = wanted
        if wanted == len(self._events) and self._was_left:
            self._run.abandon()
        return self._run
