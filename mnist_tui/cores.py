"""How many cores there are, and how many a run may have."""

import os

MAX_AUTO_THREADS = 4
"""More threads than this make the parts of a usual mini-batch too small to be worth it."""


def available_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


CROWDING = 2
"""Threads of all runs together, per core, up to which sharing a core costs next to nothing."""


def most_runs() -> int:
    """How many runs may train at the same time."""
    return available_cores()


def auto_threads(other_runs: int = 0) -> int:
    """The threads of a run that leaves the number to us, 1 to 4 and no more than there are cores.

    Args:
        other_runs: Runs that train at the same time.
    """
    cores = available_cores()
    return max(1, min(MAX_AUTO_THREADS, cores, CROWDING * cores // (1 + other_runs)))
