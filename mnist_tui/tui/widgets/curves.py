"""A chart of one metric for all shown runs."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from textual.reactive import reactive

from mnist_tui.runs.curves import METRICS, MOST_PARTS, Metric, MetricSeries
from mnist_tui.runs.view import RunView
from mnist_tui.tui.identity import COLORS, Identity
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.chart import Mark, Series, render_chart
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.drawing import Drawing

SYMBOLS = {"learning_rate": "η", "l2_lambda": "λ", "momentum": "μ"}
"""Settings as short as a chart wants them."""

MOST_RUNS = 24
"""So many runs are drawn: more can neither be told apart nor drawn between two keys."""

XAxis = Literal["epoch", "step", "seconds"]
X_AXES: tuple[XAxis, ...] = ("epoch", "step", "seconds")


class CurveChart(Drawing, can_focus=True):
    """The curves of one metric.

    Args:
        metric: Key of `METRICS`.
        id: The widget's id.
    """

    BINDINGS = bindings(Place.CHART)
    DEFAULT_CLASSES = "panel"

    runs: reactive[Sequence[RunView]] = reactive((), always_update=True, repaint=False)
    """The runs that are shown, the one on top last; of very many, the last ones are drawn."""

    metric: reactive[Metric] = reactive(METRICS["loss"], init=False, repaint=False)
    log_axis: reactive[bool] = reactive(False, repaint=False)
    x_axis: reactive[XAxis] = reactive("epoch", repaint=False)
    hint: reactive[str] = reactive("", repaint=False)

    def __init__(self, metric: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.set_reactive(CurveChart.metric, METRICS[metric])
        self.log_axis = self.metric.log
        self._title()

    def watch_metric(self) -> None:
        """Draw another metric, on the axis that suits it."""
        self.log_axis = self.metric.log
        self._title()
        self.redraw()

    def watch_runs(self) -> None:
        """Draw the curves as they are now."""
        self._title()
        self.redraw()

    @property
    def drawn(self) -> Sequence[RunView]:
        """The runs with a curve."""
        return self.runs[-MOST_RUNS:]

    def watch_hint(self) -> None:
        """Show it."""
        self.redraw()

    def watch_log_axis(self) -> None:
        """Say which axis it is, and use it."""
        self._title()
        self.redraw()

    def watch_x_axis(self) -> None:
        """Say what x is, and use it."""
        self._title()
        self.redraw()

    def _title(self) -> None:
        scale = " · log axis" if self.log_axis else ""
        unit = f", {self.metric.unit}" if self.metric.unit else ""
        self.border_title = f"{self.metric.title}{unit}{scale}"
        few = f"the last {MOST_RUNS} of {len(self.runs)} runs · " if len(self.runs) > MOST_RUNS else ""
        self.border_subtitle = f"{self._legend()}{few}by {self.x_axis}"

    def _legend(self) -> str:
        if self.metric.by_part:
            parts = [one.part for view in self.drawn for one in self.metric.series(view.run)]
            return "".join(f"{_part_marker(place)} {part}  " for place, part in enumerate(parts))
        both = self.metric.step_field and self.metric.epoch_kind == "validation"
        return "━ validation  ┈ training · " if both else ""

    def draw(self, width: int, height: int) -> list[Line]:
        """The curves with their axes."""
        series = self._series()
        return render_chart(
            sorted(series, key=lambda one: not one.dotted),
            width,
            height,
            log=self.log_axis,
            percent=self.metric.percent,
            empty=self.hint,
            marks=self._marks(),
        )

    def _series(self) -> list[Series]:
        """The lines of all runs; training is dotted where validation stands beside it."""
        found = []
        for view in self.drawn:
            lines = self.metric.series(view.run)
            for place, one in enumerate(lines):
                own = Identity(_part_marker(place), COLORS[place % len(COLORS)]) if one.part else _look(view)
                dotted = one.kind == "train" and len(lines) > 1
                found.append(self._one(one, self._since(view), own, dotted=dotted))
        return found

    def _since(self, view: RunView) -> int:
        """The step at which a run's curves begin: where its trunk is drawn, a branch begins at its fork."""
        forked = view.run.forked
        return forked.step if forked and any(one.run.run_id == forked.parent for one in self.drawn) else 0

    def _one(self, line: MetricSeries, since: int, look: Identity, *, dotted: bool) -> Series:
        first = np.searchsorted(line.step, since)
        style = f"dim {look.color}" if dotted else look.color
        return Series(look.marker, style, getattr(line, self.x_axis)[first:], line.y[first:], dotted)

    def _marks(self) -> list[Mark]:
        """Forks and changes of settings, each in its run's colour."""
        marks = []
        for view in self.drawn:
            run, marker = view.run, view.marker
            if run.forked:
                words = [f"{_symbol(name)} {value}" for name, value in run.forked.settings.items()]
                marks.append(self._mark(view, run.forked.step, f"{marker} fork", words))
            for change in run.changes:
                if change.step >= self._since(view):
                    words = [f"{_symbol(name)} {value:g}" for name, value in change.settings.items()]
                    marks.append(self._mark(view, change.step, marker, words))
        return marks

    def _mark(self, view: RunView, step: int, short: str, words: list[str]) -> Mark:
        steps, known = view.run.train.step, view.run.train[self.x_axis]
        x = float(np.interp(step, steps, known)) if len(steps) else 0.0
        return Mark(x, " ".join([short, *words]), short, f"dim {view.color}")


def _look(view: RunView) -> Identity:
    return Identity(view.marker, view.color)


def _symbol(setting_name: str) -> str:
    return SYMBOLS.get(setting_name, setting_name.replace("_", " "))


def _part_marker(place: int) -> str:
    """A character that tells the lines of one metric apart without colour: 1 to 9, then letters."""
    return "123456789abcdefghijklmnopqrstuvw"[place % MOST_PARTS]
