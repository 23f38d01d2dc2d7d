"""The table of runs in its frame, with what all rows agree in above it."""

from collections.abc import Callable, Collection, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.progress import Entry
from mnist_tui.tui.table.lines import head
from mnist_tui.tui.widgets.drawing import Drawing
from mnist_tui.tui.widgets.runs_table import RunsTable


class TableHead(Drawing):
    """What all rows agree in, and how many columns are out of sight."""

    def __init__(self, table: RunsTable) -> None:
        super().__init__()
        self._table = table

    def draw(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - it has one line
        """One line."""
        ledger = self._table.ledger
        return [head(ledger.agreed, self._table.choice, ledger.legend, width)]


class RunsPanel(Vertical):
    """The table, and the line above it."""

    DEFAULT_CLASSES = "panel"
    BORDER_TITLE = "Runs"

    def __init__(self) -> None:
        super().__init__()
        self.table = RunsTable(id="runs")
        self._head = TableHead(self.table)

    def compose(self) -> ComposeResult:
        """The line above the table."""
        yield self._head
        yield self.table

    def show(self, order: Sequence[str], entry: Callable[[str], Entry], changed: Collection[str]) -> None:
        """Show these lines; see `RunsTable.show`."""
        self.table.show(order, entry, changed)

    @on(RunsTable.Reshaped)
    def _show_head(self, event: RunsTable.Reshaped) -> None:
        event.stop()
        self._head.redraw()
