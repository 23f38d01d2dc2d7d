"""When to stop, and which epoch was best."""

import math


class EarlyStopping:
    """Watches the validation loss.

    Args:
        patience: Epochs without a lower loss before `should_stop`; 0 never stops.

    Attributes:
        best_epoch: 1-based epoch with the lowest loss so far, 0 before the first.
        best_loss: That loss.
        epoch: Epochs seen so far.
        since: Epoch after which patience is counted: 0, or where a fork began.
    """

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.best_epoch = 0
        self.best_loss = math.inf
        self.epoch = self.since = 0

    def update(self, validation_loss: float) -> bool:
        """Take the loss of the next epoch; true where it is the lowest so far."""
        self.epoch += 1
        improved = validation_loss < self.best_loss
        if improved:
            self.best_epoch, self.best_loss = self.epoch, validation_loss
        return improved

    @property
    def should_stop(self) -> bool:
        """Whether the patience is used up."""
        return 0 < self.patience <= self.epoch - max(self.best_epoch, self.since)
