"""When a worker looks into the network that it trains, and what that may cost."""

import time

from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.probes import ProbeFile
from mnist_tui.training.events import Epoch, Event, RunStarted
from mnist_tui.training.probes import Prober
from mnist_tui.training.trainer import Trainer

SHARE = 0.02
"""Of the processor time of the training steps: no more goes into probes."""

ALLOWANCE = 0.3
"""Seconds of processor time that a run may spend beyond that: small data show their first epochs too."""


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
        _, validation_images, _ = trainer.dataset.sizes
        self._file = ProbeFile(directory.probes_path, trainer.config, validation_images)
        self._prober = Prober(trainer.config, trainer.network, trainer.dataset.validation)
        self._dearest = self.spent = 0.0
        self.taken = 0
        self._trained_before: float | None = None

    def begin(self) -> None:
        """Cut what was recorded of epochs that were lost."""
        self._file.begin(self._trainer.epoch or None)

    def take(self, event: Event) -> None:
        """Record the epoch that an event is about, before the log says that it is over."""
        if isinstance(event, RunStarted):
            self._probe()
        if isinstance(event, Epoch) and self._file.wants(event.epoch) and self._can_pay(event.cpu_seconds):
            self._probe()

    def _can_pay(self, trained: float) -> bool:
        if self._trained_before is None:
            self._trained_before = trained
        allowed = ALLOWANCE + SHARE * (trained - self._trained_before)
        return self.spent + self._dearest <= allowed

    def _probe(self) -> None:
        began = time.thread_time()
        self._file.append(self._prober.probe(self._trainer.epoch, self._trainer.step))
        cost = time.thread_time() - began
        self._dearest = max(cost, self._dearest)
        self.spent += cost
        self.taken += 1
