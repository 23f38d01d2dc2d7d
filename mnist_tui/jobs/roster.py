"""The jobs of one laboratory: what is known of runs that wait, or that it started."""

from collections.abc import Iterable, Sequence

from mnist_tui.jobs.executor import Handle
from mnist_tui.jobs.job import Job
from mnist_tui.jobs.queue_file import Entry


class Roster:
    """Who trains what for us, and who waits.

    Args:
        token: What the queue calls us, see `Owner.token`.

    Attributes:
        jobs: Run id to what is known.
    """

    def __init__(self, token: str) -> None:
        self.jobs: dict[str, Job] = {}
        self._token = token

    def job(self, run_id: str) -> Job:
        """What is known of a run, also where nothing is yet."""
        return self.jobs.setdefault(run_id, Job(run_id))

    def handle(self, run_id: str) -> Handle | None:
        """What trains a run, where we started that."""
        return self.jobs[run_id].handle if run_id in self.jobs else None

    def handles(self) -> list[Handle]:
        """What trains runs that we started."""
        return [job.handle for job in self.jobs.values() if job.handle]

    def drop_handles(self) -> list[Handle]:
        """Know nothing more of what trains; what was known."""
        handles = self.handles()
        for job in self.jobs.values():
            job.handle = None
        return handles

    def began(self, handles: Iterable[Handle]) -> None:
        """Processes were started for runs."""
        for handle in handles:
            job = self.job(handle.directory.run_id)
            job.handle, job.has_begun = handle, False

    def place(self, run_id: str) -> int:
        """The place of a run in the queue, 1 is next; 0 where it does not wait."""
        return self.jobs[run_id].place if run_id in self.jobs else 0

    @property
    def waiting(self) -> list[Job]:
        """Those that wait, the next one first."""
        return sorted((job for job in self.jobs.values() if job.place), key=lambda job: job.place)

    def see(self, entries: Sequence[Entry]) -> set[str]:
        """Know who waits; the ids of the runs whose place changed.

        Args:
            entries: The queue, the next one first.
        """
        places = {entry.run_id: place for place, entry in enumerate(entries, start=1)}
        changed = {run_id for run_id in {*places, *self.jobs} if self.place(run_id) != places.get(run_id, 0)}
        for run_id in changed:
            self.job(run_id).place = places.get(run_id, 0)
        for entry in entries:
            self.job(entry.run_id).waits_for_us = entry.owner == self._token
        self.jobs = {run_id: job for run_id, job in self.jobs.items() if not job.is_over}
        return changed
