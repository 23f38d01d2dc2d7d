"""Walking through the common values of a setting, one key a step."""

from collections.abc import Sequence

AUTO = "auto"
"""What stands before all numbers of a list: the program chooses."""


def neighbour(value: str, steps: Sequence[str], direction: int, *, around: bool = False) -> str:
    """The common value after (1) or before (-1) a value, as people type them.

    Numbers end where their list ends: whoever asks for more never gets less. A number that
    stands between two common values goes to the one it is asked towards. Names go round and round.

    Args:
        value: For example `0.4`, `512,256`, `adam`.
        steps: Common values, numbers in rising order; `auto` may stand before them.
        direction: 1 or -1.
        around: Whether numbers go round, too.
    """
    size = _size(value)
    if value in steps:
        place = steps.index(value) + direction
    elif size is None:
        return steps[0 if direction > 0 else -1]
    else:
        below = sum(_before(_size(step), size) for step in steps)
        place = below if direction > 0 else below - 1
    if around or any(_size(step) is None for step in steps if step != AUTO):
        return steps[place % len(steps)]
    return steps[place] if 0 <= place < len(steps) else value


def _size(text: str) -> float | None:
    """How large a value is, of widths their sum; `None` for what is no number."""
    try:
        return sum(float(part) for part in text.split(",") if part) if text.strip(", ") else None
    except ValueError:
        return None


def _before(step: float | None, size: float) -> bool:
    """Whether a common value stands before a number: `auto` always does."""
    return step is None or step < size
