"""How far a run has come: what its next epoch, its events and its checkpoint go by."""

import dataclasses
from typing import Any

from mnist_tui.nn.buffers import Array
from mnist_tui.nn.network import Network
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.checkpoint import Checkpoint
from mnist_tui.training.early_stopping import EarlyStopping
from mnist_tui.training.engine import Engine
from mnist_tui.training.events import Epoch
from mnist_tui.training.stopwatch import STAGES
from mnist_tui.training.tally import Tally


class Progress:
    """Counts what was trained, an interruption or not, and knows which epoch was the best.

    Args:
        patience: See `EarlyStopping`.

    Attributes:
        step: Mini-batches so far.
        epoch: Epochs so far.
        total: What happened in all of them.
        best: The epoch with the lowest validation loss so far; `None` before the first one.
        best_network: Parameters and running statistics at its end, by name.
        improved: Whether the last epoch was the best so far.
        other_runs: Runs that train beside this one.
        most_in_epoch: The most that did in the epoch under way.
    """

    def __init__(self, patience: int) -> None:
        self.step = self.epoch = 0
        self.total = Tally()
        self.best: Epoch | None = None
        self.best_network: dict[str, Array] = {}
        self.improved = False
        self.other_runs = self.most_in_epoch = self._most_other_runs = 0
        self._early_stopping = EarlyStopping(patience)
        self._last: Epoch | None = None
        self._earlier_stages = dict.fromkeys(STAGES, 0.0)

    def go_on_from(self, checkpoint: Checkpoint) -> None:
        """Take over what another process came to."""
        self.step, self.epoch = checkpoint.last.step, checkpoint.last.epoch
        self.total.add(checkpoint.total)
        self.best, self.best_network = checkpoint.best, checkpoint.best_network
        self._most_other_runs = checkpoint.other_runs
        self._early_stopping.epoch = checkpoint.last.epoch
        self._early_stopping.best_epoch = checkpoint.best.epoch
        self._early_stopping.best_loss = checkpoint.best.validation_loss
        self._early_stopping.since = checkpoint.patience_since
        self._last = checkpoint.last
        self._earlier_stages |= checkpoint.stage_seconds

    def meet(self, other_runs: int) -> None:
        """So many runs train beside this one from now on."""
        self.other_runs = other_runs
        self.most_in_epoch = max(self.most_in_epoch, other_runs)

    @property
    def most_other_runs(self) -> int:
        """The most that ever trained beside this one."""
        return max(self._most_other_runs, self.most_in_epoch)

    def complete(self, event: Epoch, network: Network, *, is_whole: bool) -> None:
        """An epoch is over.

        Args:
            event: What it came to.
            network: As it is now.
            is_whole: Whether all training images were seen; a run can be stopped within an epoch.
        """
        self._most_other_runs, self.most_in_epoch = self.most_other_runs, self.other_runs
        self._last = event if is_whole else None
        self.improved = self._early_stopping.update(event.validation_loss)
        if self.improved:
            self.best, self.best_network = event, network.snapshot()

    def is_over(self, epochs: int) -> bool:
        """Whether there is nothing left to train, of so many epochs at most."""
        return self.epoch >= epochs or self._early_stopping.should_stop

    def status(self, epochs: int) -> str:
        """How the run ended: one that was stopped in its last moment has come to its end all the same."""
        if self._last and self.epoch >= epochs:
            return "completed"
        if self._last and self._early_stopping.should_stop:
            return "early_stopped"
        return "stopped"

    def stage_seconds(self, engine: Engine) -> dict[str, float]:
        """Where the time of all training steps went, those before an interruption included."""
        now = engine.stage_seconds
        return {stage: seconds + now[stage] for stage, seconds in self._earlier_stages.items()}

    def checkpoint(
        self, config: RunConfig, network: Network, engine: Engine, streams: dict[str, Any]
    ) -> Checkpoint | None:
        """The state after the last epoch; `None` where steps were trained since, or it was not whole.

        Args:
            config: The settings in force.
            network: As it is now.
            engine: Knows what the optimizers remember.
            streams: See `Streams.states`.
        """
        if self._last is None or self.best is None or self._last.step != self.step:
            return None
        optimizer, optimizer_steps = engine.optimizer_state()
        return Checkpoint(
            config=config,
            last=self._last,
            best=self.best,
            total=dataclasses.replace(self.total),
            stage_seconds=self.stage_seconds(engine),
            network=network.snapshot(),
            best_network=self.best_network,
            optimizer=optimizer,
            optimizer_steps=optimizer_steps,
            streams=streams,
            other_runs=self.most_other_runs,
            patience_since=self._early_stopping.since,
        )
