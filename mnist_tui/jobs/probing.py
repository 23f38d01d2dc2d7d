"""When a worker looks into the network that it trains, and what that may cost."""

import math
import time
from functools import cached_property

from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.probes import ProbeFile
from mnist_tui.settings.choices import MANY_IMAGES
from mnist_tui.training.events import Epoch, Event, RunStarted
from mnist_tui.training.probes import FEW_IMAGES, MOST_IMAGES, Prober
from mnist_tui.training.trainer import Trainer

SHARE = 0.02
"""Of the processor time of the training steps: no more goes into probes.

But for two of them: how a network began, and how it was after the last epoch that was asked for, is always
kept.
"""


def allowed(trained: float, epoch: int, planned: int) -> float:
    """Seconds of processor time that the probes of a run may have taken at the end of an epoch.

    That is a share of what the run will take at least. Until then it grows like a root, so that the first
    epochs, in which most happens, are looked at more often than later ones.

    Args:
        trained: Seconds of processor time of the training steps so far.
        epoch: Epochs so far, at least one.
        planned: So many the run will have.
    """
    expected = trained / epoch * max(epoch, planned)
    return SHARE * expected * math.sqrt(min(1.0, epoch / planned))


class Probing:
    """Records what a run's network is like: before training, and then after each epoch that can be paid.

    Args:
        directory: The run's.
        trainer: Trains it.

    Attributes:
        taken: Probes so far.
        spent: Seconds of processor time that they took.
    """

    def __init__(self, directory: RunDirectory, trainer: Trainer) -> None:
        self._trainer = trainer
        train_images, validation_images, _ = trainer.dataset.sizes
        most = FEW_IMAGES if train_images < MANY_IMAGES else MOST_IMAGES
        self._file = ProbeFile(directory.probes_path, trainer.config, validation_images, most)
        self._dearest = self.spent = 0.0
        self.taken = self._taken_before = 0

    @cached_property
    def _prober(self) -> Prober:
        """Made when the run has begun: from then on its network stays in one place of the memory."""
        trainer = self._trainer
        return Prober(trainer.config, trainer.network, trainer.dataset.validation, self._file.images)

    def begin(self) -> None:
        """Cut what was recorded of epochs that were lost."""
        self._file.begin(self._trainer.epoch or None)
        self._taken_before = self._file.count

    def take(self, event: Event) -> None:
        """Record the epoch that an event is about, before the log says that it is over."""
        if isinstance(event, RunStarted):
            self._probe()
        if isinstance(event, Epoch):
            is_last = event.epoch == self._trainer.config.epochs
            if self._file.wants(event.epoch, is_last=is_last) and (is_last or self._can_pay(event)):
                self._probe()

    def _can_pay(self, event: Epoch) -> bool:
        config = self._trainer.config
        planned = math.ceil(config.epochs / 2) if config.early_stopping else config.epochs
        spent = self._taken_before * self._dearest + self.spent
        return spent + self._dearest <= allowed(event.cpu_seconds, event.epoch, planned)

    def _probe(self) -> None:
        began = time.thread_time()
        self._file.append(self._prober.probe(self._trainer.epoch, self._trainer.step))
        cost = time.thread_time() - began
        self._dearest = max(cost, self._dearest)
        self.spent += cost
        self.taken += 1
