"""The training loop: data and configuration in, events out.

for event in Trainer(config, dataset).run():
    print(event)
"""

import contextlib
import math
import time
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from mnist_tui.cores import auto_threads
from mnist_tui.data.dataset import Dataset
from mnist_tui.errors import RunError
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training import announcing
from mnist_tui.training.augment import Augmentation
from mnist_tui.training.build import make_augmentation, make_network, make_optimizer, make_schedule
from mnist_tui.training.changes import Changes, Settings, in_force
from mnist_tui.training.checkpoint import Checkpoint
from mnist_tui.training.crew import Crew, ThreadCrew
from mnist_tui.training.diagnosis import DIVERGED, explain_divergence
from mnist_tui.training.engine import Engine, Evaluation
from mnist_tui.training.epoch_observer import EpochObserver
from mnist_tui.training.events import Changed, Event, Resumed, RunFailed, RunFinished, RunStarted
from mnist_tui.training.faster import FasterCrew
from mnist_tui.training.processes import Helpers, ProcessCrew
from mnist_tui.training.progress import Progress
from mnist_tui.training.streams import Streams
from mnist_tui.training.tally import Tally

STEP_EVENTS_PER_EPOCH = 20
"""At most."""

LONGEST_BURST = 16
"""Mini-batches trained in one go: a stop waits for them."""

DIVERGED_LOSS = 1e6
"""From here on a run has diverged; guessing alone costs a loss of 2.3."""


def has_diverged(loss: float) -> bool:
    """Whether a loss is out of bounds, NaN and infinity included."""
    return not loss < DIVERGED_LOSS


class Trainer:
    """One run, from initial weights to the test.

    Args:
        config: What to train; a learning rate that is not given is the one that suits the number of images.
        dataset: What to train on; it is copied when training begins.
        checkpoint: Where to go on from; the run then ends with the same weights as one that was never
            interrupted. Its own settings do not count: `config` may be a changed one, but for the shape
            of the network.
        planned: Steps and the changes that are made after them.
        helpers: Processes for the parts of a mini-batch but the first, one fewer than threads: mostly faster
            than threads, and the same bits.

    Attributes:
        dataset: What it trains on; while it trains, see `Engine.take_in`.
        network: Being trained; holds the best weights once `run` is over.
        test: How the best weights did on the test images, once `run` is over.
        stop_requested: Set it to true, and `run` ends after the mini-batches under way.

    Raises:
        RunError: The checkpoint belongs to another network or is damaged.
    """

    def __init__(
        self,
        config: RunConfig,
        dataset: Dataset,
        checkpoint: Checkpoint | None = None,
        planned: Iterable[tuple[int, Settings]] = (),
        helpers: Helpers | None = None,
    ) -> None:
        self.config = config = config.with_rate_for(len(dataset.train))
        self.dataset = dataset
        self._helpers = helpers
        self.threads = config.threads or auto_threads()
        self._streams = Streams(config.seed, self.threads)
        self.network = make_network(config, self._streams.weights, self._streams.dropout[0])
        self._schedule = make_schedule(config)
        self._steps_per_epoch = math.ceil(len(dataset.train) / config.batch_size)
        self.test: Evaluation | None = None
        self.stop_requested = False
        self._progress = Progress(config.early_stopping)
        self._changes = Changes(planned, len(dataset.train))
        self._checkpoint = checkpoint
        if checkpoint:
            self._restore(checkpoint)

    def run(self) -> Iterator[Event]:
        """Train, and say so.

        Yields:
            `RunStarted` (`Resumed` from a checkpoint), then `Step`, `Changed` and `Epoch`, last
            `RunFinished` or `RunFailed`.
        """
        # One BLAS thread for each of ours: see nn.parallel.
        with threadpool_limits(1, user_api="blas"), self.engine() as self._engine:
            if self._checkpoint:
                self._engine.restore_optimizers(self._checkpoint.optimizer, self._checkpoint.optimizer_steps)
                self._checkpoint = None
                yield Resumed(self.step)
            else:
                yield self.started()
            yield from self._epochs()

    def _epochs(self) -> Iterator[Event]:
        """Train and validate, epoch after epoch; at the end, test."""
        progress = self._progress
        while not progress.is_over(self.config.epochs):
            epoch = progress.epoch + 1
            tally = yield from self._train_epoch(epoch)
            if has_diverged(tally.loss):
                yield self._diverged(tally.loss)
                return
            is_whole = tally.images == len(self.dataset.train)
            if progress.best and not is_whole:
                break  # stopped within the epoch
            validation = self._engine.evaluate(self.dataset.validation)
            if has_diverged(validation.loss):
                yield self._diverged(validation.loss)
                return
            progress.epoch = epoch
            event = announcing.epoch(progress, tally, validation, self._engine, self._observer)
            progress.complete(event, self.network, is_whole=is_whole)
            yield event
            if self.stop_requested:
                break
        yield self._test()

    def _train_epoch(self, epoch: int) -> Generator[Event, None, Tally]:
        """All mini-batches of one epoch, or those up to a stop; the last ones alone if they diverged."""
        order = self._streams.batches.permutation(len(self.dataset.train))
        size = self.config.batch_size
        batches = [slice(start, start + size) for start in range(0, len(order), size)]
        interval = math.ceil(self._steps_per_epoch / STEP_EVENTS_PER_EPOCH)
        self._observer = EpochObserver(self.network, self._engine)
        whole, recent = Tally(), Tally()
        done = 0
        with self._engine.lit_first():
            while done < len(batches):
                yield from self._make_changes(epoch)
                until_change = self._changes.next_step() - self._progress.step
                length = int(min(LONGEST_BURST, interval - done % interval, until_change))
                burst = batches[done : done + length]
                recent.add(self._train_batches([order[batch] for batch in burst]))
                done += len(burst)
                due = done % interval == 0 or done == len(batches) or self.stop_requested
                if not (due or has_diverged(recent.loss)):
                    continue
                whole.add(recent)
                self._progress.total.add(recent)
                if has_diverged(recent.loss):
                    return recent
                self._observer.note_gradients()
                yield announcing.step(self._progress, epoch, recent, self._engine)
                recent = Tally()
                if self.stop_requested:
                    break
            return whole

    def _train_batches(self, batches: list[npt.NDArray[np.integer]]) -> Tally:
        """Some mini-batches, up to the one in which the loss was not finite any more."""
        rates = [self._learning_rate(self.step + offset) for offset in range(len(batches))]
        cpu_before, began = self._engine.cpu_seconds, time.perf_counter()
        results = self._engine.train_steps(self.dataset.train, batches, rates)
        seconds = time.perf_counter() - began
        tally = Tally(seconds=seconds, cpu_seconds=self._engine.cpu_seconds - cpu_before)
        for rows, (loss_sum, correct) in zip(batches, results, strict=True):
            self._progress.step += 1
            tally.add(Tally(len(rows), loss_sum, correct))
            if not math.isfinite(loss_sum):
                break
        return tally

    def _learning_rate(self, step: int) -> float:
        total_steps = self._steps_per_epoch * self.config.epochs
        return self.config.peak_learning_rate * self._schedule(step, total_steps)

    def _make_changes(self, epoch: int) -> Iterator[Changed]:
        """Make the changes that are due before the next mini-batch, and say so."""
        for settings in self._changes.due(self.step):
            previous = {name: in_force(self.config, name) for name in settings}
            self.config = self.config.replace(**settings)
            self.network.l2_lambda = self.config.l2_lambda
            self._engine.set_dropout(self.config.dropout)
            if dict(settings) != previous:
                yield Changed(self.step, epoch, dict(settings), previous)

    def _test(self) -> RunFinished:
        """Put the best weights back and look at the test images."""
        best = self._progress.best
        assert best  # noqa: S101 - a first finite loss is always the lowest so far
        self.network.restore(self.best)
        self.test = self._engine.evaluate(self.dataset.test)
        status = self._progress.status(self.config.epochs)
        return announcing.finished(self._progress, best, status, self.test, self._engine)

    def _diverged(self, loss: float) -> RunFailed:
        best = self._progress.best.epoch if self._progress.best else None
        reason = explain_divergence(self.config, loss, self.step, len(self.dataset.train), best)
        return RunFailed(reason, DIVERGED)

    # How it begins, and goes on after an interruption

    @contextlib.contextmanager
    def engine(self) -> Iterator[Engine]:
        """What does the steps of this run, in `threads` parts."""
        augmentation = make_augmentation(self.config)
        with contextlib.ExitStack() as stack:
            crew = self._crew(stack.enter_context(ThreadGroup[Any](self.threads)), augmentation)
            engine = Engine(self.network, crew, augmentation, self._streams.augmentation)
            self.dataset = engine.take_in(self.dataset)
            yield engine

    def _crew(self, group: ThreadGroup[Any], augmentation: Augmentation | None) -> Crew:
        """Processes or threads where there are helpers and memory to share, else threads."""
        streams, processes = self._streams.dropout, None
        if self._helpers and len(self._helpers) == self.threads - 1:
            with contextlib.suppress(OSError):  # no memory to share
                processes = ProcessCrew(self._helpers, self.config, self.dataset, self.network, streams)
        optimizers = [make_optimizer(self.config) for _ in streams]
        gradients = processes.gradient_vectors if processes else ()
        threads = ThreadCrew(self.network, optimizers, streams, group, augmentation, gradients)
        return FasterCrew(threads, processes) if processes else threads

    def started(self) -> RunStarted:
        """The event that a run begins with."""
        return announcing.started(self.dataset, self.network, self._steps_per_epoch, self.threads)

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
        self._progress.go_on_from(checkpoint)

    def checkpoint(self) -> Checkpoint | None:
        """The state after the last complete epoch; to be asked for when its event has just come."""
        streams = self._streams.states(self._engine.dropout_states())
        return self._progress.checkpoint(self.config, self.network, self._engine, streams)

    # What others ask and want

    def change(self, settings: Settings) -> None:
        """Change settings while the run trains, before the next step; from any thread.

        Args:
            settings: Some of `CHANGEABLE`, and their new values.

        Raises:
            ConfigError: A setting cannot be changed, or not to this value.
        """
        self._changes.request(settings, self.config)

    @property
    def step(self) -> int:
        """Mini-batches trained so far."""
        return self._progress.step

    @property
    def epoch(self) -> int:
        """Epochs completed so far."""
        return self._progress.epoch

    @property
    def best(self) -> dict[str, Array]:
        """The parameters and running statistics with the lowest validation loss so far, by name."""
        return self._progress.best_network

    @property
    def improved(self) -> bool:
        """Whether the last `Epoch` event had the lowest validation loss so far."""
        return self._progress.improved

    @property
    def other_runs(self) -> int:
        """Runs that train beside this one; whoever knows keeps it true, and events tell it."""
        return self._progress.other_runs

    @other_runs.setter
    def other_runs(self, count: int) -> None:
        self._progress.meet(count)
