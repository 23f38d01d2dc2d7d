"""How many cores there are, and how many a run may have."""

import os

MAX_AUTO_THREADS = 4
"""More threads than this make the parts of a usual mini-batch too small to be worth it."""


def available_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def auto_threads(other_runs: int = 0) -> int:
    """The threads of a run that leaves the number to us: the cores shared out, 1 to 4.

    Args:
        other_runs: Runs that train at the same time.
    """
    return max(1, min(MAX_AUTO_THREADS, available_cores() // (1 + other_runs)))
