"""What the keys of the table do to what is shown: hide, sort, look for, fold, undo."""

from collections.abc import Sequence

from textual import on, work
from textual.widgets import DataTable

from mnist_tui.tui.screens.runs import RunsScreen
from mnist_tui.tui.session import run_entry
from mnist_tui.tui.widgets.curves import MOST_ROWS
from mnist_tui.tui.widgets.panels import Panels
from mnist_tui.tui.widgets.runs_panel import RunsPanel
from mnist_tui.tui.widgets.runs_table import RunsTable


class ListingScreen(RunsScreen):
    """A screen with a table of all rows, the selected runs being those under its cursor."""

    @property
    def table(self) -> RunsTable:
        """The table of rows."""
        return self.query_one(Panels).table

    @property
    def selected_ids(self) -> Sequence[str]:
        """The runs under the table's cursor: one, or those of a row."""
        return self.app.session.runs_of(self.table.selected_entry or "")

    def move_cursor(self, run_id: str) -> None:
        """To the line of a run, or else to its row's."""
        session = self.app.session
        entries = session.entries
        for entry_id in (run_entry(run_id), session.row_of(run_id)):
            if entry_id in entries:
                self.table.move_cursor(row=entries.index(entry_id))
                return

    def row_under(self, entry_id: str | None) -> str:
        """The row that a line stands for, or belongs to; empty for none."""
        return self.app.session.row_of(next(iter(self.app.session.runs_of(entry_id or "")), ""))

    def tell_table(self) -> None:
        """Let the table say how its rows are sorted, and how many there are."""
        session = self.app.session
        self.table.sorting = session.arrangement.key, session.arrangement.is_descending
        self.query_one(RunsPanel).total = session.row_count

    @on(RunsTable.Toggled)
    def _toggle_curves(self, event: RunsTable.Toggled) -> None:
        if row_id := self.row_under(event.entry_id):
            self.app.toggle(row_id)

    @on(RunsTable.OnlyWanted)
    def _show_only(self, event: RunsTable.OnlyWanted) -> None:
        if row_id := self.row_under(event.entry_id):
            self.app.show(self.app.session.show_only(row_id))

    @on(RunsTable.AllWanted)
    def _show_listed(self) -> None:
        session = self.app.session
        self.app.show(session.show_listed(MOST_ROWS))
        if len(session.order) > MOST_ROWS and session.shown:
            self.notify(f"Shown: the first {MOST_ROWS} of {len(session.order)} rows.", markup=False)

    @on(RunsTable.Folded)
    def _fold(self, event: RunsTable.Folded) -> None:
        self.app.changed(self.app.session.fold(self.row_under(event.entry_id)))

    @on(DataTable.RowSelected)
    def _open(self, event: DataTable.RowSelected) -> None:
        """A row of several runs folds out, a run opens its page."""
        entry_id = str(event.row_key.value)
        runs = self.app.session.runs_of(entry_id)
        if len(runs) > 1:
            self.app.changed(self.app.session.fold(entry_id))
        elif runs:
            self.app.session.selected = runs[0]
            self.app.switch_mode("run")

    @on(RunsTable.SortWanted)
    def _sort(self, event: RunsTable.SortWanted) -> None:
        arrangement = self.app.session.arrangement
        arrangement.sort_by(event.key, is_reversed=event.is_reversed)
        self.app.prefer(table_sort=arrangement.key, table_reversed=arrangement.is_reversed)
        self.app.changed(set())

    @on(RunsPanel.LookedFor)
    def _look_for(self, event: RunsPanel.LookedFor) -> None:
        self.app.session.arrangement.look_for(event.wanted)
        self.app.changed(set())

    def action_filter(self) -> None:
        """Type what rows to look for."""
        self.query_one(RunsPanel).open_filter()

    @work(exit_on_error=False)
    async def action_undo(self) -> None:
        """Show again what was hidden last, or bring back what was deleted last."""
        undone = self.app.session.undo()
        if undone is None:
            self.notify("Nothing was hidden or deleted that could be brought back.", markup=False)
            return
        self.app.show(undone.changed)
        if undone.deleted:
            await self.app.bring_back(undone.deleted)
