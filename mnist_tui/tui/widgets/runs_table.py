"""The comparison table: a line a row, and below it one for each of its runs."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.text import Text
from textual.message import Message
from textual.widgets import DataTable

from mnist_tui.analysis.cells import NOTHING
from mnist_tui.analysis.columns import COLUMNS, DASHBOARD, Column
from mnist_tui.analysis.difference_cells import DIFFERENCE_COLUMNS, DifferenceColumn
from mnist_tui.analysis.formatting import ranges
from mnist_tui.runs.view import RunView
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.row_view import RowView

Entry: TypeAlias = RowView | RunView
"""A line of the table: a row, or one of its runs."""

LABEL = DASHBOARD[0]
"""The column with marker and name."""

MANY = 20
"""Rows that vanish at once from here on are not taken out one by one."""


class RunsTable(DataTable[Text]):
    """Rows with their settings and results; `space` shows or hides their curves, `o` lists their runs."""

    BINDINGS = bindings(Place.TABLE)
    DEFAULT_CLASSES = "panel"
    BORDER_TITLE = "Runs"

    @dataclass
    class Toggled(Message):
        """The curves of a row are wanted, or no longer.

        Attributes:
            entry_id: The line under the cursor.
        """

        entry_id: str

    @dataclass
    class Folded(Message):
        """The runs of a row are wanted below it, or no longer.

        Attributes:
            entry_id: The line under the cursor.
        """

        entry_id: str

    @dataclass
    class Selected(Message):
        """Another line is under the cursor."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, cursor_type="row", cell_padding=1)
        self._order: list[str] = []
        self._cells: dict[str, list[Text]] = {}

    def on_mount(self) -> None:
        """Make the columns; cells are known by the run's id and the column's key."""
        for column in map(_column, DASHBOARD):
            self.add_column(Text(column.title, justify=_justify(column)), key=column.key)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Tell it in the table's own words."""
        event.stop()
        self.post_message(self.Selected())

    @property
    def selected_entry(self) -> str | None:
        """The line under the cursor."""
        return self._order[self.cursor_row] if 0 <= self.cursor_row < len(self._order) else None

    def show(self, order: Sequence[str], entry: Callable[[str], Entry], changed: Collection[str]) -> None:
        """Show these lines in this order; only cells that changed are touched.

        Args:
            order: The ids of all lines.
            entry: What stands in a line.
            changed: The ids of those that may look different than before.
        """
        order = list(order)
        known_before = set(self._cells)
        if order != self._order:
            self._rearrange(order, entry)
        for entry_id in self._cells.keys() & known_before & set(changed):
            cells = _cells(entry_id, entry(entry_id))
            known = self._cells[entry_id]
            for key, cell, before in zip(DASHBOARD, cells, known, strict=True):
                if (cell.plain, cell.style) != (before.plain, before.style):
                    wider = cell.cell_len > before.cell_len  # measuring a column lays out the screen
                    self.update_cell(entry_id, key, cell, update_width=wider)
            self._cells[entry_id] = cells

    def _rearrange(self, order: list[str], entry: Callable[[str], Entry]) -> None:
        """Add, remove and sort rows; what stays is not made again, nor does the cursor leave it."""
        selected, place = self.selected_entry, self.cursor_row
        places = {entry_id: place for place, entry_id in enumerate(order)}
        gone = [entry_id for entry_id in self._cells if entry_id not in places]
        if len(gone) > MANY:
            self.clear()
            self._cells, self._order = {}, []
        else:
            for entry_id in gone:
                self.remove_row(entry_id)
                del self._cells[entry_id]
        new = [entry_id for entry_id in order if entry_id not in self._cells]
        for entry_id in new:
            self._cells[entry_id] = _cells(entry_id, entry(entry_id))
            self.add_row(*self._cells[entry_id], key=entry_id)
        if order != [entry_id for entry_id in self._order if entry_id in places] + new:
            self.sort(LABEL, key=lambda cell: places[cell.entry_id])
        self._order = order
        if selected:
            self.move_cursor(row=places.get(selected, min(place, len(order) - 1)))

    def action_toggle_curves(self) -> None:
        """Ask for the curves of the row under the cursor to be shown or hidden."""
        if entry_id := self.selected_entry:
            self.post_message(self.Toggled(entry_id))

    def action_fold(self) -> None:
        """Ask for the runs of the row under the cursor to be listed, or no longer."""
        if entry_id := self.selected_entry:
            self.post_message(self.Folded(entry_id))


class NameCell(Text):
    """Marker and name of a line; knows which one, so that lines can be sorted."""

    def __init__(self, entry_id: str, text: str, style: str) -> None:
        super().__init__(text, style)
        self.entry_id = entry_id


def _column(key: str) -> Column | DifferenceColumn:
    return DIFFERENCE_COLUMNS[key] if key in DIFFERENCE_COLUMNS else COLUMNS[key]


def _justify(column: Column | DifferenceColumn) -> Literal["left", "right"]:
    return "right" if column.right else "left"


def _cells(entry_id: str, entry: Entry) -> list[Text]:
    """The cells of a line, in the order of the columns."""
    style = "" if entry.is_shown else "dim"
    if isinstance(entry, RunView):
        name = NameCell(entry_id, f"  └ seed {entry.run.config.seed}", style)
    else:
        name = NameCell(entry_id, f"{entry.marker or ' '} ", entry.color)
        name.append(entry.label, style)
        if not entry.is_single:
            name.append(" ▾" if entry.is_open else " ▸", style)
    others = map(_column, DASHBOARD[1:])
    return [
        name,
        *(Text(_text(one, entry), style, justify=_justify(one), overflow="ellipsis") for one in others),
    ]


def _text(column: Column | DifferenceColumn, entry: Entry) -> str:
    """What stands in a line's cell."""
    if isinstance(column, DifferenceColumn):
        return _beside_baseline(column, entry)
    if isinstance(entry, RunView):
        return column.of_run(entry)
    if entry.is_single:
        return column.of_run(entry.views[0])
    if column.key == "status_words":
        return entry.status_words
    if column.key == "seed":
        return ranges(view.run.config.seed for view in entry.views)
    if column.of_row is None or (column.needs_results and not entry.complete):
        return NOTHING
    return column.of_row(entry.row)


def _beside_baseline(column: DifferenceColumn, entry: Entry) -> str:
    """What a row's cell says of its difference; nothing for a run of a row, and before there are results."""
    if isinstance(entry, RunView):
        return ""
    if entry.is_baseline:
        return "baseline" if column.key.startswith("verdict") else ""
    return column.text(entry.difference) if entry.difference else ""
