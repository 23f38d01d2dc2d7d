"""What is known of the run under the cursor, beside the panels where the screen is wide."""

import asyncio
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from mnist_tui.runs.view import RunView
from mnist_tui.tui.following import Following
from mnist_tui.tui.identity import COLORS, MARKERS
from mnist_tui.tui.renderables.layers import render_layers
from mnist_tui.tui.renderables.lines import Line, wrapped
from mnist_tui.tui.renderables.settings import render_settings
from mnist_tui.tui.renderables.stages import render_stages
from mnist_tui.tui.renderables.story import render_story
from mnist_tui.tui.renderables.timing import timing_line
from mnist_tui.tui.widgets.page_panel import PagePanel

if TYPE_CHECKING:
    from textual import getters

    from mnist_tui.tui.app import MnistTuiApp

PASSING_SECONDS = 0.2
"""So long a cursor stands on a run before its log is read."""


class Details(VerticalScroll, can_focus=False):
    """The run's page in a column: where it stands, what was set, layers, time, events."""

    if TYPE_CHECKING:
        app = getters.app(MnistTuiApp)

    def __init__(self) -> None:
        super().__init__(id="details")
        self._following = Following()
        self._view: RunView | None = None

    def compose(self) -> ComposeResult:
        """Its parts, one below the other."""
        yield PagePanel("Run", self._now, id="now")
        yield PagePanel("Settings", self._settings, id="its-settings")
        yield PagePanel("Layers", self._layers, id="its-layers")
        yield PagePanel("Where the time of a step goes", self._stages, id="its-stages")
        yield PagePanel("What happened", self._story, id="its-story")

    def on_mount(self) -> None:
        """Say that nothing is selected, until something is."""
        self._draw()

    def show(self, view: RunView | None) -> None:
        """Show a run, and what its log says of it a moment later.

        Args:
            view: Which; `None` for none.
        """
        self._view = view and view.with_look(MARKERS[0], COLORS[0])
        self._following.turn_to(view.run.run_id if view else "")
        self._draw()
        if view:
            self._read_on(view)

    def _draw(self) -> None:
        for panel in self.query(PagePanel):
            panel.display = self._view is not None or panel.id == "now"
            panel.update()

    @work(group="details", exclusive=True, exit_on_error=False)
    async def _read_on(self, view: RunView) -> None:
        await asyncio.sleep(PASSING_SECONDS)
        if await self._following.read_on(view.run):
            self._draw()

    def _now(self, width: int) -> list[Line]:
        """Its name, how far it is, and why it failed if it did."""
        if not (view := self._view):
            return [[("No run is selected.", "dim")]]
        lines: list[Line] = [[(f"{view.marker} ", view.color), (view.label[: width - 2], "bold")]]
        if view.run.failure:
            return [*lines, *wrapped(view.run.failure, width)]
        return [*lines, timing_line(view, width)]

    def _settings(self, width: int) -> list[Line]:
        return render_settings(self._view.run, width) if self._view else []

    def _layers(self, width: int) -> list[Line]:
        return render_layers(self._view.run, width, self._view.color) if self._view else []

    def _stages(self, width: int) -> list[Line]:
        return render_stages(self._view.run, width, self._view.color) if self._view else []

    def _story(self, width: int) -> list[Line]:
        return render_story(self._following.story.happenings, width)
