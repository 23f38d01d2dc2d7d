"""Processes of ours find this program, and do not find other modules than this process does."""

import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import mnist_tui
from tests.patience import PATIENCE

START = """
import subprocess, sys
from mnist_tui.interpreter import module_command
sys.exit(subprocess.run(module_command("probe", "one", "two")).returncode)
"""

PROBE = """
import sys
import statistics, mnist_tui
print(statistics.__file__, mnist_tui.__file__, *sys.argv[1:], sep="\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_an_old_backport_beside_the_program_does_not_replace_the_standard_library(tmp_path: Path) -> None:
    """Site-packages come after the standard library, for the processes that train too."""
    venv.create(tmp_path / "venv", symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    [installed] = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    (installed / "mnist_tui").symlink_to(Path(mnist_tui.__file__).parent)
    (installed / "statistics.py").write_text("raise ImportError('this is for Python 2')")
    (installed / "probe.py").write_text(PROBE)
    (installed / "others.pth").write_text("\n".join(site.getsitepackages()))
    result = subprocess.run(
        [python, "-P", "-c", START], capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert result.returncode == 0, result.stderr
    library, package, *arguments = result.stdout.splitlines()
    assert Path(library).parent != installed
    assert Path(package).parent == installed / "mnist_tui"
    assert arguments == ["one", "two"]
