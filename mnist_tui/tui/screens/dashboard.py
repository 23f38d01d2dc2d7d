"""The one screen that shows everything: switches, curves, timing, the comparison table."""

import asyncio
from collections.abc import Callable

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import DataTable, Footer

from mnist_tui.analysis.comparison import compare, distinct_labels
from mnist_tui.analysis.description import details
from mnist_tui.analysis.report import markdown
from mnist_tui.config import RunConfig
from mnist_tui.data import source
from mnist_tui.errors import ConfigError, MnistTuiError
from mnist_tui.presets import classic_configs
from mnist_tui.runs.laboratory import Laboratory
from mnist_tui.runs.run import Run, Status
from mnist_tui.tui.identity import Identities
from mnist_tui.tui.screens.confirm import ConfirmScreen
from mnist_tui.tui.screens.details import DetailsScreen
from mnist_tui.tui.screens.export import ExportScreen
from mnist_tui.tui.screens.fetch import FetchScreen
from mnist_tui.tui.screens.sweep import SweepScreen
from mnist_tui.tui.widgets.curves import X_AXES, CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable, TableRow
from mnist_tui.tui.widgets.setting_input import SettingInput
from mnist_tui.tui.widgets.settings import SettingsForm
from mnist_tui.tui.widgets.status_bar import StatusBar
from mnist_tui.tui.widgets.timing import TimingPanel

EARLIER = "Earlier runs stand in the table below: space shows their curves."
WELCOME = "Press r to train this network,\nor c to compare the three classic ones."

FETCH = "This is a small sample: f fetches full MNIST."

COMPACT_WIDTH = 80
"""Below it the footer leaves out its spaces."""


class DashboardScreen(Screen[None]):
    """Switch, train, watch, compare, export.

    Args:
        laboratory: The runs, and the processes behind some of them.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (76, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]
    ESCAPE_TO_MINIMIZE = True

    BINDINGS = [
        Binding("r", "run", "Run"),
        Binding("c", "compare", "Compare"),
        Binding("w", "sweep", "Sweep"),
        Binding("p", "pause", "Pause"),
        Binding("x", "stop", "Stop"),
        Binding("e", "export", "Save"),
        Binding("f", "fetch", "Data", show=False),
        Binding("y", "toggle_log", "Log axis", show=False),
        Binding("X", "next_x_axis", "X axis", show=False),
        Binding("a", "other_chart", "Loss/accuracy", show=False),
    ]

    class Asked(Message):
        """A run was started or steered, and should soon show it."""

    def __init__(self, laboratory: Laboratory) -> None:
        super().__init__()
        self._laboratory = laboratory
        self._identities = Identities()
        self._shown: list[str] = []
        self._labels: dict[str, str] = {}
        self._session: list[str] = []
        self._seen: set[str] = set()
        self._follow = ""
        self._is_sample = False

    def compose(self) -> ComposeResult:
        """Status on top, the form at the left, the panels at the right."""
        yield StatusBar()
        with Container(id="body"):
            yield SettingsForm()
            with Vertical(id="panels"):
                with Horizontal(id="charts"):
                    yield CurveChart("loss", id="loss")
                    yield CurveChart("accuracy", id="accuracy")
                yield TimingPanel()
                yield RunsTable(id="runs")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Tell a newcomer what to press."""
        self._show_data("auto")
        self._show_activity()
        for chart in self.query(CurveChart):
            chart.hint = self._welcome(earlier_runs=False)

    def on_resize(self, event: events.Resize) -> None:
        """Keep all keys of the footer in sight."""
        self.query_one(Footer).compact = event.size.width < COMPACT_WIDTH

    def show_changes(self, changed: set[str]) -> None:
        """Show what became of some runs.

        Args:
            changed: Their ids.
        """
        for run_id in sorted(changed & self._laboratory.runs.keys()):
            run = self._laboratory.runs[run_id]
            if run_id not in self._seen:
                self._seen.add(run_id)
                if run.is_active:
                    self._join_session([run_id])
            elif run.status is Status.FAILED and run_id in self._session:
                self.notify(f"{run.name}: {run.failure}", severity="error", timeout=10, markup=False)
        self._show_runs(changed)

    def _join_session(self, run_ids: list[str]) -> None:
        """These runs stand first in the table, and their curves are shown."""
        new = [run_id for run_id in run_ids if run_id not in self._session]
        self._session += new
        self._shown += new

    def _show_runs(self, changed: set[str]) -> None:
        runs = self._laboratory.runs
        shown = [runs[run_id] for run_id in self._shown if run_id in runs]
        labels = dict(zip(self._shown_ids(), distinct_labels([run.config for run in shown]), strict=True))
        curves = [(run, self._identities.of(run.run_id)) for run in shown]
        hint = self._welcome(earlier_runs=bool(runs))
        for chart in self.query(CurveChart):
            chart.hint = hint
            chart.runs = curves
        session = [run for run in shown if run.run_id in self._session]
        # Those that train come first: they are what one looks at.
        session.sort(key=lambda run: not run.is_active)
        self.query_one(TimingPanel).runs = [
            (run, self._identities.of(run.run_id), labels[run.run_id]) for run in session
        ]
        earlier = [run_id for run_id in reversed(runs) if run_id not in self._session]
        order = [run_id for run_id in self._session if run_id in runs] + earlier
        relabelled = {run_id for run_id, label in labels.items() if label != self._labels.get(run_id)}
        self._labels = labels
        changed = changed | relabelled
        table = self.query_one(RunsTable)
        table.show([self._row(runs[run_id], labels) for run_id in order], changed)
        if self._follow in runs:
            table.move_cursor(row=order.index(self._follow))
            self._follow = ""
        self._show_activity()

    def _welcome(self, *, earlier_runs: bool) -> str:
        """What to press, for charts without a curve."""
        hints = [WELCOME]
        if earlier_runs:
            hints.append(EARLIER)
        elif self._is_sample:
            hints.append(FETCH)
        return "\n\n".join(hints)

    def _shown_ids(self) -> list[str]:
        return [run_id for run_id in self._shown if run_id in self._laboratory.runs]

    def _row(self, run: Run, labels: dict[str, str]) -> TableRow:
        identity = self._identities.of(run.run_id) if run.run_id in labels else None
        return TableRow(run, labels.get(run.run_id, run.name), identity)

    def _show_activity(self) -> None:
        runs = self._laboratory.runs.values()
        active = sum(run.is_active for run in runs)
        finished = sum(run.finished is not None for run in runs)
        self.query_one(StatusBar).activity = f"{active} training · {finished} finished"

    def _show_data(self, dataset: str) -> None:
        status = self.query_one(StatusBar)
        try:
            found = source.resolve(dataset)
        except MnistTuiError as error:
            status.data, status.data_is_wrong = f"✗ {error}", True
        else:
            self._is_sample = found.directory is None
            status.data = found.describe(RunConfig().validation_size)
            status.data_is_wrong = False

    @on(SettingsForm.Changed)
    def _settings_changed(self, event: SettingsForm.Changed) -> None:
        self._show_data(event.config.dataset)

    @on(RunsTable.Toggled)
    def _toggle_curves(self, event: RunsTable.Toggled) -> None:
        if event.run_id in self._shown:
            self._shown.remove(event.run_id)
        else:
            self._shown.append(event.run_id)
        self._show_runs(set(self._laboratory.runs))

    @on(DataTable.RowSelected)
    def _show_details(self, event: DataTable.RowSelected) -> None:
        run = self._laboratory.runs.get(str(event.row_key.value))
        if run:
            self.app.push_screen(DetailsScreen(details(run)))

    def action_run(self) -> None:
        """Train the network of the form."""
        try:
            config = self.query_one(SettingsForm).read()
        except ConfigError as error:
            self._complain(error)
        else:
            self._start([config])

    def action_compare(self) -> None:
        """Train the three classic networks, with layers, rate, epochs and seed of the form."""
        try:
            shared = self.query_one(SettingsForm).read()
        except ConfigError as error:
            self._complain(error)
        else:
            self._start(classic_configs(shared))
            if shared.optimizer != "sgd" or shared.dropout or shared.batch_size != 256:
                self.notify("The classic rows use gradient descent, batch 256 and no dropout.", markup=False)

    @work
    async def action_sweep(self) -> None:
        """Train the network of the form once for each value of a setting."""
        form = self.query_one(SettingsForm)
        try:
            shared = form.read()
        except ConfigError as error:
            self._complain(error)
            return
        configs = await self.app.push_screen_wait(SweepScreen(shared, form.focused_setting))
        if configs:
            self._start(configs)

    @work
    async def _start(self, configs: list[RunConfig]) -> None:
        try:
            started = await asyncio.to_thread(self._laboratory.start, configs)
        except MnistTuiError as error:
            self._complain(error)
            return
        self._join_session(started)
        self._follow = started[0]
        self.query_one(SettingsForm).started()
        self._look_soon()

    def _complain(self, error: MnistTuiError) -> None:
        """Say under the form what keeps a run from starting."""
        self.query_one(SettingsForm).problem = str(error)
        self.app.bell()

    async def action_pause(self) -> None:
        """Pause or resume the run under the table's cursor."""
        if run := self._target():
            await self._steer(self._laboratory.pause_or_resume, run.run_id)

    @work
    async def action_stop(self) -> None:
        """Ask what to do with the run under the table's cursor, and do it."""
        run = self._target()
        if run is None:
            return
        answers = {"keep": "Stop and keep", "discard": "Discard", "cancel": "Cancel"}
        question = f"Stop {run.name} in epoch {run.epoch}? Kept, it is tested with its best weights so far."
        answer = await self.app.push_screen_wait(ConfirmScreen(question, answers))
        if answer == "keep":
            await self._steer(self._laboratory.stop, run.run_id)
        elif answer == "discard" and await self._steer(self._laboratory.discard, run.run_id):
            self._session = [run_id for run_id in self._session if run_id != run.run_id]
            self._shown = [run_id for run_id in self._shown if run_id != run.run_id]
            self._show_runs(set())

    async def _steer(self, command: Callable[[str], None], run_id: str) -> bool:
        """Carry out a command; whether it could be."""
        try:
            await asyncio.to_thread(command, run_id)
        except MnistTuiError as error:
            self.notify(str(error), severity="error", markup=False)
            return False
        self._look_soon()
        return True

    def _look_soon(self) -> None:
        self.post_message(self.Asked())

    def _target(self) -> Run | None:
        """The run that pause and stop mean: the one under the cursor, else the newest that trains."""
        runs = self._laboratory.runs
        under_cursor = runs.get(self.query_one(RunsTable).selected_run_id or "")
        if under_cursor and under_cursor.is_active:
            return under_cursor
        active = [run for run in runs.values() if run.is_active]
        if not active:
            self.notify("Nothing trains.", markup=False)
            return None
        return active[-1]

    @work
    async def action_export(self) -> None:
        """Write the runs shown as Markdown."""
        shown = [self._laboratory.runs[run_id] for run_id in self._shown_ids()]
        result = compare(shown)
        if not result.rows:
            self.notify(
                "Nothing to export yet: a shown run must be finished. r starts one, space shows one.",
                severity="warning",
                markup=False,
            )
            return
        written = await self.app.push_screen_wait(ExportScreen(markdown(result)))
        if written:
            self.notify(f"Written: {written}", markup=False)

    @work
    async def action_fetch(self) -> None:
        """Fetch full MNIST."""
        if await self.app.push_screen_wait(FetchScreen()):
            self.notify("Full MNIST is here, verified. New runs with data “auto” use it.", markup=False)
            self.query_one(SettingsForm).started()
        self._show_data(self.query_one("#dataset", SettingInput).value)

    def action_toggle_log(self) -> None:
        """Logarithmic or linear loss axis."""
        chart = self.query_one("#loss", CurveChart)
        chart.log_axis = not chart.log_axis

    def action_next_x_axis(self) -> None:
        """Epochs, steps or seconds."""
        for chart in self.query(CurveChart):
            chart.x_axis = X_AXES[(X_AXES.index(chart.x_axis) + 1) % len(X_AXES)]

    def action_other_chart(self) -> None:
        """Where only one chart fits, show the other."""
        self.query_one("#charts").toggle_class("-accuracy")
