"""Writing the comparison as Markdown: see it first, choose where, never overwrite by accident."""

from pathlib import Path

from textual import on, widgets
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from mnist_tui.reports.files import FileTakenError, free_name, write_report
from mnist_tui.tui.dialogs.form import FormScreen

DEFAULT_NAME = "mnist-tui-results.md"


def _proposal() -> Path:
    """A free name in the working directory, or, where that was deleted, in the home directory."""
    try:
        return free_name(Path.cwd() / DEFAULT_NAME)
    except OSError:
        return free_name(Path.home() / DEFAULT_NAME)


class ExportScreen(FormScreen[Path]):
    """Show the report, ask where to, write it; returns the path written.

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
        return "enter writes · tab to the report · esc goes back"

    def answer(self) -> Path:
        """The path, written."""
        path = Path(self.query_one("#path", Input).value.strip())
        try:
            return write_report(path, self._report, overwrite=path == self._confirmed)
        except FileTakenError as error:
            self._confirmed = path
            raise FileTakenError("This file exists. Enter again replaces it; or change the name.") from error
