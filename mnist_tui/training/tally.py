"""Running totals over training steps."""

import math
from dataclasses import dataclass


@dataclass
class Tally:
    """What happened in some training steps.

    Attributes:
        images: Images trained on.
        loss_sum: Sum of the cross-entropy over them.
        correct: How many were classified correctly.
        seconds: Wall-clock time of the steps.
        cpu_seconds: Processor time of the steps, over all threads.
    """

    images: int = 0
    loss_sum: float = 0.0
    correct: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, other: "Tally") -> None:
        """Count the steps of another tally too."""
        self.images += other.images
        self.loss_sum += other.loss_sum
        self.correct += other.correct
        self.seconds += other.seconds
        self.cpu_seconds += other.cpu_seconds

    @property
    def loss(self) -> float:
        """Mean cross-entropy."""
        return self.loss_sum / self.images if self.images else math.nan

    @property
    def accuracy(self) -> float:
        """Share classified correctly, 0 to 1."""
        return self.correct / self.images if self.images else math.nan

    @property
    def images_per_second(self) -> float:
        """Training speed."""
        return self.images / self.seconds if self.seconds else 0.0
