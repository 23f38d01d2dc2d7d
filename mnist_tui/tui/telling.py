"""What changes, in lines: the dashboard for ears and pipes. Pure Python, knows no terminal."""

from dataclasses import dataclass

from mnist_tui.analysis.formatting import ordinal
from mnist_tui.reports.description import outcome
from mnist_tui.runs.run import Status
from mnist_tui.runs.view import RunView
from mnist_tui.text import printable

SECONDS_APART = 5.0
"""The least time between two lines about epochs of one run: a quick one is not to be read out without end."""


@dataclass
class _Told:
    """What was said of a run last."""

    status: Status | None = None
    place: int = 0
    epoch: int = 0
    at: float = float("-inf")


class Teller:
    """Says what is new of runs: that they wait, begin, pause and end, and how far they are."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}

    def know(self, view: RunView) -> None:
        """Take a run as told: it was there before anybody listened."""
        self.tell(view, 0.0)

    def tell(self, view: RunView, now: float) -> list[str]:
        """What is new of a run since the last time.

        Args:
            view: The run.
            now: Seconds of any clock that does not jump.
        """
        told = self._told.setdefault(view.run.run_id, _Told())
        lines = []
        if (view.status, view.place) != (told.status, told.place):
            lines = [self._change(view, told)]
            told.status, told.place = view.status, view.place
        if view.status is Status.TRAINING and view.run.epochs:
            epoch = view.run.epochs[-1]
            if epoch.epoch != told.epoch and now - told.at >= SECONDS_APART:
                told.epoch, told.at = epoch.epoch, now
                lines.append(
                    f"epoch {epoch.epoch} of {view.run.config.epochs}, validation accuracy "
                    f"{100 * epoch.validation_accuracy:.2f} %, validation loss {epoch.validation_loss:.4f}"
                )
        return [f"{printable(view.label)}: {line}" for line in lines if line]

    def _change(self, view: RunView, told: _Told) -> str:
        """That a run stands elsewhere than before, in words."""
        run, status = view.run, view.status
        if status is Status.WAITING:
            return f"waits for a core, {ordinal(view.place)} in the queue"
        if status is Status.STARTING:
            return "starts"
        if status is Status.TRAINING:
            return "goes on" if told.status is Status.PAUSED else "trains"
        if end := run.finished:
            return outcome(end)
        if run.failure:
            return f"{status}. {printable(run.failure)}"
        return str(status)
