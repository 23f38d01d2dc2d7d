"""Where all runs of a home stand: what their logs say, who waits, and what we started ourselves.

It is read by screens and changed by the event loop alone, when a thread has come back with what it found.
"""

from mnist_tui.errors import RunError
from mnist_tui.jobs import queue
from mnist_tui.jobs.job import Job
from mnist_tui.jobs.look import Look
from mnist_tui.jobs.roster import Roster
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.store import RunStore

UNDER_WAY = frozenset({Status.WAITING, Status.STARTING, Status.TRAINING})


class Standing:
    """What is known of all runs.

    Args:
        token: What the queue calls us, see `Owner.token`.

    Attributes:
        store: All runs of the home directory.
        roster: What is known beyond their logs of runs that wait or that we started.
    """

    def __init__(self, token: str) -> None:
        self.store = RunStore()
        self.roster = Roster(token)
        self._problems: list[str] = []
        self._moved: set[str] = set()

    @property
    def runs(self) -> dict[str, Run]:
        """All runs by id, oldest first."""
        return self.store.runs

    @property
    def unreadable(self) -> list[str]:
        """The ids of the runs that are there, but cannot be shown."""
        return self.store.unreadable

    @property
    def jobs(self) -> dict[str, Job]:
        """Run id to what is known beyond its log, for runs that wait or that we started."""
        return self.roster.jobs

    @property
    def waiting(self) -> list[str]:
        """The ids of the runs that wait for a core, the next one first, whoever wants them trained."""
        return [job.run_id for job in self.roster.waiting]

    @property
    def own_waiting(self) -> list[str]:
        """The ids of those that wait because we want them trained."""
        return [job.run_id for job in self.roster.waiting if job.waits_for_us]

    @property
    def own_active(self) -> list[str]:
        """The ids of the runs that we started and that train, also those that have not said so yet."""
        return [job.run_id for job in self.jobs.values() if self._is_active(job)]

    @property
    def under_way(self) -> frozenset[str]:
        """The ids of the runs that train, or wait for a core, and will come to their end by themselves."""
        return frozenset(run_id for run_id in self.runs if self.status(run_id) in UNDER_WAY)

    def _is_active(self, job: Job) -> bool:
        run = self.runs.get(job.run_id)
        is_over = job.has_begun and run is not None and not run.is_active  # a process takes a moment to end
        return job.handle is not None and job.handle.is_running and not is_over

    def place(self, run_id: str) -> int:
        """The place of a run in the queue, 1 is next; 0 where it does not wait."""
        return self.roster.place(run_id)

    def status(self, run_id: str) -> Status:
        """Where a run stands.

        Raises:
            RunError: It was deleted.
        """
        return Status.WAITING if self.place(run_id) else self._run(run_id).status

    def _run(self, run_id: str) -> Run:
        if run := self.runs.get(run_id):
            return run
        if run_id in self.jobs:
            raise RunError(f"{run_id} has not begun yet: try again in a moment.")
        raise RunError(f"{run_id} is not there any more: it was deleted.")

    def _steerable(self, run_id: str) -> Run:
        run = self._run(run_id)
        if self.place(run_id):
            raise RunError(f"{run.name} waits for its turn.")
        if not run.is_active:
            raise RunError(f"{run.name} is over already.")
        return run

    def take_problems(self) -> list[str]:
        """Why runs that should train do not, since the last call."""
        problems, self._problems = self._problems, []
        return problems

    def _take(self, launch: queue.Launch) -> None:
        self.roster.began(launch.handles)
        if launch.problem:
            self._problems.append(launch.problem)

    def _apply(self, look: Look) -> set[str]:
        """Know what a look found; the ids of the runs that changed."""
        self._take(look.launch)
        for update in look.updates:
            job = self.jobs.get(update.run_id)
            if job and job.handle and job.handle not in look.buried:
                update.abandoned = False  # dead or alive, the next look will tell why
            if job and (update.events or (update.discovered and update.discovered.started)):
                job.has_begun = True
            failed = look.unwritten.get(update.run_id)
            if failed and failed not in update.events:
                update.events.append(failed)
        changed = self.store.apply(look.updates)
        for handle in look.buried:
            job = self.jobs.get(handle.directory.run_id)
            if job and job.handle is handle:
                job.handle = None
            if handle.refusal:
                self._problems.append(handle.refusal)
        for job in self.jobs.values():
            run = self.runs.get(job.run_id)
            if run is None or not run.is_active or (run.status is Status.PAUSED) is job.pausing:
                job.pausing = None
        moved = (self._moved | self.roster.see(look.waiting)) & self.runs.keys()
        self._moved = set()
        return changed | moved
