"""What is loaded by what, in a fresh interpreter: the core knows no terminal, and starts fast."""

import subprocess
import sys
from pathlib import Path

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


def test_imports_point_downwards() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
