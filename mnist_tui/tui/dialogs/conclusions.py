"""What may be concluded of the rows that are shown, on one page."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from mnist_tui.analysis.difference_notes import baseline_note
from mnist_tui.tui.concluded import Concluded
from mnist_tui.tui.dismissal import Dialog
from mnist_tui.tui.keys import Place, bindings
from mnist_tui.tui.renderables.conclusions import render_differences, render_findings
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.widgets.page_panel import PagePanel


class ConclusionsScreen(Dialog[None]):
    """Findings, differences, and how to read them.

    Args:
        concluded: What was concluded.
    """

    BINDINGS = bindings(Place.DIALOG, Place.PAGE)

    def __init__(self, concluded: Concluded) -> None:
        super().__init__()
        self._concluded = concluded

    def compose(self) -> ComposeResult:
        """One panel after the other, scrolled by keys."""
        conclusions = self._concluded.conclusions
        with VerticalScroll(classes="dialog tall"):
            yield PagePanel("Findings", self._findings, id="all-findings")
            if conclusions.differences:
                yield PagePanel(
                    f"Beside {conclusions.baseline_row.label}", self._differences, id="differences"
                )
                yield PagePanel("How to read it", self._notes, id="notes")

    def _findings(self, width: int) -> list[Line]:
        return render_findings(self._concluded.findings, width)

    def _differences(self, width: int) -> list[Line]:
        return render_differences(self._concluded.conclusions.differences, width)

    def _notes(self, width: int) -> list[Line]:
        return render_findings([baseline_note(self._concluded.conclusions), *self._concluded.notes], width)
