"""The table of runs in its frame: what all rows agree in above it, and what somebody looks for below."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input

from mnist_tui.analysis.filters import Filter, FilterError, parse
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.progress import Entry, cut
from mnist_tui.tui.table.lines import head
from mnist_tui.tui.widgets.drawing import Drawing
from mnist_tui.tui.widgets.frame import Frame
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.sentence import Sentence
from mnist_tui.tui.widgets.styled_once import StyledOnce


class TableHead(Drawing):
    """What all rows agree in, and how many columns are out of sight.

    Attributes:
        problem: What is wrong with what was typed; it stands there instead.
        total: How many rows there are, listed or not.
    """

    def __init__(self, table: RunsTable) -> None:
        super().__init__()
        self._table = table
        self.problem = ""
        self.total = 0

    def draw(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - it has one line
        """One line."""
        if self.problem:
            return [[(cut(f"✗ {self.problem}", width), "bold")]]
        ledger = self._table.ledger
        agreed = ledger.agreed
        if (listed := ledger.row_count) < self.total:
            agreed = " · ".join(filter(None, [f"{listed} of {self.total} rows", agreed]))
        return [head(agreed, self._table.choice, ledger.legend, width)]


class FilterInput(Input, StyledOnce):
    """What somebody looks for."""

    BINDINGS = bindings(Place.FILTER)

    class Closed(Message):
        """It was given up: all rows are wanted again."""

    def action_close(self) -> None:
        """Look for nothing any more."""
        self.post_message(self.Closed())


class RunsPanel(Frame):
    """The table, the line above it and, where somebody looks for rows, the field for that."""

    BORDER_TITLE = "Runs"

    @dataclass
    class LookedFor(Message):
        """Only some rows are wanted in the table.

        Attributes:
            wanted: Which.
        """

        wanted: Filter

    def __init__(self) -> None:
        super().__init__()
        self.table = RunsTable(id="runs")
        self._head = TableHead(self.table)
        self._told = Sentence(id="told")
        self._filter = FilterInput(
            placeholder="words and conditions, such as adam acc>98 bn=yes -stopped",
            compact=True,
            id="filter",
        )

    def compose(self) -> ComposeResult:
        """The line above the table, and the field below it."""
        yield self._head
        yield self.table
        yield self._told
        yield self._filter

    @property
    def total(self) -> int:
        """How many rows there are, listed or not."""
        return self._head.total

    @total.setter
    def total(self, total: int) -> None:
        self._head.total = total

    def show(self, order: Sequence[str], entry: Callable[[str], Entry], changed: Collection[str]) -> None:
        """Show these lines; see `RunsTable.show`."""
        self.table.show(order, entry, changed)

    @on(RunsTable.Reshaped)
    def _show_head(self, event: RunsTable.Reshaped) -> None:
        event.stop()
        self._head.redraw()

    def tell(self, sentence: str) -> None:
        """Say below the rows what the selected one cannot say in a cell; nothing takes no room."""
        self._told.update(sentence)
        self._told.display = bool(sentence)

    def open_filter(self) -> None:
        """Let somebody type what to look for."""
        self.add_class("-filtered")
        self._filter.focus()

    @on(Input.Changed)
    def _look_for(self, event: Input.Changed) -> None:
        event.stop()
        wanted, self._head.problem = Filter(), ""
        try:
            wanted = parse(event.value)
        except FilterError as error:
            self._head.problem = str(error)
        self.post_message(self.LookedFor(wanted))
        self._head.set_class(bool(self._head.problem), "wrong")
        self._head.redraw()

    @on(Input.Submitted)
    def _to_rows(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value:
            self.remove_class("-filtered")
        self.table.focus()

    @on(FilterInput.Closed)
    def _close_filter(self, event: FilterInput.Closed) -> None:
        event.stop()
        self._filter.value = ""
        self.remove_class("-filtered")
        self.table.focus()
