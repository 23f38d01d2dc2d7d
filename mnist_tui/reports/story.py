"""What happened to a run, in words and in order."""

from collections.abc import Iterable
from dataclasses import dataclass

from mnist_tui.analysis.alterations import alteration
from mnist_tui.reports.description import outcome
from mnist_tui.training.events import (
    Changed,
    Epoch,
    Event,
    Forked,
    Paused,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    Step,
)


@dataclass(frozen=True)
class Happening:
    """One thing that happened.

    Attributes:
        when: For example `epochs 1 to 12` or `after step 1,075`.
        what: In words.
    """

    when: str
    what: str


class Story:
    """Tells a log; epochs in a row are told in one line.

    Attributes:
        happenings: What happened so far, the oldest first.
    """

    def __init__(self) -> None:
        self.happenings: list[Happening] = []
        self._epochs: list[Epoch] = []
        self._step = 0

    def tell(self, events: Iterable[Event]) -> None:
        """Take the next events of the log."""
        for event in events:
            if isinstance(event, Epoch):
                if self._epochs:
                    self.happenings.pop()
                self._epochs.append(event)
                self.happenings.append(_epochs(self._epochs))
            elif happening := self._one(event):
                self._epochs = []
                self.happenings.append(happening)
            self._step = max(self._step, getattr(event, "step", 0))

    def _one(self, event: Event) -> Happening | None:
        match event:
            case Step() | Epoch():
                return None
            case RunStarted():
                self._step = 0
                return Happening(
                    "start",
                    f"{event.parameters:,} parameters on {event.dataset}: {event.train_images:,} images to "
                    f"train, {event.validation_images:,} to validate, {event.test_images:,} to test; "
                    f"{event.steps_per_epoch:,} steps an epoch, threads {event.threads}",
                )
            case Paused():
                return Happening(f"after step {event.step:,}", "paused")
            case Resumed():
                lost, self._step = self._step - event.step, event.step
                again = f"; the {lost:,} steps after it were lost and are trained again" if lost > 0 else ""
                why = f". {event.note}" if event.note else ""
                return Happening(f"after step {event.step:,}", f"went on{again}{why}")
            case Changed() | Forked():
                return Happening(*alteration(event))
            case RunFinished():
                return Happening("end", outcome(event))
            case RunFailed():
                return Happening(f"after step {self._step:,}", outcome(event))


def _epochs(epochs: list[Epoch]) -> Happening:
    first, last = epochs[0], epochs[-1]
    best = min(epochs, key=lambda epoch: epoch.validation_loss)
    when = f"epoch {last.epoch}" if first is last else f"epochs {first.epoch} to {last.epoch}"
    course = "" if first is last else f"{first.validation_loss:.4f} → "
    lowest = "" if best is last else f", lowest {best.validation_loss:.4f} at epoch {best.epoch}"
    return Happening(
        when,
        f"validation loss {course}{last.validation_loss:.4f}{lowest}; "
        f"validation accuracy {100 * last.validation_accuracy:.2f} %",
    )
