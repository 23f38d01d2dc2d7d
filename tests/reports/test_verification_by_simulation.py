"""How often a report that holds is said not to."""

import numpy as np
import pytest

from mnist_tui.reports.verification import Outcome, numbers
from tests.reports.test_verification import ELSEWHERE, made, rows


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_reports_that_hold_are_said_not_to_be_reproduced_in_at_most_one_of_twenty(seeds: int) -> None:
    """Elsewhere each run goes another way, as with another seed."""
    lot = np.random.default_rng(seeds)
    names, trials, alarms = ("a", "b"), 100, 0

    def accuracy() -> float:
        return float(lot.normal(0.98, 0.001))

    for _ in range(trials):
        claimed = [made(seed, name, test_accuracy=accuracy()) for name in names for seed in range(seeds)]
        again = {
            one.run_id: made(one.config.seed, one.name, ELSEWHERE, test_accuracy=accuracy())
            for one in claimed
        }
        found = numbers(rows(*claimed), again)
        assert {number.outcome for number in found if number.key != "test_accuracy"} == {Outcome.IDENTICAL}
        alarms += any(number.outcome is Outcome.NOT_REPRODUCED for number in found)
    assert alarms <= 0.05 * trials + 2 * (0.05 * 0.95 * trials) ** 0.5
