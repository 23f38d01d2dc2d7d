"""One setting, several values: which?"""

import re

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from mnist_tui.analysis.comparison import distinct_labels
from mnist_tui.errors import ConfigError
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.settings.sweeps import Sweep, grid
from mnist_tui.tui.keys import Place, bindings

LAMBDAS = "l2_lambda=0,0.01,0.1,1,10"


def proposal(setting_name: str | None) -> str:
    """A sweep over the common values of a setting; over λ where none is meant."""
    if setting_name is None or setting_name in {"l2_lambda", "dataset"}:
        return LAMBDAS
    steps = setting(setting_name).steps or ("off", "on")
    return f"{setting_name}={(';' if setting_name == 'hidden' else ',').join(steps)}"


class SweepScreen(ModalScreen[list[RunConfig] | None]):
    """Ask for the values; returns a configuration for each.

    Args:
        shared: Everything that is not swept.
        setting_name: What to propose values for.
    """

    BINDINGS = bindings(Place.DIALOG)

    def __init__(self, shared: RunConfig, setting_name: str | None) -> None:
        super().__init__()
        self._shared = shared
        self._proposal = proposal(setting_name)

    def compose(self) -> ComposeResult:
        """The values, and below them the runs they make."""
        with Vertical(classes="dialog"):
            yield Label("Train once for each value")
            yield Input(self._proposal, id="sweep", select_on_focus=False)
            yield Static(id="message", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Start", id="start", variant="primary", compact=True)
                yield Button("Back", id="back", compact=True)

    def _read(self) -> list[RunConfig]:
        typed = self.query_one("#sweep", Input).value.strip()
        # A space between values is no end of a sweep; one before the next setting is.
        sweeps = [Sweep.parse(part) for part in re.split(r"\s+(?=[\w-]+\s*=)", typed)]
        return grid(self._shared, sweeps)

    @on(Input.Changed)
    def _preview(self) -> None:
        """Say at once which runs the values make, or what is wrong with them."""
        message = self.query_one("#message", Static)
        try:
            rows = self._read()
        except ConfigError as error:
            message.update(f"✗ {error}")
            message.add_class("wrong")
        else:
            labels = " · ".join(distinct_labels(rows))
            message.update(f"{len(rows)} runs: {labels}\n\nenter starts · esc goes back")
            message.remove_class("wrong")

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#start")
    def _start(self) -> None:
        try:
            self.dismiss(self._read())
        except ConfigError:
            self.app.bell()
