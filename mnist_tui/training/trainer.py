"""The training loop: data and configuration in, events out.

for event in Trainer(config, dataset).run():
    print(event)
"""

import dataclasses
import math
import time
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from mnist_tui.cores import auto_threads
from mnist_tui.data.dataset import Dataset, Split
from mnist_tui.errors import RunError
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.build import make_augmentation, make_network, make_optimizer, make_schedule
from mnist_tui.training.changes import Changes, Settings, in_force
from mnist_tui.training.checkpoint import Checkpoint
from mnist_tui.training.diagnosis import DIVERGED, explain_divergence
from mnist_tui.training.early_stopping import EarlyStopping
from mnist_tui.training.engine import Engine, Evaluation
from mnist_tui.training.events import (
    Changed,
    Epoch,
    Event,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    Step,
)
from mnist_tui.training.inside import Inside
from mnist_tui.training.metrics import weight_norm
from mnist_tui.training.stopwatch import STAGES
from mnist_tui.training.streams import Streams
from mnist_tui.training.tally import Tally

STEP_EVENTS_PER_EPOCH = 20
"""At most."""

LONGEST_BURST = 16
"""Mini-batches trained in one go: a stop waits for them."""

DIVERGED_LOSS = 1e6
"""From here on (NaN and infinity included) a run has diverged; guessing alone costs a loss of 2.3."""


class Trainer:
    """One run, from initial weights to the test.

    Args:
        config: What to train; a learning rate that is not given is the one that suits the number of images.
        dataset: What to train on.
        checkpoint: Where to go on from; the run then ends with the same weights as one that was never
            interrupted. Its own settings do not count: `config` may be a changed one, but for the shape
            of the network.
        planned: Steps and the changes that are made after them.

    Attributes:
        network: Being trained; holds the best weights once `run` is over.
        best: Copy of the parameters and running statistics with the lowest validation loss so far.
        improved: Whether the last `Epoch` event had the lowest validation loss so far.
        test: How the best weights did on the test images, once `run` is over.
        step: Mini-batches trained so far.
        epoch: Epochs completed so far.
        stop_requested: Set it to true, and `run` ends after the mini-batches under way.
        other_runs: Runs that train beside this one; whoever knows keeps it true, and events tell it.

    Raises:
        RunError: The checkpoint belongs to another network or is damaged.
    """

    def __init__(
        self,
        config: RunConfig,
        dataset: Dataset,
        checkpoint: Checkpoint | None = None,
        planned: Iterable[tuple[int, Settings]] = (),
    ) -> None:
        self.config = config = config.with_rate_for(len(dataset.train))
        self.dataset = dataset
        self.threads = config.threads or auto_threads()
        self._streams = Streams(config.seed, self.threads)
        self.network = make_network(config, self._streams.weights, self._streams.dropout[0])
        self._schedule = make_schedule(config)
        self._steps_per_epoch = math.ceil(len(dataset.train) / config.batch_size)
        self.best: dict[str, Array] = {}
        self.improved = False
        self.test: Evaluation | None = None
        self.step = self.epoch = 0
        self.stop_requested = False
        self._other_runs = self._most_in_epoch = self._most_other_runs = 0
        self._total = Tally()
        self._earlier_stages = dict.fromkeys(STAGES, 0.0)
        self._early_stopping = EarlyStopping(config.early_stopping)
        self._best_epoch: Epoch | None = None
        self._last_epoch: Epoch | None = None
        self._changes = Changes(planned, len(dataset.train))
        self._checkpoint = checkpoint
        if checkpoint:
            self._restore(checkpoint)

    @property
    def other_runs(self) -> int:
        """Runs that train beside this one."""
        return self._other_runs

    @other_runs.setter
    def other_runs(self, count: int) -> None:
        self._other_runs = count
        self._most_in_epoch = max(self._most_in_epoch, count)

    def _restore(self, checkpoint: Checkpoint) -> None:
        try:
            self.network.restore(checkpoint.network)
            for name, array in checkpoint.best_network.items():
                np.broadcast_to(array, checkpoint.network[name].shape)
            self._streams.restore(checkpoint.streams)
            size = (len(self.network.parameter_vector),)
            if any(array.shape != size for array in checkpoint.optimizer.values()):
                raise ValueError("the optimizer's state has another size")
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise RunError(
                f"The checkpoint does not fit the settings ({error}): delete it, and the run starts again."
            ) from error
        self.best = checkpoint.best_network
        self.step, self.epoch = checkpoint.last.step, checkpoint.last.epoch
        self._last_epoch, self._best_epoch = checkpoint.last, checkpoint.best
        self._early_stopping.epoch = checkpoint.last.epoch
        self._early_stopping.best_epoch = checkpoint.best.epoch
        self._early_stopping.best_loss = checkpoint.best.validation_loss
        self._early_stopping.since = checkpoint.patience_since
        self._total.add(checkpoint.total)
        self._earlier_stages |= checkpoint.stage_seconds
        self._most_other_runs = checkpoint.other_runs

    def checkpoint(self) -> Checkpoint | None:
        """The state after the last complete epoch; to be asked for when its event has just come."""
        if self._last_epoch is None or self._best_epoch is None or self._last_epoch.step != self.step:
            return None
        optimizer, optimizer_steps = self._engine.optimizer_state()
        return Checkpoint(
            config=self.config,
            last=self._last_epoch,
            best=self._best_epoch,
            total=dataclasses.replace(self._total),
            stage_seconds=self._stage_seconds(),
            network=self.network.snapshot(),
            best_network=self.best,
            optimizer=optimizer,
            optimizer_steps=optimizer_steps,
            streams=self._streams.states(),
            other_runs=self._most_other_runs,
            patience_since=self._early_stopping.since,
        )

    def change(self, settings: Settings) -> None:
        """Change settings while the run trains, before the next step; from any thread.

        Args:
            settings: Some of `CHANGEABLE`, and their new values.

        Raises:
            ConfigError: A setting cannot be changed, or not to this value.
        """
        self._changes.request(settings, self.config)

    def run(self) -> Iterator[Event]:
        """Train, and say so.

        Yields:
            `RunStarted` (`Resumed` from a checkpoint), then `Step`, `Changed` and `Epoch`, last
            `RunFinished` or `RunFailed`.
        """
        # One BLAS thread for each of ours: see nn.parallel.
        with threadpool_limits(1, user_api="blas"), ThreadGroup[Any](self.threads) as group:
            self._engine = self.make_engine(group)
            if self._checkpoint:
                self._engine.restore_optimizers(self._checkpoint.optimizer, self._checkpoint.optimizer_steps)
                self._checkpoint = None
                yield Resumed(self.step)
            else:
                yield self.started()
            yield from self._epochs()

    def make_engine(self, group: ThreadGroup[Any]) -> Engine:
        """What does the steps of this run, on `threads` threads."""
        return Engine(
            self.network,
            [make_optimizer(self.config) for _ in range(self.threads)],
            self._streams.dropout,
            group,
            make_augmentation(self.config),
            self._streams.augmentation,
        )

    def started(self) -> RunStarted:
        """The event that a run begins with."""
        train, validation, test = self.dataset.sizes
        return RunStarted(
            dataset=self.dataset.name,
            dataset_sha256=self.dataset.sha256,
            train_images=train,
            validation_images=validation,
            test_images=test,
            parameters=self.network.parameter_vector.size,
            steps_per_epoch=self._steps_per_epoch,
            threads=self.threads,
        )

    def _epochs(self) -> Iterator[Event]:
        while self.epoch < self.config.epochs and not self._early_stopping.should_stop:
            epoch = self.epoch + 1
            tally = yield from self._train_epoch(epoch)
            if not tally.loss < DIVERGED_LOSS:
                yield self._diverged(tally.loss)
                return
            is_complete = tally.images == len(self.dataset.train)
            if self._best_epoch and not is_complete:
                break  # stopped within the epoch
            validation = self._engine.evaluate(self.dataset.validation)
            if not validation.loss < DIVERGED_LOSS:
                yield self._diverged(validation.loss)
                return
            self.epoch = epoch
            self._most_other_runs = max(self._most_other_runs, self._most_in_epoch)
            event = self._epoch_event(tally, validation)
            self._most_in_epoch = self.other_runs
            self._last_epoch = event if is_complete else None
            self.improved = self._early_stopping.update(validation.loss)
            if self.improved:
                self.best, self._best_epoch = self.network.snapshot(), event
            yield event
            if self.stop_requested:
                break
        yield self._finished(self._status())

    def _status(self) -> str:
        """How the run ended: one that was stopped in its last moment has come to its end all the same."""
        if self._last_epoch and self.epoch >= self.config.epochs:
            return "completed"
        if self._last_epoch and self._early_stopping.should_stop:
            return "early_stopped"
        return "stopped"

    def _train_epoch(self, epoch: int) -> Generator[Event, None, Tally]:
        """All mini-batches of one epoch, or those up to a stop; the last ones alone if they diverged."""
        order = self._streams.batches.permutation(len(self.dataset.train))
        size = self.config.batch_size
        batches = [slice(start, start + size) for start in range(0, len(order), size)]
        interval = math.ceil(self._steps_per_epoch / STEP_EVENTS_PER_EPOCH)
        self._inside = Inside(self.network, self._engine)
        whole, recent = Tally(), Tally()
        done = 0
        with self._engine.lit_first(self.dataset.train) as images:
            while done < len(batches):
                yield from self._make_changes(epoch)
                until_change = self._changes.next_step() - self.step
                length = int(min(LONGEST_BURST, interval - done % interval, until_change))
                burst = batches[done : done + length]
                recent.add(self._train_batches(images, [order[batch] for batch in burst]))
                done += len(burst)
                due = done % interval == 0 or done == len(batches) or self.stop_requested
                if not due and recent.loss < DIVERGED_LOSS:
                    continue
                whole.add(recent)
                self._total.add(recent)
                if not recent.loss < DIVERGED_LOSS:
                    return recent
                self._inside.note_gradients()
                yield self._step_event(epoch, recent)
                recent = Tally()
                if self.stop_requested:
                    break
            return whole

    def _make_changes(self, epoch: int) -> Iterator[Changed]:
        """Make the changes that are due before the next mini-batch, and say so."""
        for settings in self._changes.due(self.step):
            previous = {name: in_force(self.config, name) for name in settings}
            self.config = self.config.replace(**settings)
            self.network.l2_lambda = self.config.l2_lambda
            self._engine.set_dropout(self.config.dropout)
            if dict(settings) != previous:
                yield Changed(self.step, epoch, dict(settings), previous)

    def _train_batches(self, images: Split, batches: list[npt.NDArray[np.integer]]) -> Tally:
        """Some mini-batches, up to the one in which the loss was not finite any more."""
        rates = [self._learning_rate(self.step + offset) for offset in range(len(batches))]
        cpu_began, began = time.process_time(), time.perf_counter()
        results = self._engine.train_steps(images, batches, rates)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
        tally = Tally(seconds=seconds, cpu_seconds=cpu_seconds)
        for rows, (loss_sum, correct) in zip(batches, results, strict=True):
            self.step += 1
            tally.add(Tally(len(rows), loss_sum, correct))
            if not math.isfinite(loss_sum):
                break
        return tally

    def _learning_rate(self, step: int) -> float:
        total_steps = self._steps_per_epoch * self.config.epochs
        return self.config.peak_learning_rate * self._schedule(step, total_steps)

    def _step_event(self, epoch: int, recent: Tally) -> Step:
        return Step(
            step=self.step,
            epoch=epoch,
            train_loss=recent.loss,
            train_accuracy=recent.accuracy,
            train_seconds=self._total.seconds,
            images_per_second=recent.images_per_second,
            learning_rate=self._engine.learning_rate,
        )

    def _stage_seconds(self) -> dict[str, float]:
        """Where the time of all training steps went, those before an interruption included."""
        now = self._engine.stage_seconds
        return {stage: seconds + now[stage] for stage, seconds in self._earlier_stages.items()}

    def _epoch_event(self, tally: Tally, validation: Evaluation) -> Epoch:
        return Epoch(
            epoch=self.epoch,
            step=self.step,
            train_loss=tally.loss,
            train_accuracy=tally.accuracy,
            validation_loss=validation.loss,
            validation_accuracy=validation.accuracy,
            train_seconds=self._total.seconds,
            cpu_seconds=self._total.cpu_seconds,
            images_per_second=tally.images_per_second,
            learning_rate=self._engine.learning_rate,
            dead_units=validation.dead_units,
            other_runs=self._most_in_epoch,
            **self._inside.numbers(),
        )

    def _finished(self, status: str) -> RunFinished:
        """Put the best weights back and look at the test images."""
        best = self._best_epoch
        assert best  # noqa: S101 - a first finite loss is always the lowest so far
        self.network.restore(self.best)
        self.test = self._engine.evaluate(self.dataset.test)
        return RunFinished(
            status=status,
            epochs=self.epoch,
            convergence_epoch=best.epoch,
            validation_loss=best.validation_loss,
            validation_accuracy=best.validation_accuracy,
            test_loss=self.test.loss,
            test_accuracy=self.test.accuracy,
            train_seconds=self._total.seconds,
            cpu_seconds=self._total.cpu_seconds,
            images_per_second=self._total.images_per_second,
            weight_norm=weight_norm(self.network),
            stage_seconds=self._stage_seconds(),
            other_runs=max(self._most_other_runs, self._most_in_epoch),
        )

    def _diverged(self, loss: float) -> RunFailed:
        best = self._best_epoch.epoch if self._best_epoch else None
        reason = explain_divergence(self.config, loss, self.step, len(self.dataset.train), best)
        return RunFailed(reason, DIVERGED)
