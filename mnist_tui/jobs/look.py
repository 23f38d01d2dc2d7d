"""One look at the disk and at our processes; it takes time, and only returns what it found."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mnist_tui.errors import RunError
from mnist_tui.jobs import deletion, queue
from mnist_tui.jobs.executor import Executor, Handle
from mnist_tui.jobs.owner import Owner
from mnist_tui.jobs.queue_file import Entry
from mnist_tui.paths import runs_directory
from mnist_tui.runs.store import RunStore, Update
from mnist_tui.training.events import RunFailed


@dataclass
class Look:
    """What one look at the disk and at our processes found out.

    Attributes:
        updates: See `RunStore.scan`.
        waiting: The queue, the next one first.
        buried: The handles of ours that are over.
        unwritten: Run id to the last event of such a run, which may not have got into its log.
        launch: What was started.
    """

    updates: list[Update]
    waiting: list[Entry]
    buried: list[Handle] = field(default_factory=list)
    unwritten: dict[str, RunFailed] = field(default_factory=dict)
    launch: queue.Launch = field(default_factory=queue.Launch)


def take_look(
    store: RunStore, executor: Executor, owner: Owner, handles: Sequence[Handle], seconds: float
) -> Look:
    """Give what died its last word, free cores to what waits, and find what is new.

    Args:
        store: Finds it.
        executor: Starts what waits.
        owner: Who looks.
        handles: What trains for them.
        seconds: See `RunStore.scan`.
    """
    if not store.runs:  # at the first look, and where there is nothing to see
        deletion.remove_wrecks(runs_directory())
    buried = [handle for handle in handles if not handle.is_running and not handle.is_buried]
    unwritten = {one.directory.run_id: failed for one in buried if (failed := one.bury())}
    try:
        launch = queue.launch(executor, owner)
    except RunError as error:
        launch = queue.Launch(problem=str(error))
    updates = store.scan(seconds)
    return Look(updates, queue.entries(), buried, unwritten, launch)
