"""What fits into a given time: so many seeds and epochs for some rows.

The rule. Seeds are what a comparison is sure by, so three of them are wanted before more than a fifth of the
epochs that were asked for. First the epochs are reduced, no further than to that fifth, until three seeds of
every row fit; where they do not, until two do, or one, which may get as little as one epoch. Then seeds are
added up to what fits, and last the epochs go up again as far as these seeds allow.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from mnist_tui.analysis.formatting import rough_time
from mnist_tui.errors import ConfigError
from mnist_tui.settings.design import MAX_SEEDS
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.text import number_of

WANTED_SEEDS = 3
"""For each row: two seeds leave an interval that is hardly ever narrow enough to tell anything."""

LEAST_SHARE = 1 / 5
"""Of the epochs asked for: fewer only where not even one seed fits else."""

TOLERANCE = 0.15
"""How far a budget may be missed, as a share."""

CAUTION = 0.12
"""How far beyond it a round of seeds may be expected to end that is begun all the same."""

MOST_SPARE = 4
"""Times as many seeds as proposed are trained at most, should time be left."""

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}

MOST_SECONDS = 1000 * 3600.0


def parse_budget(text: str) -> float:
    """Seconds in a time as a person types it.

    Args:
        text: For example `60s`, `5m` or `1.5h`.

    Raises:
        ConfigError: It is none.
    """
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*([smh])", text.strip().lower(), re.ASCII)
    seconds = float(found[1]) * UNITS[found[2]] if found else 0.0
    if not 1 <= seconds <= MOST_SECONDS:
        shown = f"“{text[:40]}”" if text.isprintable() else "that"
        raise ConfigError(
            "budget", f"budget must be a time from 1s to 1000h, such as 60s, 5m or 1.5h, not {shown}."
        )
    return seconds


def check_rows(rows: Sequence[RunConfig]) -> None:
    """Refuse rows that differ in what a budget chooses.

    Raises:
        ConfigError: They do.
    """
    for name, does in (("epochs", "chooses"), ("seed", "adds")):
        if len({getattr(row, name) for row in rows}) > 1:
            raise ConfigError(
                "budget", f"budget {does} {name} itself: leave it out, or the sweep over {name}."
            )


@dataclass(frozen=True)
class Proposal:
    """What fits into a budget.

    Attributes:
        seeds: For each row.
        epochs: For each run.
        seconds: What that is expected to take.
    """

    seeds: int
    epochs: int
    seconds: float


def propose(
    budget: float, epochs: int, seconds: Callable[[int], float], seeds: int | None = None
) -> Proposal:
    """As many seeds and epochs as fit; the rule stands at the top of this module.

    Args:
        budget: Seconds.
        epochs: What was asked for; there will be no more.
        seconds: What one seed of every row is expected to take with so many epochs; grows with them.
        seeds: The most there may be, where somebody said so.

    Raises:
        ConfigError: Not even one epoch of every row fits.
    """
    most = seeds or MAX_SEEDS
    least = ceil(LEAST_SHARE * epochs)

    def longest(count: int, fewest: int) -> int:
        """The most epochs with which so many seeds fit; 0 where fewer than `fewest` would."""
        low, high = 0, epochs
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if count * seconds(middle) <= budget else (low, middle - 1)
        return low if low >= fewest else 0

    wanted = min(seeds or WANTED_SEEDS, most)
    chosen = next((found for count in range(wanted, 0, -1) if (found := longest(count, least))), 0)
    chosen = chosen or longest(1, 1)
    if not chosen:
        raise ConfigError(
            "budget",
            f"budget is too small: one epoch of every row takes about {rough_time(seconds(1))} here.",
        )
    fitting = max(1, min(most, int(budget / seconds(chosen))))
    chosen = max(chosen, longest(fitting, least))
    return Proposal(fitting, chosen, fitting * seconds(chosen))


def goes_on(budget: float, elapsed: float, next_round: float, *, is_planned: bool) -> bool:
    """Whether another seed of every row still belongs into a budget.

    One that was planned does where it brings the end nearer to the budget, and not far beyond it. One that
    was not does where it fits; or where the end would come much too early else, and not far too late with it.

    Args:
        budget: Seconds.
        elapsed: Seconds since the start.
        next_round: Seconds that it is expected to take.
        is_planned: Whether it was proposed.
    """
    over = elapsed + next_round - budget
    if is_planned:
        return over <= min(budget - elapsed, CAUTION * budget)
    return over <= (CAUTION * budget if elapsed < (1 - TOLERANCE) * budget else 0)


def most_seeds(proposed: int, asked: int | None = None) -> int:
    """How many seeds of every row there may be, should time be left.

    Args:
        proposed: What is expected to fit.
        asked: The most there may be, where somebody said so.
    """
    return max(proposed, min(asked or MOST_SPARE * proposed, MAX_SEEDS))


def kept(seeds: int, planned: int, elapsed: float) -> str:
    """What became of a budget, once all is over.

    Args:
        seeds: Of every row, as many as were trained.
        planned: As many as were proposed.
        elapsed: Seconds.
    """
    gone = rough_time(elapsed)
    if seeds < planned:
        slow = "they took longer than expected"
        return f"Budget: {seeds} of {planned} seeds of every row, after {gone}: {slow}."
    more = f", {seeds - planned} more than planned" if seeds > planned else ""
    return f"Budget: {number_of(seeds, 'seed')} of every row{more}, after {gone}."
