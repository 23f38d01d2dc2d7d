"""How many cores there are, and how many a run may have."""

import pytest

from mnist_tui import cores as cores_module
from mnist_tui.cores import auto_threads


@pytest.mark.parametrize(
    ("cores", "other_runs", "threads"),
    [(1, 0, 1), (1, 5, 1), (2, 0, 2), (2, 1, 2), (2, 2, 1), (4, 0, 4), (4, 1, 4), (4, 3, 2), (64, 0, 4)],
)
def test_cores_are_shared_out_among_runs(
    cores: int, other_runs: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores_module, "available_cores", lambda: cores)
    assert auto_threads(other_runs) == threads
