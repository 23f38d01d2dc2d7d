"""How many cores there are, and how many a run may have."""

import os
from pathlib import Path

import pytest

from mnist_tui import cores
from mnist_tui.cores import auto_threads, available_cores

pytestmark = pytest.mark.quick


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where control groups are looked for; the process may run on 64 cores."""
    monkeypatch.setattr(cores, "GROUPS_OF_PROCESS", tmp_path / "process")
    monkeypatch.setattr(cores, "CONTROL_GROUPS", tmp_path / "groups")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(64)), raising=False)
    return tmp_path / "groups"


def write(groups: Path, process: str, files: dict[str, str]) -> None:
    groups.with_name("process").write_text(process)
    for name, text in files.items():
        path = groups / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


V1 = "5:memory:/m\n4:cpu,cpuacct:/docker/abc\n0::/\n"
OUTSIDE = "cpu/docker/abc"
QUOTA, PERIOD = "cpu.cfs_quota_us", "cpu.cfs_period_us"


@pytest.mark.parametrize(
    ("process", "files", "expected"),
    [
        pytest.param("0::/\n", {"cpu.max": "200000 100000\n"}, 2, id="container"),
        pytest.param("0::/\n", {"cpu.max": "max 100000\n"}, 64, id="no limit"),
        pytest.param("0::/\n", {"cpu.max": "50000 100000\n"}, 1, id="half a core"),
        pytest.param("0::/\n", {"cpu.max": "350000 100000\n"}, 3, id="whole cores only"),
        pytest.param("0::/a/b\n", {"a/b/cpu.max": "max 100000", "a/cpu.max": "400000 100000"}, 4, id="above"),
        pytest.param("0::/../c\n", {"cpu.max": "400000 100000"}, 4, id="outside of the root"),
        pytest.param(V1, {f"{OUTSIDE}/{QUOTA}": "300000", f"{OUTSIDE}/{PERIOD}": "100000"}, 3, id="v1"),
        pytest.param(V1, {f"cpu/{QUOTA}": "300000", f"cpu/{PERIOD}": "100000"}, 3, id="v1, seen as the root"),
        pytest.param(V1, {f"cpu/{QUOTA}": "-1", f"cpu/{PERIOD}": "100000"}, 64, id="v1, no limit"),
        pytest.param("5:pids:/\n", {f"cpu/{QUOTA}": "1", f"cpu/{PERIOD}": "1"}, 64, id="not the processor"),
        pytest.param("0::/\n", {}, 64, id="no files"),
        pytest.param("0::/\n", {"cpu.max": "many 0"}, 64, id="nonsense"),
        pytest.param("", {}, 64, id="no control groups"),
    ],
)
def test_the_quota_of_a_container_counts_as_cores(
    groups: Path, process: str, files: dict[str, str], expected: int
) -> None:
    write(groups, process, files)
    assert available_cores() == expected


def test_a_quota_above_the_cores_changes_nothing(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 5}, raising=False)
    write(groups, "0::/\n", {"cpu.max": "800000 100000"})
    assert available_cores() == 2


@pytest.mark.parametrize(
    ("count", "other_runs", "threads"),
    [(1, 0, 1), (1, 5, 1), (2, 0, 2), (2, 1, 2), (2, 2, 1), (4, 0, 4), (4, 1, 4), (4, 3, 2), (64, 0, 4)],
)
def test_cores_are_shared_out_among_runs(
    count: int, other_runs: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores, "available_cores", lambda: count)
    assert auto_threads(other_runs) == threads
