"""A budget that is kept while its runs train beside each other, as the dashboard's do.

Runs are started round by round, a seed of every row; before each round it is decided by what the earlier ones
have taken so far, with the rule of `analysis.budget`. So a wrong expectation costs or wins whole rounds, and
rows keep the same seeds. `compare --budget` does the same with one run after the other (`cli.agenda`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_tui.analysis.budget import TOLERANCE, goes_on


@dataclass(frozen=True)
class Progress:
    """Where a run stands that a budget has started.

    Attributes:
        has_begun: Whether it waits no more.
        share: Of its training that is done; 1 once it is over.
    """

    has_begun: bool
    share: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.share >= 1


@dataclass(frozen=True)
class Allowance:
    """Until when, and how much.

    Attributes:
        seconds: That there are.
        planned: Seeds of every row that were expected to fit.
        most: Seeds of every row that there may be.
    """

    seconds: float
    planned: int
    most: int

    def wants_round(self, elapsed: float, runs: Sequence[Progress], rounds: int, missing: int) -> bool:
        """Whether another seed of every row is begun now.

        Not before all runs have begun: until then, what they take is not known as well as it will be.

        Args:
            elapsed: Seconds since the first run was started.
            runs: All that were started, those that were trained earlier left out.
            rounds: How many rounds were begun.
            missing: How many runs of the next round are to be trained; the others were trained earlier.
        """
        if rounds >= self.most or not all(run.has_begun for run in runs):
            return False
        if not rounds or not missing:
            return True
        a_run = _seconds_a_run(elapsed, runs)
        if a_run is None:  # nothing tells how long the next ones take; it will
            return not runs
        ahead = a_run * sum(1 - run.share for run in runs)
        return goes_on(self.seconds, elapsed + ahead, a_run * missing, is_planned=rounds < self.planned)

    def gives_up(self, elapsed: float, runs: Sequence[Progress]) -> bool:
        """Whether runs of a later round that still wait are left out, because they would end too late.

        Args:
            elapsed: See `wants_round`.
            runs: The same.
        """
        at_once = sum(run.has_begun and not run.is_over for run in runs)
        a_run = _seconds_a_run(elapsed, runs) or 0.0
        return elapsed + a_run * max(1, at_once) > (1 + TOLERANCE) * self.seconds


def _seconds_a_run(elapsed: float, runs: Sequence[Progress]) -> float | None:
    """How long a run takes of the time that all of them have together; `None` while that cannot be said."""
    done = sum(run.share for run in runs)
    return elapsed / done if done else None
