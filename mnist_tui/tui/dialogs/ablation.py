"""Some switches, all combinations: which?"""

from mnist_tui.settings.design import combinations, parse_switches
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.dialogs.plan import Known, PlanScreen

PROPOSAL = "batch_norm,l2_lambda=0.1,dropout=0.2"


class AblationScreen(PlanScreen):
    """Ask for the switches; a row for each combination of on and off.

    Args:
        shared: Everything else.
        seeds: How many each row is trained with.
        known: What is there already.
    """

    def __init__(self, shared: RunConfig, seeds: int, known: Known) -> None:
        super().__init__("Train all combinations of these switches", PROPOSAL, seeds, known)
        self._shared = shared

    def rows(self, typed: str) -> list[RunConfig]:
        """All off first, all on last."""
        return combinations(self._shared, parse_switches(typed))
