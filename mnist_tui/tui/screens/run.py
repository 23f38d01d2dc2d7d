"""The run's page: everything about the selected run, live while it trains."""

from collections.abc import Sequence
from dataclasses import replace

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from mnist_tui.analysis.commands import again
from mnist_tui.reports.description import outcome
from mnist_tui.runs.view import RunView
from mnist_tui.tui.following import Following
from mnist_tui.tui.identity import COLORS, MARKERS
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.layers import render_layers
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.settings import render_settings
from mnist_tui.tui.renderables.stages import render_stages
from mnist_tui.tui.renderables.story import render_story
from mnist_tui.tui.renderables.timing import timing_line
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.screens.runs import RunsScreen
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.keys_footer import KeysFooter
from mnist_tui.tui.widgets.page_panel import PagePanel

NOBODY = "No run yet: 1 goes to the dashboard, r trains one there."


class RunScreen(RunsScreen):
    """Settings, curves of any metric, layers, time and events of one run."""

    BINDINGS = bindings(Place.STEERING, Place.RUN)

    def __init__(self) -> None:
        super().__init__()
        self._following = Following()

    def compose(self) -> ComposeResult:
        """Head, chart and what happened at the left, the rest at the right."""
        yield Static(id="head", markup=False)
        with VerticalScroll(id="page"):
            with VerticalScroll(id="course"):
                yield CurveChart("loss", id="metric")
                yield PagePanel("What happened", self._story_lines, id="story")
            with VerticalScroll(id="facts"):
                yield PagePanel("Layers", self._layer_lines, id="layers")
                yield PagePanel("Where the time of a step goes", self._stage_lines, id="stages")
                yield PagePanel("Settings", self._setting_lines, id="settings")
                yield PagePanel("Files, and the same again", self._file_lines, id="files")
        yield KeysFooter()

    def on_mount(self) -> None:
        """Show the run that is selected."""
        self._show_all()

    def appear(self) -> None:
        """Show the run that is selected now."""
        super().appear()
        self._show_all()

    @property
    def selected_ids(self) -> Sequence[str]:
        """The run that the page is about."""
        return [self._following.run_id]

    @property
    def _view(self) -> RunView | None:
        known = self._following.run_id in self.app.laboratory.runs
        return self.app.session.view(self._following.run_id) if known else None

    @property
    def _drawn(self) -> RunView | None:
        """It with a look of its own, also where the dashboard hides its curves."""
        return self._view and self._view.with_look(MARKERS[0], COLORS[0])

    def show_changes(self, changed: set[str]) -> None:
        """Show what became of the run."""
        if self._following.run_id not in self.app.laboratory.runs:
            self._show_all()
        elif self._following.run_id in changed:
            self._show()
            self._read_on(self._following.run_id)

    def _show_all(self) -> None:
        """Turn to the run that is selected."""
        session = self.app.session
        order = session.run_order
        selected = session.selected if session.selected in order else next(iter(order), "")
        self._following.turn_to(selected)
        self._show()
        if selected:
            self._read_on(selected)

    def _show(self) -> None:
        """Draw what is known."""
        view = self._view
        self.query_one("#head", Static).update(self._head(view))
        chart = self.query_one("#metric", CurveChart)
        chart.hint = NOBODY if view is None else "Curves come with the first steps."
        chart.selected = self._following.run_id
        chart.rows = [replace(RowView.of_run(self._drawn), label="")] if self._drawn else []
        for panel in self.query(PagePanel):
            panel.update()

    @work(group="story", exit_on_error=False)
    async def _read_on(self, run_id: str) -> None:
        """Read the curves, where only a summary is known, and what the log says since the last time."""
        await self.app.read(run_id)
        run = self.app.laboratory.runs.get(run_id)
        if run and await self._following.read_on(run):
            self._show()

    def _head(self, view: RunView | None) -> str:
        if view is None:
            return NOBODY
        order = self.app.session.run_order
        place = f"{order.index(self._following.run_id) + 1} of {len(order)}"
        return f"{view.marker or ' '} {view.label} · {view.status_words} · {view.run.run_id} · {place}"

    def _story_lines(self, width: int) -> list[Line]:
        view = self._view
        if view is None:
            return [[(NOBODY, "dim")]]
        now = [timing_line(view, width)] if view.is_active else []
        return [*now, *render_story(self._following.story.happenings, width)]

    def _layer_lines(self, width: int) -> list[Line]:
        return render_layers(self._drawn.run, width, self._drawn.color) if self._drawn else []

    def _stage_lines(self, width: int) -> list[Line]:
        return render_stages(self._drawn.run, width, self._drawn.color) if self._drawn else []

    def _setting_lines(self, width: int) -> list[Line]:
        return render_settings(self._view.run, width) if self._view else []

    def _file_lines(self, width: int) -> list[Line]:
        if (view := self._view) is None:
            return []
        result = [outcome(view.run.finished)] if view.run.finished else []
        texts = [*result, str(view.run.directory.path), *again(view.run)]
        return [[(line, "")] for text in texts for line in _pieces(text, width)]

    def action_next_run(self, by: int) -> None:
        """Turn to the next run of the table, or to the previous one."""
        order = self.app.session.run_order
        if order:
            place = order.index(self._following.run_id) if self._following.run_id in order else 0
            self.app.session.selected = order[(place + by) % len(order)]
            self._show_all()

    def action_scroll_page(self, by: int) -> None:
        """Scroll whatever does not fit, by some lines."""
        for part in self.query(VerticalScroll):
            part.scroll_relative(y=3 * by, animate=False)

    def action_back(self) -> None:
        """From a maximised panel to the page, from the page to the dashboard."""
        if self.maximized:
            self.minimize()
        else:
            self.app.switch_mode("dashboard")


def _pieces(text: str, width: int) -> list[str]:
    """A text cut to lines without changing a character: it may be a command to be copied."""
    return [text[start : start + width] for start in range(0, len(text), max(1, width))]
