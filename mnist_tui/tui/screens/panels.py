"""What the screens have in common that show several runs: keys that go from panel to panel."""

from collections.abc import Sequence

from textual.screen import Screen
from textual.widget import Widget

from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.panels import Panels


class PanelsScreen(Screen[None]):
    """A screen with `Panels`, and perhaps more that the focus can go to."""

    BINDINGS = bindings(Place.PANELS)

    @property
    def stops(self) -> Sequence[Widget]:
        """Where the focus can go, one widget a panel, from the first to the last."""
        return self.query_one(Panels).stops

    def action_to_panel(self, by: int) -> None:
        """To the next panel (1) or the previous one (-1), round and round."""
        stops, focused = self.stops, self.focused
        here = (stop for stop in stops if focused and self._panel(stop) in focused.ancestors_with_self)
        place = next((stops.index(stop) for stop in here), -1 if by > 0 else 0)
        self.set_focus(stops[(place + by) % len(stops)])

    def _panel(self, stop: Widget) -> Widget:
        """The panel that a stop stands for: all fields of a form are one."""
        return stop

    def action_present(self) -> None:
        """One chart alone, as large as the screen is; again: everything."""
        self.query_one(Panels).present()

    def action_other_chart(self) -> None:
        """Loss or accuracy, where only one of them fits."""
        self.query_one(Panels).other_chart()
