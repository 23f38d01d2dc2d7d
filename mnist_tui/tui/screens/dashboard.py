"""The one screen that shows everything: switches, curves, timing, the comparison table."""

import asyncio
from collections.abc import Sequence

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from mnist_tui.analysis.comparison import compare
from mnist_tui.data import fetch as fetching
from mnist_tui.data import source
from mnist_tui.data.source import DataSource
from mnist_tui.errors import MnistTuiError
from mnist_tui.reports.description import unreadable
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig, default_value
from mnist_tui.tui.concluded import baseline_of
from mnist_tui.tui.dialogs.export import ExportScreen
from mnist_tui.tui.dialogs.fetch import FetchScreen
from mnist_tui.tui.exporting import write_failures, write_report
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.activity import activity
from mnist_tui.tui.screens.charts import WIDE
from mnist_tui.tui.screens.guided import GuidedScreen
from mnist_tui.tui.screens.listing import ListingScreen
from mnist_tui.tui.screens.panels import PanelsScreen
from mnist_tui.tui.screens.starting import StartingScreen
from mnist_tui.tui.session import run_entry
from mnist_tui.tui.widgets.details import Details
from mnist_tui.tui.widgets.findings import FindingsPanel
from mnist_tui.tui.widgets.frame import IN
from mnist_tui.tui.widgets.guide import GuideLine
from mnist_tui.tui.widgets.keys_footer import KeysFooter
from mnist_tui.tui.widgets.panels import Panels
from mnist_tui.tui.widgets.runs_panel import RunsPanel
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import SettingInput
from mnist_tui.tui.widgets.settings import SettingsForm
from mnist_tui.tui.widgets.status_bar import StatusBar

VAST, VAST_CLASS = 170, "-vast"
"""Cells from which on there is room for the details of a run, and the class of the screen then."""


def _train_images(data: DataSource, config: RunConfig) -> int | None:
    """How many images there are to train on; `None` where the files do not tell."""
    try:
        return source.sizes(data, config.validation_size)[0]
    except MnistTuiError:
        return None


class DashboardScreen(PanelsScreen, ListingScreen, StartingScreen, GuidedScreen):
    """Switch, train, watch, compare, export."""

    AUTO_FOCUS = ""  # what has the focus first depends on the size
    BINDINGS = bindings(Place.DASHBOARD, Place.STEERING)

    def __init__(self) -> None:
        super().__init__()
        self._came_from: Widget | None = None
        self._finished = 0

    def on_compose(self) -> None:
        """Make room for the details of a run, where there is any, before all is styled."""
        self.set_class(self.app.size.width >= VAST, VAST_CLASS)

    def compose(self) -> ComposeResult:
        """Status on top, the form at the left, the panels at the right."""
        yield StatusBar()
        with Container(id="body"):
            # With the classes that they are about to have, so that they are styled once.
            yield SettingsForm(classes=f"panel {IN}" if self.app.size.width >= WIDE else None)
            yield Panels(welcoming=not self.app.session.shown)
        yield FindingsPanel(id="findings")
        yield GuideLine()
        yield KeysFooter()

    def on_mount(self) -> None:
        """Tell a newcomer what to press."""
        self.set_focus(self.stops[self.app.size.width < WIDE])
        self._show_data("auto")
        self._show_activity()
        self.guide()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the data set's size in sight."""
        self._make_room()
        self._show_activity()
        if event.size.width >= VAST and not self.query(Details):
            self.query_one("#body").mount(Details())
            self.call_after_refresh(self._show_selected)
        self.set_class(event.size.width >= VAST, VAST_CLASS)

    @property
    def stops(self) -> Sequence[Widget]:
        """The form, the charts, the table."""
        return [self.query_one(SettingsForm).last, *super().stops]

    def _panel(self, stop: Widget) -> Widget:
        form = self.query_one(SettingsForm)
        return form if form in stop.ancestors else stop

    def on_descendant_focus(self) -> None:
        """Keep in mind where one was before one went into the form, and make room for the form."""
        if not self._make_room():
            self._came_from = self.focused

    def _make_room(self) -> bool:
        """Leave the form alone where there is no room for more, or little; whether the focus is in the form.

        A class on a screen gives all its widgets new styles: one that is not needed is not set.
        """
        in_form = self.query_one(SettingsForm).has_focus_within
        self.set_class(in_form and self.app.size.width < WIDE, "-at-form")
        return in_form

    def action_edit(self) -> None:
        """Into the form, or back to where one was before."""
        form = self.query_one(SettingsForm)
        if form.has_focus_within:
            self.set_focus(self._came_from or self.stops[1])
        else:
            form.enter()

    @on(SettingsForm.Closed)
    def _leave_form(self) -> None:
        self.action_edit()

    @on(SettingsForm.Submitted)
    def _run_form(self) -> None:
        self.action_run()

    def on_screen_resume(self) -> None:
        """Put the cursor where another screen has gone meanwhile."""
        session = self.app.session
        self.guide()
        if session.selected and session.selected not in self.selected_ids:
            self.query_one(RunsPanel).show(session.entries, session.entry, set())
            self.move_cursor(session.selected)

    def show_changes(self, changed: set[str]) -> None:
        """Show what became of some runs.

        Args:
            changed: Their ids.
        """
        session, panels = self.app.session, self.query_one(Panels)
        concluded = self.app.concluded
        self.query_one(FindingsPanel).findings = concluded.findings if concluded else ()
        lines = {session.row_of(run_id) for run_id in changed} | set(map(run_entry, changed))
        curves = list(map(session.row, session.shown))
        entries, entry_id = session.entries, panels.table.selected_entry
        self.tell_table()
        panels.show(entries, session.entry, lines, curves=curves)
        if follow := session.take_follow():
            session.selected = follow
        if follow or (entry_id and entry_id not in entries):  # what is selected stands elsewhere now
            self.move_cursor(session.selected)
        self._show_selected()
        self._show_activity()
        self.guide()

    def _show_activity(self) -> None:
        laboratory = self.app.laboratory
        finished = sum(run.finished is not None for run in laboratory.runs.values())
        if finished != self._finished:  # which tells how long others take
            self._finished = finished
            self.show_outlook()
        statuses = map(laboratory.status, laboratory.runs)
        self.query_one(StatusBar).activity = activity(statuses, short=self.size.width < WIDE)
        left_out = self.app.laboratory.unreadable
        self.query_one(RunsPanel).border_subtitle = Text(unreadable(left_out)) if left_out else ""

    def _show_data(self, dataset: str) -> None:
        status = self.query_one(StatusBar)
        try:
            found = source.resolve(dataset)
        except MnistTuiError as error:
            status.data, status.data_is_wrong = f"✗ {error}", True
            if dataset != default_value("dataset"):  # somebody chose it
                self.query_one(SettingsForm).blame("dataset", str(error))
        else:
            self.is_sample = found.directory is None
            self.query_one(SettingsForm).train_images = _train_images(found, self.config)
            status.data = found.describe(RunConfig().validation_size)
            status.data_is_wrong = False

    @on(SettingsForm.Changed)
    def _settings_changed(self, event: SettingsForm.Changed) -> None:
        self.config = event.config
        self._show_data(event.config.dataset)
        self.show_outlook()
        self.guide()

    def action_conclusions(self) -> None:
        """Show all that may be concluded."""
        if self.app.concluded:
            self.app.session.done.add("concluded")
            from mnist_tui.tui.dialogs.conclusions import ConclusionsScreen  # which no first paint waits for

            self.app.push_screen(ConclusionsScreen(self.app.concluded))
        else:
            self.notify(
                "Nothing to conclude yet: a shown row must have a result. r starts one, space shows one.",
                markup=False,
            )

    def action_baseline(self) -> None:
        """Compare the other rows with the one under the cursor."""
        if row_id := self.row_under(self.table.selected_entry):
            self.app.compare_with(row_id)

    @on(RunsTable.Selected)
    def _show_selected(self) -> None:
        """Say what the keys do to the run under the cursor."""
        ids = self.selected_ids
        if self.app.session.selected not in ids:
            self.app.session.selected = next(iter(ids), "")
        for details in self.query(Details):
            runs = self.app.laboratory.runs
            selected = self.app.session.selected
            details.show(self.app.session.view(selected) if selected in runs else None)
        known = self.app.laboratory.runs
        failures = [known[run_id].failure for run_id in ids if known[run_id].failure]
        self.query_one(RunsPanel).tell(f"✗ {failures[0]}" if failures else "")
        self.query_one(KeysFooter).offers = self.steering.offers()
        hints = self.steering.hints()
        self.query_one(RunsPanel).border_title = f"Runs[not bold] · {hints}[/]" if hints else "Runs"

    def action_lines(self) -> None:
        """Show the lines of the program behind the setting that has the focus, or had it last."""
        from mnist_tui.analysis.lines_of_code import lines_of_setting  # with the network: who asks can wait
        from mnist_tui.tui.dialogs.lines_of_code import LinesScreen

        if form := self.read_form():
            name = self.query_one(SettingsForm).focused_setting or "batch_norm"
            run = self.app.laboratory.runs.get(next(iter(self.selected_ids), ""))
            if lines := lines_of_setting(name, form[0], run):
                self.app.push_screen(LinesScreen(lines))
            else:
                self.notify(f"No lines of the program belong to {name} alone.", markup=False)

    @work(exit_on_error=False)
    async def action_export(self) -> None:
        """Write a report of the runs shown."""
        from mnist_tui.analysis.conclusions import conclude  # which no first paint waits for
        from mnist_tui.reports.formats import render

        session = self.app.session
        result = compare(self.app.laboratory.runs[run_id] for run_id in session.shown_runs)
        if not result.rows:
            await self._export_failures(result.left_out)
            return
        baseline = baseline_of(result.rows, session.members(session.baseline))
        conclusions = await asyncio.to_thread(
            conclude, result, baseline or 0, session.margin
        )  # reads predictions
        report = await asyncio.to_thread(render, conclusions)
        if destination := await self.app.push_screen_wait(ExportScreen(report)):
            self.notify(f"Writing {destination.path} …", markup=False)
            written = await write_report(conclusions, destination.path, overwrite=destination.overwrite)
            alone = baseline is None and len(result.rows) > 1
            instead = f"\nThe baseline has no result: it is {conclusions.baseline_row.label} instead."
            self.notify(f"{written}{instead if alone else ''}", title="Written", markup=False)

    async def _export_failures(self, left_out: Sequence[Run]) -> None:
        """Write what became of runs without a result, where nothing else is shown."""
        from mnist_tui.reports.failures import can_be_told, report_of_failures

        runs = [run for run in left_out if not run.is_active]
        if not can_be_told(runs):
            nothing = "Nothing to export yet: a shown run must be finished. r starts one, space shows one."
            self.notify(nothing, severity="warning", markup=False)
        elif destination := await self.app.push_screen_wait(ExportScreen(report_of_failures(runs))):
            written = await write_failures(runs, destination.path, overwrite=destination.overwrite)
            self.notify(written, title="Written", markup=False)

    @work(exit_on_error=False)
    async def action_fetch(self) -> None:
        """Fetch full MNIST."""
        fetching.target_directory()  # or say at once what is wrong with it
        if await self.app.push_screen_wait(FetchScreen()):
            self.notify("Full MNIST is here, verified. New runs with data “auto” use it.", markup=False)
            self.query_one(SettingsForm).started()
        self._show_data(self.query_one("#dataset", SettingInput).value)
