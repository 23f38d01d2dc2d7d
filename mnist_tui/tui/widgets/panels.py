"""Charts, timing and table: what is to be seen of several runs, whatever screen shows it."""

from collections.abc import Callable, Collection, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive

from mnist_tui.runs.view import RunView
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.timing import TimingPanel


class Panels(Vertical):
    """A chart of the loss and one of the accuracy, the timing of runs, and the table of all of them."""

    hint: reactive[str] = reactive("")
    """What stands in charts without a curve."""

    def compose(self) -> ComposeResult:
        """The charts side by side, the rest below them."""
        with Horizontal(id="charts"):
            yield CurveChart("loss", id="loss").data_bind(Panels.hint)
            yield CurveChart("accuracy", id="accuracy").data_bind(Panels.hint)
        yield TimingPanel()
        yield RunsTable(id="runs")

    @property
    def table(self) -> RunsTable:
        """The table of runs."""
        return self.query_one(RunsTable)

    def show(
        self,
        order: Sequence[str],
        view: Callable[[str], RunView],
        changed: Collection[str],
        *,
        curves: Sequence[str],
        timing: Sequence[str],
    ) -> None:
        """Show runs; only what changed is drawn again.

        Args:
            order: The ids of the table's runs, from top to bottom.
            view: What is shown of a run, by its id.
            changed: The ids of those that may look different than before.
            curves: The ids of those with curves, the one on top last.
            timing: The ids of those with a line in the timing panel.
        """
        shown = [view(run_id) for run_id in curves]
        redraw = not set(curves).isdisjoint(changed)
        for chart in self.query(CurveChart):
            if redraw or shown != chart.runs:
                chart.runs = shown
        self.query_one(TimingPanel).runs = [view(run_id) for run_id in timing]
        self.table.show(order, view, changed)
