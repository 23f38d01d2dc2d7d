"""What the screens with charts have in common."""

from typing import TYPE_CHECKING, Any

from mnist_tui.runs.curves import METRICS
from mnist_tui.tui.chart_style import TRAINING, X_AXES, ChartStyle, after
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.dots import SYMBOLS
from mnist_tui.tui.screens.appearing import Appearing
from mnist_tui.tui.widgets.curves import CurveChart

if TYPE_CHECKING:
    from textual import getters

    from mnist_tui.tui.app import MnistTuiApp

NARROW, WIDE = 76, 100
"""Cells from which on everything has a place; and from which on there is one for the form and two charts."""

LOG, LINEAR = "log", "linear"


class ChartsScreen(Appearing):
    """A screen with a chart or more, laid out as its size allows, and drawn as somebody chose."""

    if TYPE_CHECKING:
        app = getters.app(MnistTuiApp)

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (NARROW, "-narrow"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]
    ESCAPE_TO_MINIMIZE = True

    BINDINGS = bindings(Place.CHARTS)

    def on_compose(self) -> None:
        """Have the classes of its size before there is anything in it, so that all of it is styled once."""
        sides = zip(self.app.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True)
        self.add_class(*([name for least, name in steps if cells >= least][-1] for cells, steps in sides))

    def on_mount(self) -> None:
        """Draw as was chosen."""
        self._draw_as_chosen()

    def appear(self) -> None:
        """Draw as was chosen on another screen."""
        super().appear()
        self._draw_as_chosen()

    def _draw_as_chosen(self) -> None:
        chosen = self.app.preferences
        chart_style = ChartStyle.of(chosen)
        for chart in self.query(CurveChart):
            chart.chart_style = chart_style
            chart.metric = METRICS.get(chosen.chart_metrics.get(str(chart.id), ""), chart.metric)
            scale = chosen.chart_scales.get(chart.metric.key)
            chart.log_axis = scale == LOG if scale in {LOG, LINEAR} else chart.metric.log

    def _choose(self, **changes: Any) -> None:
        """Keep a choice, and draw accordingly."""
        self.app.prefer(**changes)
        self._draw_as_chosen()

    @property
    def _looked_at(self) -> CurveChart | None:
        """The chart that keys are meant for: the one that fills the screen, or has the focus."""
        charts = list(self.query(CurveChart))
        return next((one for one in charts if one in {self.maximized, self.focused}), None)

    def action_toggle_log(self) -> None:
        """Logarithmic or linear y axis; without the focus on a chart, of the first: others show shares."""
        if chart := self._looked_at or next(iter(self.query(CurveChart)), None):
            scale = LINEAR if chart.log_axis else LOG
            self._choose(chart_scales={**self.app.preferences.chart_scales, chart.metric.key: scale})

    def action_next_metric(self, by: int) -> None:
        """Another metric; without the focus on a chart, in the last one that is shown."""
        shown = [chart for chart in self.query(CurveChart) if chart.display]
        if chart := self._looked_at or next(reversed(shown), None):
            keys = list(METRICS)
            key = keys[(keys.index(chart.metric.key) + by) % len(keys)]
            self._choose(chart_metrics={**self.app.preferences.chart_metrics, str(chart.id): key})

    def action_next_x_axis(self) -> None:
        """Epochs, steps or seconds."""
        self._choose(chart_x=after(X_AXES, ChartStyle.of(self.app.preferences).x))

    def action_training(self) -> None:
        """Training curves of the row under the cursor, of none, of all."""
        self._choose(chart_training=after(TRAINING, ChartStyle.of(self.app.preferences).training))

    def action_symbols(self) -> None:
        """Blocks, or fine dots."""
        self._choose(chart_symbols=after(tuple(SYMBOLS), ChartStyle.of(self.app.preferences).symbols))

    def action_smooth(self) -> None:
        """Smooth curves with the raw ones behind them, or raw ones alone."""
        self._choose(chart_smooth=not self.app.preferences.chart_smooth)

    def action_clip(self) -> None:
        """Let outliers leave the charts, or show all there is."""
        self._choose(chart_clipped=not self.app.preferences.chart_clipped)
