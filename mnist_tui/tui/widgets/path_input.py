"""A value that is text: a name of a list, or whatever is typed once the field is opened."""

from textual import events
from textual.actions import SkipAction
from textual.widgets.input import Selection

from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.setting_input import SettingInput

STARTS = frozenset("/~.")
"""The first character of a path opens the field."""


class PathInput(SettingInput):
    """The value of a setting that takes a path.

    Letters are commands here as in all fields, until `enter` or the first character of a path opens it: then
    they are typed, to the next `enter`. `escape` closes it as it was.

    Attributes:
        is_open: Whether letters are typed.
    """

    BINDINGS = bindings(Place.TEXT)

    is_open = False
    _before = ""

    def takes(self, character: str | None) -> bool:
        """Whether a character can be typed here."""
        return character is not None and (self.is_open or character in STARTS)

    def on_key(self, event: events.Key) -> None:
        """The first character of a path opens the field."""
        if event.character is not None and event.character in STARTS:
            self._open()

    async def action_submit(self) -> None:
        """Open the field, or take what was typed."""
        if self.is_open:
            self._close()
        else:
            self._open()
            self.selection = Selection.cursor(len(self.value))

    def action_give_up(self) -> None:
        """Close the field as it was."""
        if not self.is_open:
            raise SkipAction
        self.value = self._before
        self._close()

    def action_walk(self, direction: int) -> None:
        """Walk, or move the cursor of a field that is open."""
        if not self.is_open:
            super().action_walk(direction)
        elif direction > 0:
            self.action_cursor_right()
        else:
            self.action_cursor_left()

    def on_blur(self) -> None:
        """Whoever leaves takes what was typed."""
        self._close()

    def _open(self) -> None:
        if not self.is_open:
            self.is_open, self._before = True, self.value
            self.add_class("open")
            self.screen.refresh_bindings()

    def _close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.remove_class("open")
            self.select_all()
            self.screen.refresh_bindings()
