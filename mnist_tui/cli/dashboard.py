"""`mnist-tui`: the dashboard."""

import sys

from mnist_tui.cli.program import app, complain


@app.default
def dashboard() -> int:
    """Open the dashboard."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return complain(
            "The dashboard needs a terminal, and this is none: run `mnist-tui train` or `mnist-tui compare`, "
            "or see `mnist-tui --help`.",
            2,
        )
    from mnist_tui.paths import runs_directory
    from mnist_tui.tui.app import MnistTuiApp

    runs_directory()  # or say what is wrong with it before the screen is taken
    dashboard_app = MnistTuiApp()
    dashboard_app.run()
    return dashboard_app.return_code or 0
