"""The comparison table: a row a run."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.text import Text
from textual.message import Message
from textual.widgets import DataTable

from mnist_tui.analysis.columns import COLUMNS, DASHBOARD, Column
from mnist_tui.runs.view import RunView
from mnist_tui.tui.keys import Place, bindings

LABEL = DASHBOARD[0]
"""The column with marker and name."""

MANY = 20
"""Rows that vanish at once from here on are not taken out one by one."""


class RunsTable(DataTable[Text]):
    """Runs with their settings and results; `space` shows or hides a run's curves."""

    BINDINGS = bindings(Place.TABLE)
    DEFAULT_CLASSES = "panel"
    BORDER_TITLE = "Runs"

    @dataclass
    class Toggled(Message):
        """The curves of a run are wanted, or no longer.

        Attributes:
            run_id: Which run.
        """

        run_id: str

    @dataclass
    class Selected(Message):
        """Another run is under the cursor."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, cursor_type="row", cell_padding=1)
        self._order: list[str] = []
        self._cells: dict[str, list[Text]] = {}

    def on_mount(self) -> None:
        """Make the columns; cells are known by the run's id and the column's key."""
        for column in map(COLUMNS.__getitem__, DASHBOARD):
            self.add_column(Text(column.title, justify=_justify(column)), key=column.key)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Tell it in the table's own words."""
        event.stop()
        self.post_message(self.Selected())

    @property
    def selected_run_id(self) -> str | None:
        """The run under the cursor."""
        return self._order[self.cursor_row] if 0 <= self.cursor_row < len(self._order) else None

    def show(self, order: Sequence[str], row: Callable[[str], RunView], changed: Collection[str]) -> None:
        """Show these runs in this order; only cells that changed are touched.

        Args:
            order: The ids of all runs.
            row: What the table shows of a run.
            changed: The ids of those that may look different than before.
        """
        order = list(order)
        known_before = set(self._cells)
        if order != self._order:
            self._rearrange(order, row)
        for run_id in self._cells.keys() & known_before & set(changed):
            cells = _cells(row(run_id))
            known = self._cells[run_id]
            for key, cell, before in zip(DASHBOARD, cells, known, strict=True):
                if (cell.plain, cell.style) != (before.plain, before.style):
                    wider = cell.cell_len > before.cell_len  # measuring a column lays out the screen
                    self.update_cell(run_id, key, cell, update_width=wider)
            self._cells[run_id] = cells

    def _rearrange(self, order: list[str], row: Callable[[str], RunView]) -> None:
        """Add, remove and sort rows; what stays is not made again."""
        selected = self.selected_run_id
        places = {run_id: place for place, run_id in enumerate(order)}
        gone = [run_id for run_id in self._cells if run_id not in places]
        if len(gone) > MANY:
            self.clear()
            self._cells, self._order = {}, []
        else:
            for run_id in gone:
                self.remove_row(run_id)
                del self._cells[run_id]
        new = [run_id for run_id in order if run_id not in self._cells]
        for run_id in new:
            self._cells[run_id] = _cells(row(run_id))
            self.add_row(*self._cells[run_id], key=run_id)
        if order != [run_id for run_id in self._order if run_id in places] + new:
            self.sort(LABEL, key=lambda cell: places[cell.run_id])
        self._order = order
        if selected in places:
            self.move_cursor(row=places[selected])

    def action_toggle_run(self) -> None:
        """Ask for the curves of the run under the cursor to be shown or hidden."""
        if run_id := self.selected_run_id:
            self.post_message(self.Toggled(run_id))


class NameCell(Text):
    """Marker and name of a run; knows which one, so that rows can be sorted."""

    def __init__(self, run_id: str, text: str, style: str) -> None:
        super().__init__(text, style)
        self.run_id = run_id


def _justify(column: Column) -> Literal["left", "right"]:
    return "right" if column.right else "left"


def _cells(view: RunView) -> list[Text]:
    """The cells of a run's row, in the order of the columns."""
    style = "" if view.is_shown else "dim"
    name = NameCell(view.run.run_id, f"{view.marker or ' '} ", view.color)
    name.append(COLUMNS[LABEL].of_run(view), style)
    others = (COLUMNS[key] for key in DASHBOARD[1:])
    return [
        name,
        *(Text(one.of_run(view), style, justify=_justify(one), overflow="ellipsis") for one in others),
    ]
