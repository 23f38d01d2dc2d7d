"""Widgets and screens that have their styles worked out once, when they are put up."""

from typing import TypeVar

from textual import events, on
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

Answer = TypeVar("Answer")


class StyledOnce(Widget):
    """A widget whose constructor may set classes.

    Textual works out all styles of a widget for each class that is set on it, though it has no place yet, and
    again when it gets one.
    """

    def update_node_styles(self, animate: bool = True) -> None:
        """Have other styles, but not before there is a place to have them for."""
        if self.is_attached:
            super().update_node_styles(animate)


class StyledScreen(Screen[Answer]):
    """A screen that looks as it did when it comes back.

    Textual would style all its widgets again. But what changes while it is out of sight is styled then, and
    after a change of theme everything is. Nor does it paint all of itself where the focus moves: what looks
    different for it is painted anyway.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    @on(events.ScreenResume)
    def _look_as_before(self, event: events.ScreenResume) -> None:
        event.refresh_styles = False
