"""The one screen that shows everything: switches, curves, timing, the comparison table."""

from collections.abc import Sequence

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import DataTable, Footer

from mnist_tui.analysis.comparison import compare, distinct_labels
from mnist_tui.data import source
from mnist_tui.errors import ConfigError, MnistTuiError
from mnist_tui.jobs.laboratory import Laboratory
from mnist_tui.reports.description import details
from mnist_tui.reports.markdown import markdown
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.view import RunView
from mnist_tui.settings.presets import classic_configs
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.dialogs.details import DetailsScreen
from mnist_tui.tui.dialogs.export import ExportScreen
from mnist_tui.tui.dialogs.fetch import FetchScreen
from mnist_tui.tui.dialogs.sweep import SweepScreen
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.screens.steering import SteeringScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from mnist_tui.tui.widgets.setting_input import SettingInput
from mnist_tui.tui.widgets.settings import SettingsForm
from mnist_tui.tui.widgets.status_bar import StatusBar
from mnist_tui.tui.widgets.timing import TimingPanel

EARLIER = "Earlier runs stand in the table below: space shows their curves."
WELCOME = "Press r to train this network,\nor c to compare the three classic ones."

FETCH = "This is a small sample: f fetches full MNIST."

ROOMY_WIDTH = 100
"""Below it the status line leaves out what it can."""

COMPACT_WIDTH = 80
"""Below it the footer leaves out its spaces."""


class DashboardScreen(SteeringScreen):
    """Switch, train, watch, compare, export.

    Args:
        laboratory: The runs, and the processes behind some of them.
    """

    BINDINGS = bindings(Place.DASHBOARD, Place.STEERING)

    def __init__(self, laboratory: Laboratory) -> None:
        super().__init__(laboratory)
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
        """Keep all keys of the footer, and the data set's size, in sight."""
        self.query_one(Footer).compact = event.size.width < COMPACT_WIDTH
        self._show_activity()

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

    @property
    def selected(self) -> Run | None:
        """The run under the table's cursor."""
        return self._laboratory.runs.get(self.query_one(RunsTable).selected_run_id or "")

    @property
    def shown(self) -> list[Run]:
        """The runs whose curves are shown."""
        return [self._laboratory.runs[run_id] for run_id in self._shown_ids()]

    def joined(self, run_ids: Sequence[str]) -> None:
        """These runs were started here: the cursor goes to the last one."""
        self._join_session(run_ids)
        self._follow = run_ids[-1]

    def left(self, run_id: str) -> None:
        """This run was deleted."""
        self._session = [known for known in self._session if known != run_id]
        self._shown = [known for known in self._shown if known != run_id]
        self._show_runs(set())

    def _join_session(self, run_ids: Sequence[str]) -> None:
        """These runs stand first in the table, and their curves are shown."""
        self._session += [run_id for run_id in run_ids if run_id not in self._session]
        self._shown += [run_id for run_id in run_ids if run_id not in self._shown]
        for run_id in run_ids:
            self._read_whole(run_id)

    @work(group="read")
    async def _read_whole(self, run_id: str) -> None:
        """Get the curves of a run of which only the ends of its log were read."""
        if changed := await self._laboratory.read(run_id):
            self._show_runs(changed)

    def _show_runs(self, changed: set[str]) -> None:
        runs = self._laboratory.runs
        shown = [runs[run_id] for run_id in self._shown if run_id in runs]
        labels = dict(zip(self._shown_ids(), distinct_labels([run.config for run in shown]), strict=True))
        curves = [(run, self._identities.of(run.run_id)) for run in shown]
        hint = self._welcome(earlier_runs=bool(runs))
        for chart in self.query(CurveChart):
            chart.hint = hint
            chart.runs = curves
        session = [self._view(run, labels) for run in shown if run.run_id in self._session]
        # Those that train come first: they are what one looks at. Then those that wait, in their order.
        session.sort(key=lambda view: (not view.is_active, view.place))
        self.query_one(TimingPanel).runs = session
        earlier = [run_id for run_id in reversed(runs) if run_id not in self._session]
        order = [run_id for run_id in self._session if run_id in runs] + earlier
        relabelled = {run_id for run_id, label in labels.items() if label != self._labels.get(run_id)}
        self._labels = labels
        changed = changed | relabelled
        table = self.query_one(RunsTable)
        table.show(order, lambda run_id: self._view(runs[run_id], labels), changed)
        if self._follow in runs:
            table.move_cursor(row=order.index(self._follow))
            self._follow = ""
        self._show_hints()
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

    def _view(self, run: Run, labels: dict[str, str]) -> RunView:
        place = self._laboratory.place(run.run_id)
        if run.run_id not in labels:
            return RunView(run, run.name, place)
        identity = self._identities.of(run.run_id)
        return RunView(run, labels[run.run_id], place, identity.marker, identity.color)

    def _show_activity(self) -> None:
        runs = self._laboratory.runs.values()
        waiting = len(self._laboratory.waiting)
        training = sum(run.is_active and not self._laboratory.place(run.run_id) for run in runs)
        parts = [f"{training} training"]
        if waiting:
            parts.append(f"{waiting} waiting")
        if not waiting or self.size.width >= ROOMY_WIDTH:
            parts.append(f"{sum(run.finished is not None for run in runs)} finished")
        self.query_one(StatusBar).activity = " · ".join(parts)

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
            self._read_whole(event.run_id)
        self._show_runs({event.run_id, *self._shown})

    @on(DataTable.RowSelected)
    def _show_details(self, event: DataTable.RowSelected) -> None:
        self._open_details(str(event.row_key.value))

    @work
    async def _open_details(self, run_id: str) -> None:
        await self._laboratory.read(run_id)
        if run := self._laboratory.runs.get(run_id):
            self.app.push_screen(DetailsScreen(details(run)))

    @on(RunsTable.Selected)
    def _show_hints(self) -> None:
        """Say what the keys do to the run under the cursor."""
        hints = self.hints()
        self.query_one(RunsTable).border_title = f"Runs[not bold] · {hints}[/]" if hints else "Runs"

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
            started = await self._laboratory.start(configs)
        except MnistTuiError as error:
            self._complain(error)
            return
        self._join_session(started)
        self._follow = started[0]
        self.query_one(SettingsForm).started()
        self.post_message(self.Asked())

    def _complain(self, error: MnistTuiError) -> None:
        """Say under the form what keeps a run from starting."""
        self.query_one(SettingsForm).problem = str(error)
        self.app.bell()

    @work
    async def action_export(self) -> None:
        """Write the runs shown as Markdown."""
        result = compare(self.shown)
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
