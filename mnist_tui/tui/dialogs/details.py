"""All about one run: settings, result, where its files are, how to train it again."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from mnist_tui.tui.keys import Place, bindings


class DetailsScreen(ModalScreen[None]):
    """A text that can be read and scrolled.

    Args:
        lines: The text.
    """

    BINDINGS = bindings(Place.DIALOG, Place.PAGE)

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._text = "\n".join(lines)

    def compose(self) -> ComposeResult:
        """The text."""
        with VerticalScroll(classes="dialog tall"):
            yield Static(self._text, markup=False)
