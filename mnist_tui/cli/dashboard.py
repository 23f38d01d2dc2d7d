"""`mnist-tui`: the dashboard."""

import asyncio
import sys
from typing import Annotated

from cyclopts import Parameter

from mnist_tui.cli.program import app, complain

Plain = Annotated[
    bool,
    Parameter(
        name="--plain",
        negative=(),
        show_default=False,
        help="say what changes in lines, and read keys from lines: for screen readers and pipes",
    ),
]


@app.default
def dashboard(*, plain: Plain = False) -> int:
    """Open the dashboard."""
    if plain:
        return _plain()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return complain(
            "The dashboard needs a terminal, and this is none: run `mnist-tui train` or `mnist-tui compare`, "
            "add --plain, or see `mnist-tui --help`.",
            2,
        )
    from mnist_tui.paths import runs_directory
    from mnist_tui.tui.app import MnistTuiApp

    runs_directory()  # or say what is wrong with it before the screen is taken
    dashboard_app = MnistTuiApp()
    dashboard_app.run()
    return dashboard_app.return_code or 0


def _plain() -> int:
    from mnist_tui.cli.output import Listener
    from mnist_tui.cli.plain import sit
    from mnist_tui.paths import runs_directory

    runs_directory()  # or say what is wrong with it
    listener = Listener()
    return listener.code(asyncio.run(sit(listener.line)))
