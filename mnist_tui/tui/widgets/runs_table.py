"""The comparison table: a line a row, and below it one for each of its runs."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.message import Message
from textual.widgets import DataTable
from textual.widgets.data_table import ColumnKey, RowKey

from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.progress import Entry
from mnist_tui.tui.table.arrangement import NUMBERS_DOWN
from mnist_tui.tui.table.cells import LABEL, SHAPES
from mnist_tui.tui.table.choice import Choice, Chosen, choose
from mnist_tui.tui.table.ledger import Ledger
from mnist_tui.tui.table.lines import cell, title

MANY = 20
"""Rows that vanish at once from here on are not taken out one by one."""


class RunsTable(DataTable[Text]):
    """Rows with their settings and results; `space` shows or hides their curves, `o` lists their runs.

    Lines are known by their ids; what stands in them is made when it is seen. Only whole columns are shown,
    those that there is room for: with a thousand rows, none of them is measured or drawn that nobody sees.
    """

    BINDINGS = bindings(Place.TABLE)

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
    class OnlyWanted(Message):
        """No curves but those of a row are wanted.

        Attributes:
            entry_id: The line under the cursor.
        """

        entry_id: str

    class AllWanted(Message):
        """The curves of all rows are wanted, or, where they are there, of none."""

    @dataclass
    class SortWanted(Message):
        """The rows are wanted in another order.

        Attributes:
            key: The column to sort by; empty for the order in which they came.
            is_reversed: Whether what usually comes first is to come last.
        """

        key: str
        is_reversed: bool = False

    @dataclass
    class Selected(Message):
        """Another line is under the cursor."""

    @dataclass
    class Reshaped(Message):
        """There are other lines, or other columns are to be seen."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, cursor_type="row", cell_padding=1)
        self._order: list[str] = []
        self._skipped = 0
        self.ledger = Ledger()
        self.choice = Choice()
        self.has_all_columns = False
        self.sorting = ("", False)
        self._sorted_by = self.sorting

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Tell it in the table's own words."""
        event.stop()
        self.post_message(self.Selected())

    def on_resize(self) -> None:
        """Show the columns that there is room for now."""
        self._fit()

    @property
    def entries(self) -> Sequence[str]:
        """The ids of all lines, from top to bottom."""
        return self._order

    @property
    def selected_entry(self) -> str | None:
        """The line under the cursor."""
        return self._order[self.cursor_row] if 0 <= self.cursor_row < len(self._order) else None

    def get_row_at(self, row_index: int) -> list[Text]:
        """The cells of a line that are to be seen, made from what is known now."""
        entry_id = self._order[row_index]
        line = self.ledger.lines[entry_id]
        return [
            cell(line, one, has_mark=bool(stats.best), is_best=entry_id in stats.best)
            for one in self.choice.columns
            if (stats := self.ledger.stats(one.key))
        ]

    def show(self, order: Sequence[str], entry: Callable[[str], Entry], changed: Collection[str]) -> None:
        """Show these lines in this order; only what changed is worked out again.

        Args:
            order: The ids of all lines.
            entry: What stands in a line.
            changed: The ids of those that may look different than before.
        """
        order, known = list(order), self.ledger.lines
        self.ledger.keep(order)
        news = [one for one in order if one in changed or one not in known]
        seen = [one for one in news if self.ledger.take(one, entry(one))]
        if not self.columns:  # nothing has told yet how much room there is, as where another panel is shown
            self._fit()
        if order != self._order:
            self._rearrange(order)
            self.show_cursor = bool(order)  # without a row, Textual would put it on the titles
        if not self._fit() and seen:
            self._touch(seen[0])
        self.post_message(self.Reshaped())

    def _touch(self, entry_id: str) -> None:
        """Have the lines in sight drawn again."""
        self.update_cell(entry_id, LABEL, Text(entry_id))

    def _rearrange(self, order: list[str]) -> None:
        """Add, remove and sort rows; what stays is not made again, nor does the cursor leave it."""
        selected, place, before = self.selected_entry, self.cursor_row, self._order
        places = {entry_id: place for place, entry_id in enumerate(order)}
        gone = [entry_id for entry_id in before if entry_id not in places]
        if len(gone) > MANY:
            self.clear()
            before = []
        else:
            for entry_id in gone:
                self.remove_row(entry_id)
        known = set(before)
        new = [entry_id for entry_id in order if entry_id not in known]
        self._order = order  # adding rows moves the cursor, and who is told looks for what is there
        for entry_id in new:
            self.add_row(Text(entry_id), key=entry_id)
        if order != [entry_id for entry_id in before if entry_id in places] + new:
            self.sort(LABEL, key=lambda cell: places[cell.plain])
        if selected:
            self.move_cursor(row=places.get(selected, min(place, len(order) - 1)))

    def _fit(self) -> bool:
        """Choose the columns; whether others are shown than before."""
        room = self.scrollable_content_region.width
        columns = self.ledger.columns(everything=self.has_all_columns, sorted_by=self.sorting[0])
        choice = choose(columns, room, self._skipped)
        self._skipped = choice.before
        if (choice, self.sorting) == (self.choice, self._sorted_by) and self.columns:
            return False
        before = [one.key for one in self.choice.columns]
        self.choice, self._sorted_by = choice, self.sorting
        if self._order and self.columns and before == [one.key for one in choice.columns]:
            for one in choice.columns:
                column = self.columns[ColumnKey(one.key)]
                column.label, column.width = self._title(one), one.width
            self._touch(self._order[0])
        else:
            self._put_up(choice.columns)
        self.post_message(self.Reshaped())
        return True

    def _title(self, one: Chosen) -> Text:
        return title(one, self.sorting[1] if one.key == self.sorting[0] else None)

    def _put_up(self, columns: Sequence[Chosen]) -> None:
        """Take down all columns, and put up others; cursor and scrolling stay where they are."""
        place, scrolled = self.cursor_row, self.scroll_y
        with self.prevent(DataTable.RowHighlighted):
            self.clear(columns=True)
            for one in columns:
                self.add_column(self._title(one), key=one.key, width=one.width)
            for entry_id in self._order:
                self.add_row(Text(entry_id), key=entry_id)
            self.move_cursor(row=place, scroll=False)
        self.scroll_target_y = self.scroll_y = scrolled

    def _update_dimensions(self, new_rows: Iterable[RowKey]) -> None:  # noqa: ARG002 - Textual's face
        """Measure no cell: Textual would make all cells of new rows for it, and columns have their widths."""
        super()._update_dimensions(())

    def action_toggle_curves(self) -> None:
        """Ask for the curves of the row under the cursor to be shown or hidden."""
        if entry_id := self.selected_entry:
            self.post_message(self.Toggled(entry_id))

    def action_fold(self) -> None:
        """Ask for the runs of the row under the cursor to be listed, or no longer."""
        if entry_id := self.selected_entry:
            self.post_message(self.Folded(entry_id))

    def action_show_only(self) -> None:
        """Ask for no curves but those of the row under the cursor."""
        if entry_id := self.selected_entry:
            self.post_message(self.OnlyWanted(entry_id))

    def action_show_all(self) -> None:
        """Ask for the curves of all rows that are listed, or of none."""
        self.post_message(self.AllWanted())

    def action_sort_next(self) -> None:
        """Sort by the next column that is in sight, after the last one by none."""
        seen = [one.key for one in self.choice.columns]
        place = seen.index(self.sorting[0]) + 1 if self.sorting[0] in seen else 0
        self.post_message(self.SortWanted(seen[place] if place < len(seen) else ""))

    def action_sort_reversed(self) -> None:
        """Sort the other way round."""
        self._turn_round(self.sorting[0] or LABEL)

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """Sort by the column that was clicked; once more, the other way round."""
        event.stop()
        key = str(event.column_key.value)
        if key == self.sorting[0]:
            self._turn_round(key)
        else:
            self.post_message(self.SortWanted(key))

    def _turn_round(self, key: str) -> None:
        usually_descends = key in NUMBERS_DOWN
        self.post_message(self.SortWanted(key, is_reversed=self.sorting[1] is usually_descends))

    def action_all_columns(self) -> None:
        """Show also the columns in which all rows agree, or no longer."""
        self.has_all_columns = not self.has_all_columns
        self._skipped = 0
        self._fit()

    def action_cursor_left(self) -> None:
        """Scroll by a column."""
        self._skip(-1)

    def action_cursor_right(self) -> None:
        """Scroll by a column."""
        self._skip(1)

    def action_scroll_home(self) -> None:
        """Scroll to the columns that tell most."""
        self._skip(-len(SHAPES))

    def action_scroll_end(self) -> None:
        """Scroll to the last column."""
        self._skip(len(SHAPES))

    def _skip(self, by: int) -> None:
        self._skipped = max(0, self._skipped + by)
        self._fit()
