"""Screens that no first paint waits for: what they need is loaded once the dashboard stands."""

from collections.abc import Callable
from contextlib import suppress

from textual.screen import Screen

from mnist_tui.errors import MnistTuiError


def run() -> Screen[None]:
    """The selected run's page."""
    from mnist_tui.tui.screens.run import RunScreen

    return RunScreen()


def mistakes() -> Screen[None]:
    """The selected run's mistakes."""
    from mnist_tui.tui.screens.mistakes import MistakesScreen

    return MistakesScreen()


def data() -> Screen[None]:
    """The digits."""
    from mnist_tui.tui.screens.data import DataScreen

    return DataScreen()


def network() -> Screen[None]:
    """The inside of the selected run's network."""
    from mnist_tui.tui.screens.network import NetworkScreen

    return NetworkScreen()


def draw() -> Screen[None]:
    """The drawing pad."""
    from mnist_tui.tui.screens.draw import DrawScreen

    return DrawScreen()


SCREENS = {
    "run": run,
    "mistakes": mistakes,
    "data": data,
    "network": network,
    "draw": draw,
}
"""What makes the screen of each mode."""


def up_to_date(make: Callable[[], Screen[None]]) -> Callable[[], Screen[None]]:
    """What makes a screen that is known to have the styles of now: it gets them when it is put up.

    Textual takes a new screen of a mode for one that was styled before the theme changed. It would parse all
    style sheets again, twice, and with them style the screen that is left: 0.1 s of the first visit.

    Args:
        make: What makes the screen.
    """

    def made() -> Screen[None]:
        screen = make()
        app = screen.app
        app.stylesheet.apply(app)  # what has no colours of its own has the app's: before the first screen
        screen._css_update_count = app._css_update_count  # there is no public word for it
        return screen

    return made


def load() -> None:
    """Load what all of them need, and the first digits, so that no key waits for it; in a thread."""
    from mnist_tui.settings.run_config import RunConfig
    from mnist_tui.tui.data_in_view import first_images
    from mnist_tui.tui.screens import data, draw, mistakes, network, run  # noqa: F401

    with suppress(MnistTuiError):  # the screen will say why
        first_images(RunConfig().dataset)
