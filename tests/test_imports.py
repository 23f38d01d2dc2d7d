"""What is loaded by what, in a fresh interpreter: the core knows no terminal, and starts fast."""

import subprocess
import sys

import pytest


def loaded_by(module: str) -> set[str]:
    """The top-level modules that are there after one import."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


@pytest.mark.parametrize(
    ("module", "needed", "unwanted"),
    [
        ("mnist_tui", "mnist_tui", {"numpy", "textual", "rich", "cyclopts"}),
        ("mnist_tui.jobs.worker", "numpy", {"textual", "rich", "cyclopts", "requests"}),
        ("mnist_tui.jobs.laboratory", "mnist_tui", {"textual", "rich", "cyclopts", "requests"}),
        (
            "mnist_tui.reports.markdown",
            "mnist_tui",
            {"textual", "rich", "cyclopts", "requests", "matplotlib"},
        ),
        ("mnist_tui.cli.headless", "rich", {"textual", "requests"}),
        ("mnist_tui.cli.results", "cyclopts", {"textual", "numpy", "matplotlib"}),
        ("mnist_tui.tui.app", "textual", {"matplotlib"}),
        ("mnist_tui.cli", "cyclopts", {"textual", "numpy", "requests"}),
    ],
)
def test_nobody_loads_what_it_does_not_need(module: str, needed: str, unwanted: set[str]) -> None:
    loaded = loaded_by(module)
    assert needed in loaded
    assert not loaded & unwanted


CONCLUDE = """
import sys
import mnist_tui.tui.app, mnist_tui.cli.program
from mnist_tui.analysis import conclusions, statistics
assert "scipy" not in sys.modules, "before anything is compared"
estimate = statistics.paired_difference([0.98, 0.982, 0.981], [0.979, 0.98, 0.983], 0.0001)
statistics.unpaired_difference([0.98, 0.982, 0.981], [0.979, 0.98, 0.983], 0.0001)
statistics.discordant_difference(9_800, 60, 40, 100)
statistics.seeds_to_settle(estimate, 0.002)
assert "scipy.special" in sys.modules
print(*{"scipy.stats", "matplotlib"} & set(sys.modules))
"""


def test_the_dashboard_loads_scipy_once_something_is_compared_and_never_all_of_it() -> None:
    result = subprocess.run([sys.executable, "-c", CONCLUDE], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []
