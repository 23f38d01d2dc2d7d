"""A chart of one metric for all shown rows."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import Literal

import numpy as np
from textual.reactive import reactive

from mnist_tui.runs.curves import METRICS, MOST_PARTS, Kind, Metric, MetricSeries
from mnist_tui.runs.seeds import Course, over_seeds
from mnist_tui.runs.view import RunView
from mnist_tui.tui.identity import COLORS, Identity
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.chart import Mark, Series, render_chart
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.widgets.drawing import Drawing

SYMBOLS = {"learning_rate": "η", "l2_lambda": "λ", "momentum": "μ"}
"""Settings as short as a chart wants them."""

MOST_ROWS = 24
"""So many rows are drawn: more can neither be told apart nor drawn between two keys."""

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

    rows: reactive[Sequence[RowView]] = reactive((), always_update=True, repaint=False)
    """The rows that are shown, the one on top last; of very many, the last ones are drawn."""

    metric: reactive[Metric] = reactive(METRICS["loss"], init=False, repaint=False)
    log_axis: reactive[bool] = reactive(False, repaint=False)
    x_axis: reactive[XAxis] = reactive("epoch", repaint=False)
    hint: reactive[str] = reactive("", repaint=False)

    def __init__(self, metric: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._known: dict[str, tuple[Hashable, list[Series]]] = {}
        self.set_reactive(CurveChart.metric, METRICS[metric])
        self.log_axis = self.metric.log
        self._title()

    def watch_metric(self) -> None:
        """Draw another metric, on the axis that suits it."""
        self.log_axis = self.metric.log
        self._title()
        self.redraw()

    def watch_rows(self) -> None:
        """Draw the curves as they are now."""
        self._title()
        self.redraw()

    @property
    def drawn(self) -> Sequence[RowView]:
        """The rows with a curve."""
        return self.rows[-MOST_ROWS:]

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
        few = f"the last {MOST_ROWS} of {len(self.rows)} rows · " if len(self.rows) > MOST_ROWS else ""
        self.border_subtitle = f"{self._legend()}{few}by {self.x_axis}"

    def _legend(self) -> str:
        if self.metric.by_part:
            parts = [one.part for view in self._views() for one in self.metric.series(view.run)]
            return "".join(f"{_part_marker(place)} {part}  " for place, part in enumerate(parts))
        both = self.metric.step_field and self.metric.epoch_kind == "validation"
        if not both:
            return ""
        several = not all(row.is_single for row in self.drawn)
        return "━ valid. ┈ train ⡇ seeds · " if several else "━ validation  ┈ training · "

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

    def _views(self) -> Iterator[RunView]:
        """The runs of all rows that are drawn."""
        return (view for row in self.drawn for view in row.views)

    def _series(self) -> list[Series]:
        """The curves of all rows; those of rows in which nothing happened are not made again."""
        drawn = {view.run.run_id for view in self._views()}
        known, self._known = self._known, {}
        for row in self.drawn:
            courses = tuple((view.run.run_id, view.run.step, len(view.run.epochs)) for view in row.views)
            state = (self.metric.key, self.x_axis, row.marker, row.color, courses, _since(row, drawn))
            before = known.get(row.row_id)
            fresh = before if before and before[0] == state else (state, list(self._curves(row, drawn)))
            self._known[row.row_id] = fresh
        return [one for _, curves in self._known.values() for one in curves]

    def _curves(self, row: RowView, drawn: Collection[str]) -> Iterator[Series]:
        """The lines of a row, means where it has seeds; training is dotted beside validation."""
        lines: dict[tuple[str, Kind], list[MetricSeries]] = {}
        for view in row.views:
            for one in self.metric.series(view.run):
                lines.setdefault((one.part, one.kind), []).append(one)
        for place, ((part, kind), some) in enumerate(lines.items()):
            look = Identity(row.marker, row.color)
            if part:
                look = Identity(_part_marker(place), COLORS[place % len(COLORS)])
            dotted = kind == "train" and len(lines) > 1
            if len(some) > 1:
                course = over_seeds(some)
                yield self._one(course.mean, 0, look, None if dotted else course, dotted=dotted)
            else:
                yield self._one(some[0], _since(row, drawn), look, dotted=dotted)

    def _one(
        self, line: MetricSeries, since: int, look: Identity, course: Course | None = None, *, dotted: bool
    ) -> Series:
        first = int(np.searchsorted(line.step, since))
        style = f"dim {look.color}" if dotted else look.color
        x, y = getattr(line, self.x_axis)[first:], line.y[first:]
        low, high = (course.low, course.high) if course else (None, None)
        return Series(look.marker, style, x, y, dotted, low, high)

    def _marks(self) -> list[Mark]:
        """Forks and changes of settings, each in its run's colour."""
        marks = []
        drawn = {view.run.run_id for view in self._views()}
        for row in self.drawn:
            view, since = row.views[0], _since(row, drawn)  # what was forked or changed is a row of its own
            run, marker = view.run, view.marker
            if run.forked:
                words = [f"{_symbol(name)} {value}" for name, value in run.forked.settings.items()]
                marks.append(self._mark(view, run.forked.step, f"{marker} fork", words))
            for change in run.changes:
                if change.step >= since:
                    words = [f"{_symbol(name)} {value:g}" for name, value in change.settings.items()]
                    marks.append(self._mark(view, change.step, marker, words))
        return marks

    def _mark(self, view: RunView, step: int, short: str, words: list[str]) -> Mark:
        steps, known = view.run.train.step, view.run.train[self.x_axis]
        x = float(np.interp(step, steps, known)) if len(steps) else 0.0
        return Mark(x, " ".join([short, *words]), short, f"dim {view.color}")


def _since(row: RowView, drawn: Collection[str]) -> int:
    """The step at which a row's curves begin: where its trunk is drawn, a branch begins at its fork."""
    forked = row.views[0].run.forked
    return forked.step if forked and forked.parent in drawn else 0


def _symbol(setting_name: str) -> str:
    return SYMBOLS.get(setting_name, setting_name.replace("_", " "))


def _part_marker(place: int) -> str:
    """A character that tells the lines of one metric apart without colour: 1 to 9, then letters."""
    return "123456789abcdefghijklmnopqrstuvw"[place % MOST_PARTS]
