"""One setting, several values: which?"""

import re

from mnist_tui.settings.run_config import RunConfig, setting
from mnist_tui.settings.sweeps import Sweep, grid
from mnist_tui.settings.walking import AUTO
from mnist_tui.tui.dialogs.plan import Known, PlanScreen

LAMBDAS = "l2_lambda=0,0.01,0.1,1,10"


def proposal(setting_name: str | None, automatic: float | None = None) -> str:
    """A sweep over the common values of a setting; over λ where none is meant.

    Args:
        setting_name: Field of `RunConfig`.
        automatic: What `auto` comes to for the learning rate, which stands among the other numbers; where
            that is not known, it is left out, for nobody could tell where it lies.
    """
    if setting_name is None or setting_name in {"l2_lambda", "dataset"}:
        return LAMBDAS
    steps = setting(setting_name).steps or ("off", "on")
    if AUTO in steps:
        numbers = {float(step) for step in steps if step != AUTO}
        if automatic and setting_name == "learning_rate":
            numbers.add(automatic)
        steps = tuple(f"{number:g}" for number in sorted(numbers))
    return f"{setting_name}={(';' if setting_name == 'hidden' else ',').join(steps)}"


class SweepScreen(PlanScreen):
    """Ask for the values; a row for each combination.

    Args:
        shared: Everything that is not swept.
        setting_name: What to propose values for.
        seeds: How many each row is trained with.
        known: What is there already.
        automatic: See `proposal`.
    """

    def __init__(
        self,
        shared: RunConfig,
        setting_name: str | None,
        seeds: int,
        known: Known,
        automatic: float | None = None,
    ) -> None:
        super().__init__("Train once for each value", proposal(setting_name, automatic), seeds, known)
        self._shared = shared

    def rows(self, typed: str) -> list[RunConfig]:
        """A configuration for each combination of values."""
        # A space between values is no end of a sweep; one before the next setting is.
        sweeps = [Sweep.parse(part) for part in re.split(r"\s+(?=[\w-]+\s*=)", typed)]
        return grid(self._shared, sweeps)
