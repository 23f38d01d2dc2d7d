"""What the screens with charts have in common."""

from textual.screen import Screen

from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.widgets.curves import X_AXES, CurveChart


class PanelsScreen(Screen[None]):
    """A screen with a loss chart and an accuracy chart in `#charts`."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (76, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]
    ESCAPE_TO_MINIMIZE = True

    BINDINGS = bindings(Place.PANELS)

    def action_toggle_log(self) -> None:
        """Logarithmic or linear loss axis."""
        chart = self.query_one("#loss", CurveChart)
        chart.log_axis = not chart.log_axis

    def action_next_x_axis(self) -> None:
        """Epochs, steps or seconds."""
        for chart in self.query(CurveChart):
            chart.x_axis = X_AXES[(X_AXES.index(chart.x_axis) + 1) % len(X_AXES)]

    def action_other_chart(self) -> None:
        """Where only one chart fits, show the other."""
        self.query_one("#charts").toggle_class("-accuracy")
