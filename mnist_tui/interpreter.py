"""Starting a module of ours in a process of its own."""

import sys
from pathlib import Path

START = """
import runpy, sys
root, module = sys.argv[1:3]
del sys.argv[1:3]
if root not in sys.path: sys.path.insert(0, root)
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""
"""What the new process does first: find us wherever we were started from.

`PYTHONPATH` would do that too, but where we are installed it would put all that is installed before the
standard library, and an old backport of some module of it in our way.
"""


def module_command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module with this interpreter.

    -P: a file in the working directory must not stand in for a module of ours.
    """
    return [sys.executable, "-P", "-c", START, str(Path(__file__).parent.parent), module, *arguments]
