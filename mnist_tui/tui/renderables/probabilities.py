"""Probabilities in eighths of a cell."""

HEIGHTS = " ▁▂▃▄▅▆▇█"
WIDTHS = " ▏▎▍▌▋▊▉█"
"""Eighths of a cell, from nothing to all of it."""


def eighths(share: float, cells: int = 1) -> int:
    """A share from 0 to 1 of some cells, in eighths of a cell; whatever is not nothing shows."""
    if not share > 0:  # also what is not a number
        return 0
    return max(1, round(8 * cells * min(share, 1)))


def bar(share: float, width: int) -> str:
    """A bar in eighths of a cell, filled up with blanks.

    Args:
        share: From 0 to 1.
        width: Cells of a whole one.
    """
    whole, rest = divmod(eighths(share, width), 8)
    return f"{'█' * whole}{WIDTHS[rest] if rest else ''}".ljust(width)
