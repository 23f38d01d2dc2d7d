"""The runs of a home directory together with what trains some of them: the dashboard's face of it all.

It lives on the event loop. What takes time happens in threads, which return what they found or did; only the
loop changes what screens read.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from itertools import compress

from mnist_tui import cores
from mnist_tui.errors import MnistTuiError, RunError
from mnist_tui.jobs import control, deleted, deletion, keeper, queue
from mnist_tui.jobs.begun import Begun
from mnist_tui.jobs.executor import Executor
from mnist_tui.jobs.local import LocalExecutor
from mnist_tui.jobs.look import take_look
from mnist_tui.jobs.owner import Owner
from mnist_tui.jobs.preparation import check_resumable, has_begun, has_paused, settle
from mnist_tui.jobs.queue_file import Wish
from mnist_tui.jobs.standing import Standing
from mnist_tui.paths import runs_directory
from mnist_tui.runs import groups, layout, reuse
from mnist_tui.runs.files import write_error
from mnist_tui.runs.forks import fork
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import RunConfig

LEAVE_SECONDS = 5.0
"""How long a process may take to stop once we let go of it."""

LET_GO_SECONDS = 3.0
"""How long a process that somebody else started may take to let go of a run that is discarded."""


class Laboratory(Standing):
    """What the dashboard works with: start runs, steer them, keep up with all of them.

    No more runs train at once than there are cores; the others wait in the queue (`jobs.queue`).

    Args:
        executor: Trains the runs; by default processes of this machine.
    """

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor or LocalExecutor()
        self._owner = Owner()
        super().__init__(self._owner.token)

    # Starting

    async def start(self, configs: Sequence[RunConfig], *, fresh: bool = False) -> Begun:
        """Have runs: those that were trained earlier, or train already, are taken, the others started.

        Those beyond the cores wait. Several are a group: the rows of one comparison.

        Args:
            configs: What to train.
            fresh: Start all of them. Else see `runs.reuse` for what counts as the same run.

        Raises:
            DataError: A data set is not on this machine.
            RunError: The home directory cannot be written.
        """
        runs = [] if fresh else list(self.runs.values())
        under_way = self.under_way
        found: list[Run | None] = []

        def make() -> list[RunDirectory]:
            found.extend(reuse.find(configs, runs, under_way))
            return self._make(configs, [not run for run in found])

        new = iter(await self._enqueue_new(make))
        there = frozenset(run.run_id for run in found if run)
        return Begun(
            tuple(run.run_id if run else next(new) for run in found),
            there - under_way,
            there & under_way,
        )

    def _make(self, configs: Sequence[RunConfig], missing: Sequence[bool]) -> list[RunDirectory]:
        """Make the runs of a comparison that are missing."""
        company = min(len(queue.busy()) + len(queue.entries()) + sum(missing), cores.most_runs()) - 1
        settled = [settle(config, company) for config in compress(configs, missing)]
        if len(configs) == 1 or not settled:
            return [layout.create(config) for config in settled]
        group = groups.make(configs)
        return [layout.create(config, group=group.membership(config)) for config in settled]

    async def fork(self, run_id: str, epoch: int, changes: Mapping[str, object]) -> str:
        """Start a run that leaves another one at the end of an epoch.

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
        parent = self._run(run_id).directory
        return (await self._enqueue_new(lambda: [fork(parent, epoch, changes)]))[0]

    async def resume(self, run_id: str) -> None:
        """Go on with a run that ended before its end.

        Raises:
            RunError: It trains already, or came to its end.
        """
        run = self._run(run_id)
        handle = self.roster.handle(run_id)
        if self.place(run_id) or run_id in self.own_active:
            raise RunError(f"{run.name} is on its way already.")

        def enqueue() -> queue.Launch:
            if handle and not handle.is_buried:  # its result is there, and it is about to end
                handle.leave(LEAVE_SECONDS)
                if handle.is_running:
                    raise RunError(f"The process of {run.name} has not ended yet: try again in a moment.")
                handle.bury()
            check_resumable(run)
            return self._queue_up([run.directory])

        self._take(await asyncio.to_thread(enqueue))
        await self._see_queue()

    async def _enqueue_new(self, make: Callable[[], list[RunDirectory]]) -> list[str]:
        def enqueue() -> tuple[list[RunDirectory], queue.Launch]:
            made = make()
            return made, self._queue_up(made, is_new=True) if made else queue.Launch()

        made, launch = await asyncio.to_thread(enqueue)
        self._take(launch)
        await self._see_queue()
        return [directory.run_id for directory in made]

    def _queue_up(
        self, directories: Sequence[RunDirectory], wish: Wish = "start", *, is_new: bool = False
    ) -> queue.Launch:
        """Put runs into the queue, and start those whose turn it is; in a thread."""
        queue.add(directories, self._owner, wish, is_new=is_new)
        return queue.launch(self._executor, self._owner)

    # The queue

    async def move(self, run_id: str, by: int) -> bool:
        """Let a waiting run come earlier (-1) or later (+1); whether it could.

        Raises:
            RunError: The home directory cannot be written.
        """
        moved = await asyncio.to_thread(queue.move, run_id, by)
        await self._see_queue()
        return moved

    async def withdraw(self, run_id: str) -> None:
        """Take a waiting run out of the queue; one that was made for it and never trained is deleted.

        Raises:
            RunError: It does not wait any more, or its directory cannot be deleted.
        """

        def withdraw() -> bool:
            entry = queue.take_out(run_id)
            if entry is None:
                raise RunError(f"{run_id} does not wait any more.")
            directory = RunDirectory(runs_directory() / run_id)
            if not entry.is_new or has_begun(directory):
                return False
            deletion.delete(directory)
            return True

        if await asyncio.to_thread(withdraw):
            self.store.forget(run_id)
        await self._see_queue()

    async def _see_queue(self) -> None:
        changed = self.roster.see(await asyncio.to_thread(queue.entries))
        self._moved |= changed  # the next look tells

    # Steering

    async def pause_or_resume(self, run_id: str) -> None:
        """Pause a run that trains; one that is paused goes on when a core is free.

        Raises:
            RunError: It is over, or cannot be told.
        """
        # Keys may be faster than the log: what was asked for last counts until it shows.
        run = self._run(run_id)
        if self.place(run_id):
            raise RunError(f"{run.name} waits for its turn.")
        job = self.jobs.get(run_id)
        paused = job.pausing if job and job.pausing is not None else run.status is Status.PAUSED
        if paused:
            await self._go_on(run_id, "resume")
        else:
            await self._send(run_id, "pause")
        self.roster.job(run_id).pausing = not paused

    async def one_epoch(self, run_id: str) -> None:
        """Let a run train to the end of the epoch and pause there; a paused one when a core is free.

        Raises:
            RunError: It is over, or cannot be told.
        """
        await self._go_on(run_id, "step")
        self.roster.job(run_id).pausing = None

    async def _go_on(self, run_id: str, wish: Wish) -> None:
        directory = self._run(run_id).directory
        # By its log: what we saw of it may be half a second old, and its core somebody else's.
        if not await asyncio.to_thread(has_paused, directory):
            await self._send(run_id, wish)
            return
        self._steerable(run_id)
        self._take(await asyncio.to_thread(self._queue_up, [directory], wish))
        await self._see_queue()

    async def change(self, run_id: str, settings: Mapping[str, float]) -> None:
        """Change settings of a run while it trains.

        Raises:
            RunError: It is over, or cannot be told.
        """
        await self._send(run_id, "set", **settings)

    async def stop(self, run_id: str) -> None:
        """End a run soon; it is tested and kept.

        Raises:
            RunError: It is over, or cannot be told.
        """
        await self._send(run_id, "stop")

    async def _send(self, run_id: str, command: str, **settings: float) -> None:
        """Tell a run something, whoever started it."""
        if handle := self.roster.handle(run_id):
            await asyncio.to_thread(handle.send, command, **settings)
            return
        path = self._steerable(run_id).directory.control_path
        try:
            await asyncio.to_thread(control.send, path, command, **settings)
        except OSError as error:
            raise write_error(path, error) from error

    async def discard(self, run_id: str) -> None:
        """End a run at once, if it is not over yet, and put it into the bin.

        Raises:
            RunError: The process that trains it does not let go, or the directory cannot be deleted.
        """
        handle = self.roster.handle(run_id)
        directory = handle.directory if handle else self._run(run_id).directory

        def discard() -> None:
            if handle:
                handle.kill()
            queue.take_out(run_id)
            if not handle and directory.is_locked():
                try:
                    control.send(directory.control_path, "discard")
                except OSError as error:
                    raise write_error(directory.control_path, error) from error
            deleted.throw_away(directory, LET_GO_SECONDS)

        if handle:
            self.roster.job(run_id).handle = None
        await asyncio.to_thread(discard)
        self.store.forget(run_id)
        self.jobs.pop(run_id, None)
        await self._see_queue()

    async def restore(self, run_id: str) -> None:
        """Take a run out of the bin; the next look finds it.

        Raises:
            RunError: It is not in there, or cannot be moved.
        """
        await asyncio.to_thread(deleted.restore, run_id)

    # Leaving

    async def stop_all(self) -> None:
        """End all runs we started; they are tested and kept. Those that wait stay on the disk, untrained."""
        await asyncio.to_thread(queue.abandon, self._owner)
        for run_id in self.own_active:
            await self._send(run_id, "stop")
        await self._see_queue()

    async def detach_all(self) -> None:
        """Let go of all runs we started, but have them train on, and those that wait after them."""
        handles = self.roster.drop_handles()

        def detach() -> None:
            for handle in handles:
                handle.detach()
            left = queue.hand_over(self._owner)
            self._owner.leave()
            if left:
                keeper.ensure()

        await asyncio.to_thread(detach)

    async def close(self) -> None:
        """Let go of all processes: those that still train stop and keep what they have. Waits for them."""
        handles = self.roster.drop_handles()

        def leave() -> None:
            with contextlib.suppress(MnistTuiError):  # on a full disk, what waits belongs to nobody then
                queue.abandon(self._owner)
            self._owner.leave()
            for handle in handles:
                handle.leave(LEAVE_SECONDS)

        await asyncio.to_thread(leave)

    # Keeping up

    async def look(self, seconds: float = 1.0) -> set[str]:
        """Bring the runs up to date; the ids of those that changed.

        What died gets its last word into its log, and waiting runs get the cores that are free.

        Args:
            seconds: See `RunStore.scan`.
        """
        look = await asyncio.to_thread(
            take_look, self.store, self._executor, self._owner, self.roster.handles(), seconds
        )
        return self._apply(look)

    async def read(self, run_id: str) -> set[str]:
        """Read a run with its curves, where only a summary was read; the ids of the runs that changed."""
        return self.store.apply(await asyncio.to_thread(self.store.read, run_id))
