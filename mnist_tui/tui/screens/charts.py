"""What the screens with charts have in common."""

from textual.screen import Screen

from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.curves import X_AXES, CurveChart

NARROW, WIDE = 76, 100
"""Cells from which on everything has a place; and from which on there is one for the form and two charts."""

COMPACT_WIDTH = 92
"""Below it the footer leaves out its spaces."""


class ChartsScreen(Screen[None]):
    """A screen with a chart or more, laid out as its size allows."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (NARROW, "-narrow"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]
    ESCAPE_TO_MINIMIZE = True

    BINDINGS = bindings(Place.CHARTS)

    def action_toggle_log(self) -> None:
        """Logarithmic or linear axis of the first chart: others show shares, 0 to 1."""
        for chart in self.query(CurveChart)[:1]:
            chart.log_axis = not chart.log_axis

    def action_next_x_axis(self) -> None:
        """Epochs, steps or seconds."""
        for chart in self.query(CurveChart):
            chart.x_axis = X_AXES[(X_AXES.index(chart.x_axis) + 1) % len(X_AXES)]
