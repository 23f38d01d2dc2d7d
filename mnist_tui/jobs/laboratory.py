"""The runs of a home directory together with the processes that we started for some of them."""

import shutil
import threading
import time
from collections.abc import Mapping, Sequence

from mnist_tui.cores import most_runs
from mnist_tui.errors import RunError
from mnist_tui.jobs import control
from mnist_tui.jobs.local import Worker, check_resumable, settle
from mnist_tui.runs import layout as directories
from mnist_tui.runs.files import write_error
from mnist_tui.runs.forks import fork
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.store import RunStore, Update
from mnist_tui.settings.run_config import RunConfig

LEAVE_SECONDS = 5.0
"""How long a process may take to stop once we let go of it."""

LET_GO_SECONDS = 3.0
"""How long a process that somebody else started may take to let go of a run that is discarded."""


class Laboratory:
    """What the dashboard works with: start runs, steer them, keep up with all of them.

    No more runs train at once than there are cores; the others wait in a queue. What is said to wait for
    the disk may run in another thread; all else takes no time.

    Attributes:
        store: All runs of the home directory.
    """

    def __init__(self) -> None:
        self.store = RunStore()
        self._queue: dict[str, RunDirectory] = {}
        self._workers: dict[str, Worker] = {}
        self._made_here: set[str] = set()
        self._pausing: dict[str, bool] = {}
        self._detached: list[Worker] = []
        self._problems: list[str] = []
        self._lock = threading.RLock()

    @property
    def runs(self) -> dict[str, Run]:
        """All runs by id, oldest first."""
        return self.store.runs

    @property
    def waiting(self) -> list[str]:
        """The ids of the runs that wait for a core, the next one first."""
        return list(self._queue)

    @property
    def own_active(self) -> list[str]:
        """The ids of the runs that we started and that train."""
        return [
            run_id
            for run_id, worker in list(self._workers.items())
            if worker.is_running and (run_id not in self.runs or self.runs[run_id].is_active)
        ]

    def start(self, configs: Sequence[RunConfig]) -> list[str]:
        """Start runs; those beyond the cores wait. Waits for the disk.

        Args:
            configs: What to train.

        Returns:
            Their ids.

        Raises:
            DataError: A data set is not on this machine.
            RunError: The home directory cannot be written, or a process could not be started.
        """
        company = min(self._training() + len(self._queue) + len(configs), most_runs()) - 1
        settled = [settle(config, company) for config in configs]
        new = [directories.create(config) for config in settled]
        self._made_here.update(directory.run_id for directory in new)
        return self._enqueue(new)

    def resume(self, run_id: str) -> None:
        """Go on with a run that ended before its end. Waits for the disk.

        Raises:
            RunError: It trains already, or came to its end.
        """
        run = self.runs[run_id]
        if run_id in self._queue or run_id in self._workers:
            raise RunError(f"{run.name} is on its way already.")
        check_resumable(run)
        run.status = Status.WAITING
        self._enqueue([run.directory])

    def fork(self, run_id: str, epoch: int, changes: Mapping[str, object]) -> str:
        """Start a run that leaves another one at the end of an epoch. Waits for the disk.

        Args:
            run_id: The other run.
            epoch: Of the other run, 1-based.
            changes: Settings that differ from there on.

        Returns:
            The new run's id.

        Raises:
            ConfigError: A setting cannot be changed in a fork, or not to this value.
            RunError: That epoch is not kept, or the home directory cannot be written.
        """
        directory = fork(self.runs[run_id].directory, epoch, changes)
        self._made_here.add(directory.run_id)
        return self._enqueue([directory])[0]

    def _enqueue(self, new: Sequence[RunDirectory]) -> list[str]:
        with self._lock:
            self._queue |= {directory.run_id: directory for directory in new}
            self._launch_next()
        return [directory.run_id for directory in new]

    def _training(self) -> int:
        """How many runs use cores: ours, also those that have not said so yet, and those of others."""
        others = [run for run in list(self.runs.values()) if run.run_id not in self._workers]
        ours = [
            run_id
            for run_id in self.own_active
            if run_id not in self.runs or self.runs[run_id].status is not Status.PAUSED
        ]
        return len(ours) + sum(run.status in {Status.STARTING, Status.TRAINING} for run in others)

    def _launch_next(self) -> None:
        """Start the runs whose turn it is."""
        while self._queue and self._training() < most_runs():
            run_id = next(iter(self._queue))
            directory = self._queue.pop(run_id)
            self._made_here.discard(run_id)
            if directory.path.exists() and not directory.is_locked():
                self._workers[run_id] = Worker(directory)

    def move(self, run_id: str, by: int) -> bool:
        """Let a waiting run come earlier (-1) or later (+1); whether it could. May wait for the disk."""
        with self._lock:
            order = list(self._queue)
            place = order.index(run_id) if run_id in order else -1
            if place < 0 or not 0 <= place + by < len(order):
                return False
            order.insert(place + by, order.pop(place))
            self._queue = {waiting: self._queue[waiting] for waiting in order}
            return True

    def withdraw(self, run_id: str) -> None:
        """Take a waiting run out of the queue; one that was made for it is deleted. Waits for the disk.

        Raises:
            RunError: Its directory cannot be deleted.
        """
        with self._lock:
            if run_id not in self._queue:
                raise RunError(f"{run_id} does not wait any more.")
            directory = self._queue.pop(run_id)
        run = self.runs.get(run_id)
        if run_id in self._made_here:
            self._delete(directory)
        elif run:
            run.abandon()

    def worker_pid(self, run_id: str) -> int:
        """The process id of a run of ours."""
        return self._workers[run_id].pid

    def pause_or_resume(self, run_id: str) -> None:
        """Pause a run that trains, resume one that is paused."""
        # Keys may be faster than the log: what was asked for last counts until it shows.
        paused = self._pausing.get(run_id, self.runs[run_id].status is Status.PAUSED)
        self._send(run_id, "resume" if paused else "pause")
        self._pausing[run_id] = not paused

    def one_epoch(self, run_id: str) -> None:
        """Let a run train to the end of the epoch and pause there."""
        self._send(run_id, "step")
        self._pausing.pop(run_id, None)

    def change(self, run_id: str, settings: Mapping[str, float]) -> None:
        """Change settings of a run while it trains."""
        self._send(run_id, "set", **settings)

    def stop(self, run_id: str) -> None:
        """End a run soon; it is tested and kept."""
        self._send(run_id, "stop")

    def _send(self, run_id: str, command: str, **settings: float) -> None:
        """Tell a run something, whoever started it.

        Raises:
            RunError: It is over, or cannot be told.
        """
        run = self.runs.get(run_id)
        if run_id in self._workers:
            self._workers[run_id].send(command, **settings)
        elif run and run_id in self._queue:
            raise RunError(f"{run.name} waits for its turn.")
        elif run and run.is_active:
            try:
                control.send(run.directory.control_path, command, **settings)
            except OSError as error:
                raise write_error(run.directory.control_path, error) from error
        else:
            raise RunError(f"{run.name if run else run_id} is over already.")

    def discard(self, run_id: str) -> None:
        """End a run at once, if it is not over yet, and delete its directory. Waits for the disk.

        Raises:
            RunError: The process that trains it does not let go, or the directory cannot be deleted.
        """
        with self._lock:
            directory = self._queue.pop(run_id, None)
        worker = self._workers.pop(run_id, None)
        if worker:
            directory = worker.directory
            worker.kill()
        directory = directory or self.runs[run_id].directory
        if directory.is_locked():
            self._discard_elsewhere(directory)
        self._delete(directory)

    def _discard_elsewhere(self, directory: RunDirectory) -> None:
        """End a process that somebody else started."""
        try:
            control.send(directory.control_path, "discard")
        except OSError as error:
            raise write_error(directory.control_path, error) from error
        deadline = time.monotonic() + LET_GO_SECONDS
        while directory.is_locked():
            if time.monotonic() > deadline:
                raise RunError(
                    f"{directory.run_id} is held by a process that does not answer: end that first."
                )
            time.sleep(0.05)

    def _delete(self, directory: RunDirectory) -> None:
        path, run_id = directory.path, directory.run_id
        self.store.forget(run_id)
        try:
            shutil.rmtree(path)
        except FileNotFoundError:
            pass  # somebody was faster
        except OSError as error:
            raise RunError(f"{path} cannot be deleted ({error.strerror or error}).") from error

    def stop_all(self) -> None:
        """End all runs we started; they are tested and kept. Those that wait stay on the disk."""
        self._queue.clear()
        for run_id in self.own_active:
            self._workers[run_id].send("stop")

    def detach_all(self) -> None:
        """Let go of all runs we started, but have them train on. Those that wait stay on the disk."""
        self._queue.clear()
        for worker in self._workers.values():
            worker.detach()
        self._detached += self._workers.values()
        self._workers.clear()

    def close(self) -> None:
        """Let go of all processes: those that still train stop and keep what they have. Waits for them."""
        for worker in self._workers.values():
            worker.leave(LEAVE_SECONDS)
        self._workers.clear()

    def take_problems(self) -> list[str]:
        """Why runs that should train do not, since the last call."""
        problems, self._problems = self._problems, []
        return problems

    def scan(self, seconds: float = 1.0) -> list[Update]:
        """What is new on the disk. Waits for it.

        Dead processes of ours get their last word into their logs, and waiting runs their turn.

        Args:
            seconds: See `RunStore.scan`.
        """
        with self._lock:
            unwritten = {
                run_id: failed
                for run_id, worker in list(self._workers.items())
                if not worker.is_running and not worker.is_buried and (failed := worker.bury())
            }
            updates = self.store.scan(seconds)
            for update in updates:
                worker = self._workers.get(update.run_id)
                if update.run_id in self._queue or (worker and not worker.is_buried):
                    # Dead or alive, the next scan will tell why.
                    update.abandoned = False
                failed = unwritten.get(update.run_id)
                if failed and failed not in update.events:
                    update.events.append(failed)
            return updates

    def read(self, run_id: str) -> list[Update]:
        """A run with its curves, where only a summary was read; for `apply`. Waits for the disk."""
        return self.store.read(run_id)

    def apply(self, updates: list[Update]) -> set[str]:
        """Bring the runs up to date; the ids of those that changed."""
        changed = self.store.apply(updates)
        for run_id, worker in list(self._workers.items()):
            if worker.is_buried:
                del self._workers[run_id]
                self._problems += [worker.refusal] if worker.refusal else []
        for update in updates:
            if update.gone:
                self._queue.pop(update.run_id, None)
        for run_id, paused in list(self._pausing.items()):
            run = self.runs.get(run_id)
            if run is None or not run.is_active or (run.status is Status.PAUSED) is paused:
                del self._pausing[run_id]
        places = {run_id: place for place, run_id in enumerate(self._queue, start=1)}
        for one in self.runs.values():
            place = places.get(one.run_id, 0)
            if place != one.place or bool(place) is not (one.status is Status.WAITING):
                one.place = place
                if place:
                    one.status = Status.WAITING
                elif one.status is Status.WAITING:
                    one.status = Status.STARTING
                changed.add(one.run_id)
        return changed

    def launch_next(self) -> None:
        """Start the runs whose turn it is. Waits for the operating system."""
        with self._lock:
            try:
                self._launch_next()
            except RunError as error:
                self._problems.append(str(error))
