"""Say which of the project's own goals for training speed hold on this machine.

    mnist-tui bench --json > bench.json
    python scripts/check_speed.py bench.json

The goals were set on a quiet machine with two cores; elsewhere they are a number to talk about, not a test.
Ends with 1 where a goal is missed.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Goal:
    """A limit that a ratio is to keep.

    Attributes:
        limit: The ratio at the limit.
        is_least: Whether the ratio is to be at least that much; at most otherwise.
    """

    limit: float
    is_least: bool = False

    def __str__(self) -> str:
        return f"at {'least' if self.is_least else 'most'} {self.limit:g}"

    def holds(self, ratio: float) -> bool:
        """Whether a ratio keeps the limit."""
        return ratio >= self.limit if self.is_least else ratio <= self.limit


GOALS = {
    "time of a step / floor": Goal(1.2),
    "time of a step / floor, batch norm": Goal(1.2),
    "images per second / PyTorch": Goal(1.2, is_least=True),
    "images per second / PyTorch, batch norm": Goal(1.2, is_least=True),
    "three runs at once / PyTorch one after another": Goal(1.5, is_least=True),
    "time of a step with shift / without": Goal(1.12),
    "time of a step with affine / without": Goal(1.35),
    "time of a step with elastic / without": Goal(1.45),
}
"""By the names that `mnist-tui bench` gives its ratios."""


def check(record: dict[str, Any]) -> Iterator[tuple[str, float, Goal, bool]]:
    """Name, ratio and goal of all that was measured, and whether the goal holds."""
    for ratio in record["ratios"]:
        goal = GOALS.get(ratio["name"])
        if goal:
            yield ratio["name"], ratio["value"], goal, goal.holds(ratio["value"])


def main() -> int:
    """Print a line a goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path, help="what `mnist-tui bench --json` printed")
    found = list(check(json.loads(parser.parse_args().file.read_text())))
    for name, value, goal, holds in found:
        print(f"{'holds ' if holds else 'missed'}  {value:5.2f}  {goal!s:13}  {name}")
    return 0 if all(holds for *_, holds in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
