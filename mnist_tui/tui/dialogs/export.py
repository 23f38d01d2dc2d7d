"""Where to write the comparison: see it first, choose where, never overwrite by accident."""

from dataclasses import dataclass
from pathlib import Path

from textual import on, widgets
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from mnist_tui.paths import expand
from mnist_tui.reports.files import FileTakenError, check_writable, free_name
from mnist_tui.reports.pictures import PICTURES, beside
from mnist_tui.tui.dialogs.form import FormScreen

DEFAULT_NAME = "mnist-tui-results.md"


def _proposal() -> Path:
    """A free name in the working directory, or, where that was deleted, in the home directory."""
    try:
        return free_name(Path.cwd() / DEFAULT_NAME)
    except OSError:
        return free_name(Path.home() / DEFAULT_NAME)


@dataclass(frozen=True)
class Destination:
    """Where a report goes.

    Attributes:
        path: Absolute; its ending says which format.
        overwrite: Whether a file that is there may be replaced.
    """

    path: Path
    overwrite: bool


class ExportScreen(FormScreen[Destination]):
    """Show the report, ask where to; returns a place that can be written.

    Args:
        report: The report as Markdown.
    """

    START = "Write"
    DIALOG_CLASSES = "dialog tall"

    def __init__(self, report: str) -> None:
        super().__init__("Write the comparison to")
        self._report = report
        self._confirmed: Path | None = None

    def fields(self) -> ComposeResult:
        """The path."""
        yield Input(str(_proposal()), id="path", select_on_focus=False)

    def below(self) -> ComposeResult:
        """The report."""
        with VerticalScroll(id="preview"):
            yield widgets.Markdown(self._report, open_links=False)

    @on(Input.Changed)
    def _another_path(self) -> None:
        self._confirmed = None

    def preview(self) -> str:
        """What to press."""
        return "enter writes (.md with figures, .csv, .json) · tab to the report · esc goes back"

    def answer(self) -> Destination:
        """The place."""
        path = expand(self.query_one("#path", Input).value.strip())
        overwrite = path == self._confirmed
        figures = [] if path.suffix.lower() in {".csv", ".json"} else PICTURES
        for place in [path, *(beside(path, name, "svg") for name in figures)]:
            try:
                check_writable(place, overwrite=overwrite)
            except FileTakenError as error:
                self._confirmed = path
                words = f"{place.name} exists. Enter again replaces it; or change the name."
                raise FileTakenError(words) from error
        return Destination(path, overwrite)
