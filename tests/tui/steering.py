"""Reading what the dashboard says about the run under the cursor."""

from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.widgets.runs_table import RunsTable


def hints(app: MnistTuiApp) -> str:
    """What the keys do to the selected run."""
    title = str(app.dashboard.query_one(RunsTable).border_title)
    return title.removeprefix("Runs").removeprefix("[not bold] · ").removesuffix("[/not bold]")


def said(app: MnistTuiApp) -> list[str]:
    """The notifications that are on screen."""
    return [notification.message for notification in app._notifications]


def on_screen(app: MnistTuiApp) -> str:
    """Every character that can be seen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())
