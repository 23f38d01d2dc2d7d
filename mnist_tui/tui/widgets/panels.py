"""Charts and table: what is to be seen of several rows, whatever screen shows it."""

from collections.abc import Callable, Collection, Sequence

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widget import Widget

from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.progress import Entry
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.session import RUN
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.legend import Legend
from mnist_tui.tui.widgets.runs_panel import RunsPanel
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.welcome import Welcome

PRESENTING, ACCURACY = "-presenting", "-accuracy"
"""Classes of the screen while one chart stands alone, and of the charts where one stands for both."""


TWO_CHARTS_WIDTH = 76
"""Cells from which on two charts stand side by side, where the screen is wide."""


class Panels(Vertical):
    """A chart of the loss, one of the accuracy, and the table.

    Where there is room for one of them alone, it is the one that had the focus last.

    Args:
        welcoming: Whether a welcome stands where charts without a curve would, from the beginning.
        id: The widget's id.
    """

    BINDINGS = bindings(Place.PRESENTATION)

    more: reactive[str] = reactive("")
    """What the welcome says besides, while there is no curve."""

    welcoming: reactive[bool] = reactive(False, toggle_class="welcoming")
    """Whether a welcome stands where charts without a curve would."""

    def __init__(self, *, welcoming: bool = False, id: str = "panels") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes="welcoming" if welcoming else None)
        self.set_reactive(Panels.welcoming, welcoming)

    def compose(self) -> ComposeResult:
        """The charts side by side, the rest below them."""
        yield Welcome(id="welcome").data_bind(Panels.more)
        with Horizontal(id="charts"):
            yield CurveChart("loss", id="loss")
            yield CurveChart("accuracy", id="accuracy")
        yield Legend(id="legend")
        yield RunsPanel()

    @property
    def stops(self) -> list[Widget]:
        """Where the focus can go: the charts that are shown, and the table."""
        return [*(chart for chart in self.query(CurveChart) if chart.display), self.table]

    def action_leave_presentation(self) -> None:
        """Show everything again, where there is one chart alone."""
        if not self.screen.has_class(PRESENTING):
            raise SkipAction
        self.present()

    def present(self) -> None:
        """Show one chart alone, the one with the focus, and nothing that distracts from it; or all again."""
        is_loss = self.query_one("#loss").has_focus
        if self.screen.toggle_class(PRESENTING).has_class(PRESENTING):
            self.query_one("#charts").set_class(not is_loss, ACCURACY)
            self.query_one(Legend).rows = self.query_one("#loss", CurveChart).rows
            self.call_after_refresh(lambda: self.screen.set_focus(self.stops[0]))

    def on_descendant_focus(self) -> None:
        """Show what has the focus, also where there is no room for the rest."""
        self.set_class(self.query_one(RunsPanel).has_focus_within, "-at-runs")

    def on_resize(self, event: events.Resize) -> None:
        """One chart alone where two would be too narrow to read."""
        self.set_class(event.size.width < TWO_CHARTS_WIDTH, "-one-chart")

    def other_chart(self) -> None:
        """The other chart, where only one fits; the focus stays on whichever is shown."""
        held = any(chart.has_focus for chart in self.query(CurveChart))
        self.query_one("#charts").toggle_class(ACCURACY)
        if held:
            self.call_after_refresh(lambda: self.screen.set_focus(self.stops[0]))

    @property
    def table(self) -> RunsTable:
        """The table of runs."""
        return self.query_one(RunsTable)

    def show(
        self,
        entries: Sequence[str],
        entry: Callable[[str], Entry],
        changed: Collection[str],
        *,
        curves: Sequence[RowView],
    ) -> None:
        """Show rows; only what changed is drawn again.

        Args:
            entries: The ids of the table's lines, from top to bottom.
            entry: What stands in a line, by its id.
            changed: The ids of those that may look different than before.
            curves: The rows with curves, the one on top last.
        """
        self.query_one(RunsPanel).show(entries, entry, changed)
        redraw = any(row.row_id in changed for row in curves)
        selected = self._selected_of(curves)
        for chart in self.query(CurveChart):
            if redraw or curves != chart.rows:
                chart.set_reactive(CurveChart.selected, selected)  # drawn once, with the rows
                chart.rows = curves
            else:
                chart.selected = selected
        if self.screen.has_class(PRESENTING):
            self.query_one(Legend).rows = curves

    @on(RunsTable.Selected)
    def _show_selected(self) -> None:
        """Draw the row under the cursor on top."""
        for chart in self.query(CurveChart):
            chart.selected = self._selected_of(chart.rows)

    def _selected_of(self, rows: Sequence[RowView]) -> str:
        """The id of the row under the cursor, also where the cursor is on one of its runs."""
        run_id = (self.table.selected_entry or "").removeprefix(RUN)
        return next((row.row_id for row in rows if run_id in {one.run.run_id for one in row.views}), "")
