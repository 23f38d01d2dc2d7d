"""Charts, timing and table: what is to be seen of several rows, whatever screen shows it."""

from collections.abc import Callable, Collection, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive

from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.findings import FindingsPanel
from mnist_tui.tui.widgets.runs_table import Entry, RunsTable
from mnist_tui.tui.widgets.timing import TimingPanel


class Panels(Vertical):
    """A chart of the loss, one of the accuracy, timing, the table, and what may be concluded of it."""

    hint: reactive[str] = reactive("")
    """What stands in charts without a curve."""

    findings: reactive[Sequence[str]] = reactive(())
    """What may be concluded, in sentences."""

    def compose(self) -> ComposeResult:
        """The charts side by side, the rest below them."""
        with Horizontal(id="charts"):
            yield CurveChart("loss", id="loss").data_bind(Panels.hint)
            yield CurveChart("accuracy", id="accuracy").data_bind(Panels.hint)
        yield TimingPanel()
        yield RunsTable(id="runs")
        yield FindingsPanel(id="findings").data_bind(Panels.findings)

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
        timing: Sequence[RowView],
    ) -> None:
        """Show rows; only what changed is drawn again.

        Args:
            entries: The ids of the table's lines, from top to bottom.
            entry: What stands in a line, by its id.
            changed: The ids of those that may look different than before.
            curves: The rows with curves, the one on top last.
            timing: Those with a line in the timing panel.
        """
        redraw = any(row.row_id in changed for row in curves)
        for chart in self.query(CurveChart):
            if redraw or curves != chart.rows:
                chart.rows = curves
        self.query_one(TimingPanel).rows = timing
        self.table.show(entries, entry, changed)
