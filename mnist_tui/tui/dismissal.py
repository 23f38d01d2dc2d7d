"""Screens that go away when they were answered, and take no other screen with them."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

from mnist_tui.tui.widgets.styled_once import StyledScreen

Answer = TypeVar("Answer")


class DismissedOnce(StyledScreen[Answer]):
    """A screen of which the first answer counts.

    Keys may be faster than the screen: whatever else they answer, Textual would take the screen below away,
    and end the program where there is none.
    """

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Go away with an answer, unless it is gone already.

        Args:
            result: The answer.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Dialog(ModalScreen[Answer], DismissedOnce[Answer]):  # styles are those of the first base
    """What stands in front of a screen until it is answered."""
