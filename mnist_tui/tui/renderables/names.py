"""Names at the ends of curves, shifted apart where curves end together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mnist_tui.tui.renderables.cells import Cells
from mnist_tui.tui.renderables.series import Series

LONGEST = 22
"""Characters of a name; what is longer ends in `…`."""

SHORTEST, SHARE = 10, 3
"""A name may always be so long; and it may take one part in so many of the width."""

ROOM_FOR_NAMES = 26
"""Cells from which on names have a place."""

ROOM_FOR_VALUES = 56
"""Cells from which on the last value stands beside the name."""


def name_of(one: Series, columns: int, value: str) -> str:
    """What stands at the end of a curve, its marker first; empty where there is no room for it.

    Args:
        one: The curve.
        columns: How wide the plot is.
        value: Its last value as text.
    """
    if not one.name or columns < ROOM_FOR_NAMES:
        return ""
    most = min(LONGEST, max(SHORTEST, columns // SHARE - 2))
    name = one.name if len(one.name) <= most else f"{one.name[: most - 1].rstrip(' ,')}…"
    lost = "✖ " if one.lost else ""
    return f"{lost}{one.marker} {name}" + (f" {value}" if value and columns >= ROOM_FOR_VALUES else "")


@dataclass(frozen=True)
class End:
    """Where a curve ends on screen.

    Attributes:
        row: In cells from the top, with its part.
        cell: The row with the marker at its end; -1 for none.
        column: In cells from the left.
        text: What is to stand there.
        style: Rich style of it.
    """

    row: float
    cell: int
    column: int
    text: str
    style: str


def write_names(cells: Cells, ends: Sequence[End], rows: int, columns: int) -> None:
    """Write each name right of its curve's end, or, where other curves pass there, at the right edge.

    Args:
        cells: What was drawn already; words in it are not covered.
        ends: The curves' ends, the ones that matter most last: those go without a name first.
        rows: How high the plot is.
        columns: How wide it is.
    """
    ends = sorted(ends[-rows:], key=lambda end: end.row)
    for end, row in zip(ends, spread([end.row for end in ends], rows), strict=True):
        width = len(end.text)
        for column in (end.column + 2, columns - width):
            fits = column + width <= columns and not cells.is_written(row, column, width)
            if fits and (cells.is_blank(row, column, width) or column == columns - width):
                beside = column == end.column + 2 and row == end.cell
                # Beside the marker at the end of the curve, no other one is needed.
                text = end.text[2:] if beside else end.text
                cells.write(row, column, text, end.style)
                break


def spread(wanted: Sequence[float], rows: int) -> list[int]:
    """A row for each of some rising places, no two the same, each as near as the others leave room.

    Args:
        wanted: In rows from the top, rising, no more of them than rows.
        rows: How many rows there are.
    """
    # What pushes each other apart moves as one block, to the mean of what its members want.
    blocks: list[tuple[float, int]] = []
    for place, one in enumerate(wanted):
        mean, count = one - place, 1
        while blocks and blocks[-1][0] >= mean:
            before, others = blocks.pop()
            mean = (mean * count + before * others) / (count + others)
            count += others
        blocks.append((mean, count))
    return list(_rows(blocks, rows - len(wanted)))


def _rows(blocks: Sequence[tuple[float, int]], last: int) -> Iterator[int]:
    place = 0
    for mean, count in blocks:
        start = min(max(0, int(mean)), last)
        for _ in range(count):
            yield start + place
            place += 1
