"""What the terminal of an app can show of a picture."""

from typing import Any

from textual.app import App

from mnist_tui.tui.renderables.shades import Greys, Paper

_GREYS = {"truecolor": Greys.MANY, "256": Greys.MANY, "standard": Greys.FEW, "windows": Greys.FEW}


def paper_of(app: App[Any]) -> Paper:
    """Greys and theme as they are now; no greys where somebody wants no colours (`NO_COLOR`)."""
    greys = Greys.NONE if app.no_color else _GREYS.get(app.console.color_system or "", Greys.NONE)
    return Paper(greys, app.current_theme.dark)
