"""Starting a module of ours in a process of its own."""

import os
import sys
from pathlib import Path


def module_command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module with this interpreter.

    -P: a file in the working directory must not stand in for a module of ours.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def module_environment(**changes: str) -> dict[str, str]:
    """This process's environment, in which the module is found wherever we were started from.

    Args:
        changes: Variables to set.
    """
    package_root = str(Path(__file__).parent.parent)
    search_path = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(search_path), **changes}
