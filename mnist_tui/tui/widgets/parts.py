"""Panels that a screen shows all at once, in pairs, or one at a time, as its size allows."""

from collections.abc import Sequence

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

PAIR_WIDTH, ALL_HEIGHT = 100, 34
"""From this size on, two panels stand side by side, and two such pairs below each other."""


class Parts(Vertical):
    """Two lines of two panels; the one with the focus is never hidden.

    Where some are hidden, a line on top names all of them by their ids.

    Args:
        panels: From the upper left to the lower right; all of them can have the focus.
        id: The widget's id.
    """

    def __init__(self, panels: Sequence[Widget], *, id: str) -> None:  # noqa: A002 - Textual's name
        self._panels = panels
        self._lines = [Horizontal(*panels[:2]), Horizontal(*panels[2:], classes="below")]
        self._front = panels[0]
        self._names = Static(id="parts-names")
        super().__init__(self._names, *self._lines, id=id)

    @property
    def front(self) -> Widget:
        """The panel that the keys are for."""
        return self._front

    @property
    def is_single(self) -> bool:
        """Whether one panel at a time is shown."""
        return self.screen.size.width < PAIR_WIDTH

    def fit(self) -> None:
        """Show as many as there is room for."""
        width, height = self.screen.size
        is_all = width >= PAIR_WIDTH and height >= ALL_HEIGHT
        self.set_class(not is_all, "-one-line")
        for panel in self._panels:
            in_line = panel.parent is self._front.parent and not self.is_single
            panel.display = is_all or in_line or panel is self._front
        for line in self._lines:
            line.display = any(panel.display for panel in line.children)
        self._names.display = not is_all
        self._names.update(self._where())

    def _where(self) -> Text:
        """The names of all panels, those that are shown in bold, the one in front reversed."""
        text = Text(no_wrap=True)
        for panel in self._panels:
            style = "reverse bold" if panel is self._front else "bold" if panel.display else "dim"
            text.append(f" {panel.id} ", style).append("  ")
        return text.append("tab", "dim")

    def bring(self, panel: Widget) -> None:
        """Give a panel the focus, and show it."""
        self._front = panel
        self.fit()
        self.screen.set_focus(panel)

    def turn(self, by: int) -> None:
        """The next panel (1) or the previous one (-1), round and round."""
        place = self._panels.index(self._front)
        self.bring(self._panels[(place + by) % len(self._panels)])

    def on_descendant_focus(self) -> None:
        """A panel that was clicked is the one in front."""
        focused = self.screen.focused
        if focused is not None and focused in self._panels:
            self._front = focused
            self._names.update(self._where())
