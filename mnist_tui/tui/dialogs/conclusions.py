"""What may be concluded of the rows that are shown, on one page."""

from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from mnist_tui.analysis.difference_notes import baseline_note
from mnist_tui.tui.concluded import Concluded
from mnist_tui.tui.dialogs.margin import MarginScreen
from mnist_tui.tui.dismissal import Dialog
from mnist_tui.tui.identity import COLORS
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.conclusions import render_differences, render_effects, render_findings
from mnist_tui.tui.renderables.grid import render_grid
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.sweep import render_sweep
from mnist_tui.tui.widgets.page_panel import PagePanel

if TYPE_CHECKING:
    from textual import getters

    from mnist_tui.tui.app import MnistTuiApp

FIGURE_HEIGHT = 16


class ConclusionsScreen(Dialog[None]):
    """Findings, differences, and how to read them.

    Args:
        concluded: What was concluded.
    """

    BINDINGS = bindings(Place.DIALOG, Place.PAGE, Place.CONCLUSIONS)

    if TYPE_CHECKING:
        app = getters.app(MnistTuiApp)

    def __init__(self, concluded: Concluded) -> None:
        super().__init__()
        self._concluded = concluded

    def on_mount(self) -> None:
        """Listen to what is concluded anew."""
        self.app.runs_changed.subscribe(self, self._conclude_anew)

    async def _conclude_anew(self, _changed: set[str]) -> None:
        """Say it, where it is not what stands here."""
        concluded = self.app.concluded
        if concluded and concluded is not self._concluded:
            self._concluded = concluded
            await self.recompose()

    @work(exit_on_error=False)
    async def action_margin(self) -> None:
        """Ask for δ, and conclude with it."""
        margin = await self.app.push_screen_wait(MarginScreen(self._concluded.conclusions.margin))
        if margin is not None:
            self.app.weigh(margin)

    def compose(self) -> ComposeResult:
        """One panel after the other, scrolled by keys."""
        conclusions = self._concluded.conclusions
        with VerticalScroll(classes="dialog tall") as dialog:
            dialog.border_subtitle = f"d margin: ±{100 * conclusions.margin:g} points · esc back"
            yield PagePanel("Findings", self._findings, id="all-findings")
            if self._concluded.curve or self._concluded.grid:
                yield PagePanel("Sweep · test accuracy", self._sweep, id="sweep-figure")
            if self._concluded.effects:
                yield PagePanel(
                    "Effects · test accuracy, points (95 % interval)", self._effects, id="effects"
                )
            if conclusions.differences:
                yield PagePanel(
                    f"Beside {conclusions.baseline_row.label}", self._differences, id="differences"
                )
                yield PagePanel("How to read it", self._notes, id="notes")

    def _findings(self, width: int) -> list[Line]:
        return render_findings(self._concluded.findings, width)

    def _sweep(self, width: int) -> list[Line]:
        if self._concluded.curve:
            return render_sweep(self._concluded.curve, width, FIGURE_HEIGHT, style=COLORS[0])
        return render_grid(self._concluded.grid, width, FIGURE_HEIGHT, style=COLORS[0])

    def _effects(self, width: int) -> list[Line]:
        return render_effects(self._concluded.effects, width) if self._concluded.effects else []

    def _differences(self, width: int) -> list[Line]:
        return render_differences(self._concluded.conclusions.differences, width)

    def _notes(self, width: int) -> list[Line]:
        return render_findings([baseline_note(self._concluded.conclusions), *self._concluded.notes], width)
