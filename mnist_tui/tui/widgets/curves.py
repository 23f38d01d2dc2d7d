"""A chart of one metric for all shown rows."""

from collections.abc import Sequence

from textual import events
from textual.reactive import reactive

from mnist_tui.runs.curves import METRICS, Metric
from mnist_tui.tui.chart_style import ChartStyle, XAxis
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.chart import Picture, draw_chart
from mnist_tui.tui.renderables.crosshair import Pointer
from mnist_tui.tui.renderables.dots import SYMBOLS
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.series import Mark, Series
from mnist_tui.tui.row_curves import RowCurves, marks, part_marker
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.viewport import Viewport
from mnist_tui.tui.widgets.drawing import Drawing

MOST_ROWS = 24
"""So many rows are drawn: more can neither be told apart nor drawn between two keys."""

CLOSER = 0.5
"""So much of what was seen is seen after `+`."""

NOTCH = 0.8
"""The same after a notch of the mouse wheel."""

MIDDLE = Pointer(0.5, 0.5)


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

    selected: reactive[str] = reactive("", repaint=False)
    """The id of the row under the cursor: it lies on top, bright."""

    metric: reactive[Metric] = reactive(METRICS["loss"], init=False, repaint=False)
    log_axis: reactive[bool] = reactive(False, repaint=False)
    chart_style: reactive[ChartStyle] = reactive(ChartStyle(), init=False, repaint=False)
    viewport: reactive[Viewport] = reactive(Viewport(), init=False, repaint=False)
    hint: reactive[str] = reactive("", repaint=False)

    def __init__(self, metric: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._curves = RowCurves()
        self.picture = Picture([])
        self._dragged: events.MouseEvent | None = None
        self.set_reactive(CurveChart.metric, METRICS[metric])
        self.log_axis = self.metric.log
        self._title()

    @property
    def x_axis(self) -> XAxis:
        """What stands on the x axis."""
        return self.chart_style.x

    def watch_metric(self) -> None:
        """Draw another metric, on the axis that suits it."""
        self.set_reactive(CurveChart.viewport, Viewport())
        self.log_axis = self.metric.log
        self._show()

    def watch_chart_style(self, before: ChartStyle, after: ChartStyle) -> None:
        """Draw in another way."""
        if before.x != after.x:
            self.set_reactive(CurveChart.viewport, Viewport())
        self._show()

    def watch_log_axis(self) -> None:
        """Use another y axis: what was seen of the old one says nothing of it."""
        self.set_reactive(CurveChart.viewport, Viewport(x=self.viewport.x))
        self._show()

    def watch_rows(self) -> None:
        """Draw the curves as they are now."""
        self._show()

    def watch_selected(self, before: str, after: str) -> None:
        """Draw another row on top."""
        if {before, after} & {row.row_id for row in self.drawn}:
            self._show()

    def watch_viewport(self) -> None:
        """ChartStyle at another part."""
        self._show()

    def watch_hint(self) -> None:
        """Show it."""
        self.redraw()

    def _show(self) -> None:
        self._title()
        self.redraw()

    @property
    def drawn(self) -> Sequence[RowView]:
        """The rows with a curve."""
        return self.rows[-MOST_ROWS:]

    def _title(self) -> None:
        unit = f", {self.metric.unit}" if self.metric.unit else ""
        started = [view.run.started for row in self.drawn for view in row.views]
        hashes = {one.dataset_sha256 for one in started if one}
        notes = {
            "log axis": self.log_axis,
            "smooth": self.chart_style.smooth,
            "with outliers": not self.chart_style.clipped,
            "zoomed": not self.viewport.is_whole,
            "≠ data": len(hashes) > 1,
        }
        self.border_title = " · ".join([f"{self.metric.title}{unit}", *(one for one in notes if notes[one])])
        few = [f"the last {MOST_ROWS} of {len(self.rows)} rows"] if len(self.rows) > MOST_ROWS else []
        self.border_subtitle = " · ".join([*self._legend(), *few])

    def _legend(self) -> list[str]:
        if self.metric.by_part:
            views = [view for row in self.drawn for view in row.views]
            parts = [one.part for view in views for one in self.metric.series(view.run)]
            return ["  ".join(f"{part_marker(place)} {part}" for place, part in enumerate(parts))]
        if not (self.metric.source.step_field and self.metric.epoch_kind == "validation"):
            return []
        mine = next((row for row in self.drawn if row.row_id == self.selected), None)
        owners = {"all": "", "none": None, "selected": mine and f" of {mine.marker}"}
        owner = owners[self.chart_style.training]
        training = [] if owner is None else [f"┈ training{owner if len(self.drawn) > 1 else ''}"]
        seeds = [] if all(row.is_single for row in self.drawn) else ["⡇ seeds"]
        words = "  ".join(["━ validation", *training, *seeds])
        short = words.replace("validation", "valid.").replace("training", "train.")
        return [words if len(words) + 6 <= self.size.width else short]

    def draw(self, width: int, height: int) -> list[Line]:
        """The curves with their axes."""
        self.picture = draw_chart(
            self._series(),
            width,
            height,
            log=self.log_axis,
            percent=self.metric.percent,
            empty=self.hint,
            marks=self._marks(),
            x_name=self.chart_style.x,
            symbols=SYMBOLS[self.chart_style.symbols],
            clipped=self.chart_style.clipped,
            sight=(self.viewport.x, self.viewport.y),
            pointer=self.viewport.pointer,
        )
        return self.picture.lines

    def _series(self) -> list[Series]:
        return self._curves.series(self.drawn, self.metric, self.chart_style, self.selected)

    def _marks(self) -> list[Mark]:
        return marks(self.drawn, self.chart_style.x)

    # Keys

    @property
    def holds_arrows(self) -> bool:
        """Whether arrows are meant for it: it fills the screen, or is looked at more closely."""
        return self.viewport.held or not self.viewport.is_whole or self.screen.maximized is self

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Leave arrows and `escape` to the screen while there is nothing for them to do here."""
        if action == "pan":
            return self.holds_arrows
        if action == "back":
            return self.viewport.held or not self.viewport.is_whole
        return True

    def action_crosshair(self) -> None:
        """Read all curves at one x, or no longer."""
        held = not self.viewport.held
        self.viewport = self.viewport.pointed(self.viewport.pointer or MIDDLE if held else None, held=held)

    def action_zoom(self, closer: int) -> None:
        """Closer (1) or farther away (-1); with the crosshair along both axes, around it."""
        held = self.viewport.held
        about = (self.viewport.pointer if held else None) or MIDDLE
        self._zoom(CLOSER if closer > 0 else 1 / CLOSER, about, y=held)

    def _zoom(self, factor: float, about: Pointer, *, x: bool = True, y: bool = False) -> None:
        self.viewport = self.viewport.zoomed(self.picture, factor, about, x=x, y=y)

    def action_pan(self, x: int, y: int) -> None:
        """Move the crosshair by a cell, or else what is seen by a tenth."""
        view, picture = self.viewport, self.picture
        if view.held and view.pointer:
            moved = view.pointer.moved(x / max(1, picture.columns - 1), y / max(1, picture.rows - 1))
            self.viewport = view.pointed(moved, held=True)
        else:
            self.viewport = view.moved(picture, x / 10, y / 10)

    def action_whole(self) -> None:
        """All of the chart again."""
        self.viewport = self.viewport.whole()

    def action_back(self) -> None:
        """One step back: without the crosshair, then all of the chart."""
        self.viewport = self.viewport.pointed(None) if self.viewport.held else Viewport()

    # Mouse

    def _pointer(self, event: events.MouseEvent) -> Pointer | None:
        offset = event.get_content_offset(self)
        return self.picture.pointer(*offset) if offset else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Read the curves where the mouse is; with its button down, move them along."""
        before = self._dragged
        if before:
            self._dragged = event
            columns, rows = max(1, self.picture.columns), max(1, self.picture.rows)
            moved = (before.screen_x - event.screen_x) / columns, (event.screen_y - before.screen_y) / rows
            self.viewport = self.viewport.moved(self.picture, *moved)
        elif not self.viewport.held:
            self.viewport = self.viewport.pointed(self._pointer(event))

    def on_leave(self) -> None:
        """The mouse points at nothing here any more."""
        if not self.viewport.held:
            self.viewport = self.viewport.pointed(None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the curves."""
        if not self.viewport.is_whole:
            self._dragged = event
            self.capture_mouse()

    def on_mouse_up(self) -> None:
        """Let go of them."""
        if self._dragged:
            self._dragged = None
            self.release_mouse()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Closer, around where the mouse is."""
        self._wheel(event, NOTCH)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Farther away."""
        self._wheel(event, 1 / NOTCH)

    def _wheel(self, event: events.MouseEvent, factor: float) -> None:
        """Along x, with shift or ctrl along y; a page scrolls instead until the chart has the focus."""
        about = self._pointer(event)
        if about and self.has_focus:
            upright = event.shift or event.ctrl
            self._zoom(factor, about, x=not upright, y=upright)
            event.stop()
            event.prevent_default()
