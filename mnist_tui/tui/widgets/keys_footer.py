"""The line of keys at the bottom: those that work where one is."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from mnist_tui.tui.keys import Key, written
from mnist_tui.tui.where import footer_keys, places_at

COMPACT_WIDTH = 92
"""Below it the footer leaves out its spaces."""


class KeysFooter(Footer):
    """Keys of the focused panel first; `?` and `q` stay, however narrow it is."""

    offers: reactive[Mapping[str, str]] = reactive({}, recompose=True)
    """What the keys that steer would do to the selected runs now, by action."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)
        self._shown: list[tuple[Key, str]] = []

    @property
    def _is_narrow(self) -> bool:
        return self.app.size.width < COMPACT_WIDTH

    @property
    def _wanted(self) -> list[tuple[Key, str]]:
        """The keys that work where one is, with their words, as far as they fit."""
        focused = self.screen.focused
        around = [one for one in focused.ancestors_with_self if isinstance(one, Widget)] if focused else []
        places = places_at(focused if focused and all(one.display for one in around) else self.screen)
        return footer_keys(places, self.offers, self.app.size.width, compact=self._is_narrow)

    async def recompose(self) -> None:
        """Show other keys, where they are others.

        A screen that opens asks three times: each time all would be made anew, before its first paint.
        """
        if self.is_attached and (self._wanted != self._shown or self.compact != self._is_narrow):
            await super().recompose()

    def compose(self) -> ComposeResult:
        """A key, a word, as far as they fit."""
        self.compact = self._is_narrow
        self._shown = self._wanted
        for key, label in self._shown:
            name = key.keys.split(",")[0]
            yield FooterKey(name, key.display or written(name), label, key.action).data_bind(
                compact=Footer.compact
            )

    def on_resize(self) -> None:
        """Use the room there is."""
        self.refresh(recompose=True)
