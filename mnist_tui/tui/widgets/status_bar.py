"""The line at the top: which data, how many runs."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widgets import Static


class StatusBar(Horizontal):
    """Name of the program, the data set in use with its size, and what is going on."""

    data: reactive[str] = reactive("")
    data_is_wrong: reactive[bool] = reactive(False)
    activity: reactive[str] = reactive("")

    def compose(self) -> ComposeResult:
        """Three texts in a row."""
        yield Static("mnist-tui", id="program")
        yield Static(id="data", markup=False)
        yield Static(id="activity", markup=False)

    def watch_data(self, data: str) -> None:
        """Show the data set."""
        self.query_one("#data", Static).update(data)

    def watch_data_is_wrong(self, wrong: bool) -> None:
        """Mark an error."""
        self.query_one("#data", Static).set_class(wrong, "wrong")

    def watch_activity(self, activity: str) -> None:
        """Show what is going on."""
        self.query_one("#activity", Static).update(activity)
