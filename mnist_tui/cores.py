"""How many cores there are, and how many a run may have."""

import os
from collections.abc import Iterator
from pathlib import Path

MAX_AUTO_THREADS = 4
"""More threads than this make the parts of a usual mini-batch too small to be worth it."""

GROUPS_OF_PROCESS = Path("/proc/self/cgroup")
CONTROL_GROUPS = Path("/sys/fs/cgroup")


def available_cores() -> int:
    """Cores this process may run on, or fewer where its container has a quota; at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([cores, *(int(quota) for quota in _quotas())]))


def _quotas() -> Iterator[float]:
    """What this process's control groups allow, in cores; a group is bound by those above it too.

    Linux only: https://docs.kernel.org/admin-guide/cgroup-v2.html (`cpu.max`) and, for version 1,
    https://docs.kernel.org/scheduler/sched-bwc.html. A container often sees its own group as the root,
    whatever name it has outside: files that are not there are passed over.
    """
    for line in _read(GROUPS_OF_PROCESS).splitlines():
        _, _, rest = line.partition(":")
        controllers, _, name = rest.partition(":")
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = CONTROL_GROUPS / "cpu" if controllers else CONTROL_GROUPS
        group = root / name.lstrip("/")
        for place in (group, *group.parents):
            if quota := _quota_v1(place) if controllers else _quota_v2(place):
                yield quota
            if place == root:
                break


def _quota_v1(group: Path) -> float | None:
    return _ratio(_read(group / "cpu.cfs_quota_us"), _read(group / "cpu.cfs_period_us"))


def _quota_v2(group: Path) -> float | None:
    return _ratio(*_read(group / "cpu.max").partition(" ")[::2])


def _ratio(quota: str, period: str) -> float | None:
    """Microseconds of the processor in so many microseconds, in cores; `max` and -1 are no limit."""
    both = quota.isdecimal() and period.isdecimal() and int(quota) and int(period)
    return int(quota) / int(period) if both else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


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
