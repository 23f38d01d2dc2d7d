"""One setting, several values: which?"""

import re

from textual.app import ComposeResult
from textual.widgets import Input

from mnist_tui.settings.labels import distinct_labels
from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.settings.sweeps import Sweep, grid
from mnist_tui.tui.dialogs.form import FormScreen

LAMBDAS = "l2_lambda=0,0.01,0.1,1,10"


def proposal(setting_name: str | None) -> str:
    """A sweep over the common values of a setting; over λ where none is meant."""
    if setting_name is None or setting_name in {"l2_lambda", "dataset"}:
        return LAMBDAS
    steps = setting(setting_name).steps or ("off", "on")
    return f"{setting_name}={(';' if setting_name == 'hidden' else ',').join(steps)}"


class SweepScreen(FormScreen[list[RunConfig]]):
    """Ask for the values; returns a configuration for each.

    Args:
        shared: Everything that is not swept.
        setting_name: What to propose values for.
    """

    def __init__(self, shared: RunConfig, setting_name: str | None) -> None:
        super().__init__("Train once for each value")
        self._shared = shared
        self._proposal = proposal(setting_name)

    def fields(self) -> ComposeResult:
        """The values, as the command line takes them."""
        yield Input(self._proposal, id="sweep", select_on_focus=False)

    def answer(self) -> list[RunConfig]:
        """A configuration for each combination of values."""
        typed = self.query_one("#sweep", Input).value.strip()
        # A space between values is no end of a sweep; one before the next setting is.
        sweeps = [Sweep.parse(part) for part in re.split(r"\s+(?=[\w-]+\s*=)", typed)]
        return grid(self._shared, sweeps)

    def preview(self) -> str:
        """Which runs the values make."""
        rows = self.answer()
        return f"{len(rows)} runs: {' · '.join(distinct_labels(rows))}\n\nenter starts · esc goes back"
