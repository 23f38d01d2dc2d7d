"""What charts draw of rows: their curves, and what happened on the way."""

from collections.abc import Collection, Hashable, Iterator, Sequence

import numpy as np

from mnist_tui.analysis.smoothing import running_mean
from mnist_tui.runs.curves import MOST_PARTS, Kind, Metric, MetricSeries
from mnist_tui.runs.seeds import Course, over_seeds
from mnist_tui.tui.chart_style import ChartStyle, XAxis
from mnist_tui.tui.identity import COLORS, Identity
from mnist_tui.tui.renderables.series import Mark, Series
from mnist_tui.tui.row_view import RowView

SYMBOLS = {"learning_rate": "η", "l2_lambda": "λ", "momentum": "μ"}
"""Settings as short as a chart wants them."""

SMOOTHED_SHARE = 10
"""A smooth curve is a mean over one part in so many on either side."""


class RowCurves:
    """Makes curves of rows; those of rows in which nothing happened are not made again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Hashable, list[Series]]] = {}

    def series(
        self, rows: Sequence[RowView], metric: Metric, chart_style: ChartStyle, selected: str
    ) -> list[Series]:
        """The curves of some rows in the order in which they are drawn, what matters most last.

        Args:
            rows: Which.
            metric: What of them.
            chart_style: How.
            selected: The id of the row under the cursor.
        """
        drawn = _runs_of(rows)
        known, self._known = self._known, {}
        for row in rows:
            courses = tuple((view.run.run_id, view.run.step, len(view.run.epochs)) for view in row.views)
            of_row = (row.marker, row.color, row.label, row.row_id == selected, _is_lost(row))
            state = (metric.key, chart_style, of_row, courses, _since(row, drawn))
            fresh = known.get(row.row_id)
            if fresh is None or fresh[0] != state:
                is_selected = row.row_id == selected
                fresh = state, list(_curves(row, drawn, metric, chart_style, is_selected=is_selected))
            self._known[row.row_id] = fresh
        found = [(one, row_id) for row_id, (_, curves) in self._known.items() for one in curves]
        return [one for one, _ in sorted(found, key=lambda pair: (pair[0].solid, pair[1] == selected))]


def _curves(
    row: RowView, drawn: Collection[str], metric: Metric, chart_style: ChartStyle, *, is_selected: bool
) -> Iterator[Series]:
    """The lines of a row, means where it has seeds; training is dotted beside validation."""
    lines: dict[tuple[str, Kind], list[MetricSeries]] = {}
    for view in row.views:
        for measured in metric.series(view.run):
            lines.setdefault((measured.part, measured.kind), []).append(measured)
    for place, ((part, kind), some) in enumerate(lines.items()):
        dotted = kind == "train" and len(lines) > 1
        if dotted and not (
            chart_style.training == "all" or (chart_style.training == "selected" and is_selected)
        ):
            continue
        identity, name = Identity(row.marker, row.color), row.label
        if not name and kind == "validation":
            name = kind  # of a row that goes without a name
        if part:
            identity, name = Identity(part_marker(place), COLORS[place % len(COLORS)]), part
        course = over_seeds(some) if len(some) > 1 else None
        line = course.mean if course else some[0]
        first = 0 if course else int(np.searchsorted(line.step, _since(row, drawn)))
        x, y = getattr(line, chart_style.x)[first:], line.y[first:]
        if dotted:
            yield Series(identity.marker, f"dim {identity.color}", x, y, dotted=True, name="training")
        else:
            style = f"bold {identity.color}" if is_selected and not part else identity.color
            one = Series(identity.marker, style, x, y, name=name, lost=_is_lost(row))
            yield from _solid(one, course, chart_style)


def _solid(one: Series, course: Course | None, chart_style: ChartStyle) -> Iterator[Series]:
    """A curve with the band of its seeds, or smooth with the raw one behind it."""
    half = len(one.y) // SMOOTHED_SHARE
    low, high = (course.low, course.high) if course else (None, None)
    if chart_style.smooth and half:
        yield Series(one.marker, f"dim {one.style}", one.x, one.y, low=low, high=high, faint=True)
        yield Series(one.marker, one.style, one.x, running_mean(one.y, half), name=one.name, lost=one.lost)
    else:
        yield Series(one.marker, one.style, one.x, one.y, low=low, high=high, name=one.name, lost=one.lost)


def marks(rows: Sequence[RowView], x: XAxis) -> list[Mark]:
    """Forks, changes of settings, and what diverged before there was a curve, each in its run's colour."""
    found = []
    drawn = _runs_of(rows)
    for row in rows:
        view, since = row.views[0], _since(row, drawn)  # what was forked or changed is a row of its own
        run, marker = view.run, view.marker
        if run.forked:
            words = [f"{_symbol(name)} {value}" for name, value in run.forked.settings.items()]
            found.append(_mark(row, run.forked.step, x, f"{marker} fork", words))
        for change in run.changes:
            if change.step >= since:
                words = [f"{_symbol(name)} {value:g}" for name, value in change.settings.items()]
                found.append(_mark(row, change.step, x, marker, words))
        if _is_lost(row) and not len(run.train):
            found.append(_mark(row, run.step, x, f"✖ {marker}", [row.label, "diverged"]))
    return found


def _mark(row: RowView, step: int, x: XAxis, short: str, words: list[str]) -> Mark:
    view = row.views[0]
    steps, known = view.run.train.step, view.run.train[x]
    at = float(np.interp(step, steps, known)) if len(steps) else 0.0
    return Mark(at, " ".join([short, *words]), short, f"dim {view.color}")


def _runs_of(rows: Sequence[RowView]) -> set[str]:
    return {view.run.run_id for row in rows for view in row.views}


def _is_lost(row: RowView) -> bool:
    """Whether its numbers grew without bounds, with every seed."""
    return all(view.run.has_diverged for view in row.views)


def _since(row: RowView, drawn: Collection[str]) -> int:
    """The step at which a row's curves begin: where its trunk is drawn, a branch begins at its fork."""
    forked = row.views[0].run.forked
    return forked.step if forked and forked.parent in drawn else 0


def _symbol(setting_name: str) -> str:
    return SYMBOLS.get(setting_name, setting_name.replace("_", " "))


def part_marker(place: int) -> str:
    """A character that tells the lines of one metric apart without colour: 1 to 9, then letters."""
    return "123456789abcdefghijklmnopqrstuvw"[place % MOST_PARTS]
