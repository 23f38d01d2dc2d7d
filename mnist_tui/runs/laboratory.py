"""The runs of a home directory together with the processes that we started for some of them."""

import shutil
from collections.abc import Sequence

from mnist_tui.config import RunConfig
from mnist_tui.errors import RunError
from mnist_tui.runs.launcher import Worker, launch
from mnist_tui.runs.run import Run
from mnist_tui.runs.store import RunStore, Update

LEAVE_SECONDS = 5.0
"""How long a process may take to stop once we let go of it."""


class Laboratory:
    """What the dashboard works with: start runs, steer them, keep up with all of them.

    `scan`, `start` and `discard` wait for the disk and may run in another thread; all else takes no time.

    Attributes:
        store: All runs of the home directory.
    """

    def __init__(self) -> None:
        self.store = RunStore()
        self._workers: dict[str, Worker] = {}

    @property
    def runs(self) -> dict[str, Run]:
        """All runs by id, oldest first."""
        return self.store.runs

    @property
    def own_active(self) -> list[str]:
        """The ids of the runs that we started and that are not over."""
        return [
            run_id
            for run_id, worker in list(self._workers.items())
            if worker.is_running and (run_id not in self.runs or self.runs[run_id].is_active)
        ]

    def start(self, configs: Sequence[RunConfig]) -> list[str]:
        """Start runs at once; they and those that train already share the cores.

        Args:
            configs: What to train.

        Returns:
            Their ids.

        Raises:
            DataError: A data set is not on this machine.
            RunError: The home directory cannot be written, or a process could not be started.
        """
        others = sum(run.is_active for run in list(self.runs.values())) + len(configs) - 1
        started = []
        for config in configs:
            worker = launch(config, others)
            self._workers[worker.directory.run_id] = worker
            started.append(worker.directory.run_id)
        return started

    def worker_pid(self, run_id: str) -> int:
        """The process id of a run of ours."""
        return self._worker(run_id).pid

    def pause_or_resume(self, run_id: str) -> None:
        """Pause a run that trains, resume one that is paused."""
        self._worker(run_id).pause_or_resume()

    def stop(self, run_id: str) -> None:
        """End a run soon; it is tested and kept."""
        self._worker(run_id).send("stop")

    def discard(self, run_id: str) -> None:
        """End a run at once, if it is not over yet, and delete its directory.

        Raises:
            RunError: The run was started elsewhere, or the directory cannot be deleted.
        """
        worker = self._workers.pop(run_id, None)
        run = self.runs.get(run_id)
        if worker:
            worker.kill()
        elif run and run.is_active:
            raise _foreign(run_id)
        directory = worker.directory.path if worker else self.runs[run_id].directory.path
        self.store.forget(run_id)
        try:
            shutil.rmtree(directory)
        except OSError as error:
            raise RunError(f"{directory} cannot be deleted ({error.strerror}).") from error

    def stop_all(self) -> None:
        """End all runs we started; they are tested and kept."""
        for run_id in self.own_active:
            self._workers[run_id].send("stop")

    def close(self) -> None:
        """Let go of all processes: those that still train stop and keep what they have."""
        for worker in self._workers.values():
            worker.leave(LEAVE_SECONDS)
        self._workers.clear()

    def scan(self) -> list[Update]:
        """What is new on the disk; dead processes of ours get their last word into their logs."""
        unwritten = {
            run_id: failed
            for run_id, worker in list(self._workers.items())
            if not worker.is_running and not worker.is_buried and (failed := worker.bury())
        }
        updates = self.store.scan()
        for update in updates:
            worker = self._workers.get(update.run_id)
            if worker and not worker.is_buried:
                # Dead or alive, the next scan will tell why.
                update.abandoned = False
            failed = unwritten.get(update.run_id)
            if failed and failed not in update.events:
                update.events.append(failed)
        return updates

    def apply(self, updates: list[Update]) -> set[str]:
        """Bring the runs up to date; the ids of those that changed."""
        changed = self.store.apply(updates)
        for run_id, worker in list(self._workers.items()):
            if worker.is_buried:
                del self._workers[run_id]
        return changed

    def _worker(self, run_id: str) -> Worker:
        if run_id in self._workers:
            return self._workers[run_id]
        if run_id in self.runs and not self.runs[run_id].is_active:
            raise RunError(f"{self.runs[run_id].name} is over already.")
        raise _foreign(run_id)


def _foreign(run_id: str) -> RunError:
    return RunError(f"{run_id} was started elsewhere: stop it there, for example with ctrl+c.")
