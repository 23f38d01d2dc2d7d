"""Writing the comparison as Markdown: see it first, choose where, never overwrite by accident."""

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Markdown, Static

from mnist_tui.errors import MnistTuiError
from mnist_tui.reports.files import FileTakenError, free_name, write_report
from mnist_tui.tui.keys import Place, bindings

DEFAULT_NAME = "mnist-tui-results.md"


def _proposal() -> Path:
    """A free name in the working directory, or, where that was deleted, in the home directory."""
    try:
        return free_name(Path.cwd() / DEFAULT_NAME)
    except OSError:
        return free_name(Path.home() / DEFAULT_NAME)


class ExportScreen(ModalScreen[Path | None]):
    """Show the report, ask where to, write it; returns the path written.

    Args:
        report: The report as Markdown.
    """

    BINDINGS = bindings(Place.DIALOG)

    def __init__(self, report: str) -> None:
        super().__init__()
        self._report = report
        self._confirmed: Path | None = None

    def compose(self) -> ComposeResult:
        """Path and buttons on top, the report below."""
        with Vertical(classes="dialog tall"):
            yield Label("Write the comparison to")
            yield Input(str(_proposal()), id="path", select_on_focus=False)
            yield Static("enter writes · tab to the report · esc goes back", id="message", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Write", id="write", variant="primary", compact=True)
                yield Button("Back", id="back", compact=True)
            with VerticalScroll(id="preview"):
                yield Markdown(self._report)

    @on(Input.Changed)
    def _another_path(self) -> None:
        self._confirmed = None

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#write")
    def _write(self) -> None:
        path = Path(self.query_one("#path", Input).value.strip())
        message = self.query_one("#message", Static)
        try:
            self.dismiss(write_report(path, self._report, overwrite=path == self._confirmed))
        except FileTakenError:
            self._confirmed = path
            message.update("This file exists. Enter again replaces it; or change the name.")
            message.add_class("wrong")
        except MnistTuiError as error:
            message.update(str(error))
            message.add_class("wrong")
