"""Screens that are told once when they come to the front."""

from mnist_tui.tui.widgets.styled_once import StyledScreen


class Appearing(StyledScreen[None]):
    """What is to be looked at when a screen comes to the front, `appear` looks at.

    Textual says `ScreenResume` twice where a mode is shown for the first time: files would be read twice.
    """

    _is_in_front = False

    def on_screen_resume(self) -> None:
        """It is in front, perhaps already."""
        if not self._is_in_front:
            self._is_in_front = True
            self.appear()

    def on_screen_suspend(self) -> None:
        """Another screen is in front, or a dialog."""
        self._is_in_front = False

    def appear(self) -> None:
        """It came to the front."""
