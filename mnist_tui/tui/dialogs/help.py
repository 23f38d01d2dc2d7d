"""What the keys do, on one page: those that work where one is before all others."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from mnist_tui.tui.dismissal import Dialog
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.help import render_help
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.page_panel import PagePanel


class HelpScreen(Dialog[None]):
    """The page.

    Args:
        places: Where one is, the innermost first.
    """

    BINDINGS = bindings(Place.DIALOG, Place.PAGE)

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self._places = places

    def compose(self) -> ComposeResult:
        """The page, scrolled by keys."""
        with VerticalScroll(classes="dialog tall"):
            yield PagePanel("", self._page, id="help-page")

    def _page(self, width: int) -> list[Line]:
        return render_help(self._places, width)
