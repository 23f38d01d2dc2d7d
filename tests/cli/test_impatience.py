"""Ctrl+c before a command has even begun."""

import subprocess
import sys

import pytest

from tests.patience import PATIENCE

STAND_IN = """
import sys, types

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "mnist_tui.cli":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Impatient())
"""


@pytest.mark.parametrize(
    "start",
    [
        "import runpy; runpy.run_module('mnist_tui', run_name='__main__')",
        "from mnist_tui.__main__ import main; main()",
    ],
    ids=["python -m mnist_tui", "mnist-tui"],
)
def test_ctrl_c_while_the_program_is_loaded_is_no_traceback(start: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", STAND_IN + start],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")
