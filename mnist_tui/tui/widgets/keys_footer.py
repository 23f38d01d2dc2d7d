"""The line of keys at the bottom: those that work where one is."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from mnist_tui.tui.keys import written
from mnist_tui.tui.where import footer_keys, places_at

COMPACT_WIDTH = 92
"""Below it the footer leaves out its spaces."""


class KeysFooter(Footer):
    """Keys of the focused panel first; `?` and `q` stay, however narrow it is."""

    offers: reactive[Mapping[str, str]] = reactive({}, recompose=True)
    """What the keys that steer would do to the selected runs now, by action."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        """A key, a word, as far as they fit."""
        width = self.app.size.width
        self.compact = compact = width < COMPACT_WIDTH
        focused = self.screen.focused
        around = [one for one in focused.ancestors_with_self if isinstance(one, Widget)] if focused else []
        places = places_at(focused if focused and all(one.display for one in around) else self.screen)
        for key, label in footer_keys(places, self.offers, width, compact=compact):
            name = key.keys.split(",")[0]
            yield FooterKey(name, key.display or written(name), label, key.action).data_bind(
                compact=Footer.compact
            )

    def on_resize(self) -> None:
        """Use the room there is."""
        self.refresh(recompose=True)
