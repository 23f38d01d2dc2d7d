"""The comparison table: a row a run."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.binding import Binding
from textual.message import Message
from textual.widgets import DataTable

from mnist_tui.analysis.formatting import format_value
from mnist_tui.runs.run import Run
from mnist_tui.tui.identity import Identity

COLUMNS = (
    "run",
    "batch norm",
    "L2 λ",
    "test acc",
    "time",
    "converged",
    "epochs",
    "status",
    "hidden",
    "optimizer",
    "rate",
    "dropout",
    "augment",
    "batch",
    "seed",
    "data",
)


@dataclass(frozen=True)
class TableRow:
    """What the table shows of one run.

    Attributes:
        run: The run.
        label: Its name, told apart from the others shown.
        identity: Marker and colour; `None` while its curves are hidden.
    """

    run: Run
    label: str
    identity: Identity | None


class RunsTable(DataTable[Text]):
    """Runs with their settings and results; `space` shows or hides a run's curves."""

    BINDINGS = [
        Binding("space", "toggle_run", "Show"),
        Binding("enter", "select_cursor", "Info"),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("h", "scroll_left", show=False),
        Binding("l", "scroll_right", show=False),
    ]
    DEFAULT_CLASSES = "panel"
    BORDER_TITLE = "Runs"

    @dataclass
    class Toggled(Message):
        """The curves of a run are wanted, or no longer.

        Attributes:
            run_id: Which run.
        """

        run_id: str

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, cursor_type="row", cell_padding=1)
        self._order: list[str] = []
        self._cells: dict[str, list[Text]] = {}

    def on_mount(self) -> None:
        """Make the columns."""
        for column in COLUMNS:
            self.add_column(column, key=column)

    @property
    def selected_run_id(self) -> str | None:
        """The run under the cursor."""
        return self._order[self.cursor_row] if 0 <= self.cursor_row < len(self._order) else None

    def show(self, rows: Sequence[TableRow], changed: set[str]) -> None:
        """Show these runs in this order; only cells that changed are touched.

        Args:
            rows: All runs.
            changed: The ids of those that may look different than before.
        """
        order = [row.run.run_id for row in rows]
        if order != self._order:
            self._rebuild(rows, order)
        for row in rows:
            if row.run.run_id not in changed:
                continue
            cells = _cells(row)
            known = self._cells[row.run.run_id]
            for column, cell, before in zip(COLUMNS, cells, known, strict=True):
                if (cell.plain, cell.style) != (before.plain, before.style):
                    wider = cell.cell_len > before.cell_len  # measuring a column lays out the screen
                    self.update_cell(row.run.run_id, column, cell, update_width=wider)
            self._cells[row.run.run_id] = cells

    def _rebuild(self, rows: Sequence[TableRow], order: list[str]) -> None:
        selected = self.selected_run_id
        appended = order[: len(self._order)] == self._order
        if not appended:
            self.clear()
            self._cells = {}
        for row in rows:
            if row.run.run_id not in self._cells:
                cells = self._cells[row.run.run_id] = _cells(row)
                self.add_row(*cells, key=row.run.run_id)
        self._order = order
        if selected in order and not appended:
            self.move_cursor(row=order.index(selected))

    def action_toggle_run(self) -> None:
        """Ask for the curves of the run under the cursor to be shown or hidden."""
        if run_id := self.selected_run_id:
            self.post_message(self.Toggled(run_id))


def _seconds(run: Run) -> float:
    """Training time at the last epoch: a number that moves all the time belongs to the timing panel."""
    return run.finished.train_seconds if run.finished else run.epochs[-1].train_seconds


def _cells(row: TableRow) -> list[Text]:
    run, config, result = row.run, row.run.config, row.run.finished
    marker = Text(f"{row.identity.marker} ", row.identity.color) if row.identity else Text("  ")
    texts = (
        "yes" if config.batch_norm else "no",
        format_value(config.l2_lambda) if config.l2_lambda else "–",
        f"{100 * result.test_accuracy:.2f} %" if result else "–",
        f"{_seconds(run):.1f} s" if run.epochs else "–",
        str(result.convergence_epoch) if result else "–",
        f"{run.epochs[-1].epoch if run.epochs else 0}/{config.epochs}",
        str(run.status),
        format_value(config.hidden),
        config.optimizer,
        format_value(config.peak_learning_rate),
        format_value(config.dropout) if config.dropout else "–",
        config.augment if config.augment != "none" else "–",
        str(config.batch_size),
        str(config.seed),
        run.started.dataset if run.started else config.dataset,
    )
    style = "" if row.identity else "dim"
    return [marker.append(row.label, style), *(Text(text, style, overflow="ellipsis") for text in texts)]
