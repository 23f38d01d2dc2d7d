"""A confusion matrix as a heat map that reads without colour: a shade and a number in each cell."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_tui.analysis.difference_cells import MINUS
from mnist_tui.tui.renderables.lines import Line, in_the_middle, wrapped
from mnist_tui.tui.renderables.shades import SHADES

EMPTY, LEFT_OUT = "·", "╲"
"""A cell without images, and one of the diagonal where it is not shown."""

GUTTER = 4
"""Cells for what the images are, at the left."""

WIDEST, TALLEST = 9, 3
"""What one cell of the matrix may take: more would not be read more easily."""


@dataclass(frozen=True)
class Heat:
    """What is to be seen of one matrix, or of the difference of two.

    Attributes:
        values: Shape (10, 10): images, or shares of their row.
        is_rate: Whether these are shares, which are shown in percent.
        is_difference: Whether they have signs: what the second network has more than the first.
        has_diagonal: Whether what is right is shown; it outshines the mistakes.
        style: Rich style of shades; of a difference, of what there is more.
        less: Rich style of what there is less.
    """

    values: npt.NDArray[np.int64] | npt.NDArray[np.float64]
    is_rate: bool = False
    is_difference: bool = False
    has_diagonal: bool = False
    style: str = ""
    less: str = ""

    @property
    def largest(self) -> float:
        """Of the cells that are shown, without their signs."""
        hidden = np.eye(len(self.values), dtype=bool) & (not self.has_diagonal)
        return float(np.abs(np.where(hidden, 0, self.values)).max())

    def text(self, true: int, said: int) -> str:
        """The number of a cell."""
        if true == said and not self.has_diagonal:
            return LEFT_OUT
        value = self.values[true, said]
        text = f"{abs(100 * value):.1f}" if self.is_rate else f"{abs(value)}"
        if not value or not float(text):
            return EMPTY
        sign = "" if not self.is_difference else MINUS if value < 0 else "+"
        return f"{sign}{text}"

    def shade(self, true: int, said: int) -> str:
        """Any image at all has a shade."""
        if (true == said and not self.has_diagonal) or not self.largest:
            return SHADES[0]
        return SHADES[int(np.ceil(abs(self.values[true, said]) / self.largest * (len(SHADES) - 1)))]


def render_confusion(
    heat: Heat | None,
    width: int,
    height: int,
    *,
    cursor: tuple[int, int] | None = None,
    notes: Sequence[str] = (),
    empty: str = "",
) -> list[Line]:
    """Draw a matrix: a line for what images are, a column for what they are taken for.

    Args:
        heat: The matrix; `None` where there is none.
        width: Cells.
        height: Cells.
        cursor: The line and the column of the cell that stands out.
        notes: Sentences below the matrix, as far as there is room.
        empty: Text where there is no matrix.

    Returns:
        At most `height` lines of at most `width` cells.
    """
    size = 0 if heat is None else len(heat.values)
    texts = [] if heat is None else [[heat.text(*cell) for cell in _row(true, size)] for true in range(size)]
    longest = max((len(text) for row in texts for text in row), default=0)
    room = min(WIDEST, (width - GUTTER) // max(1, size))
    if heat is None or room < longest + 1 or height < size + 1:
        return in_the_middle(empty if heat is None else "", width, height)
    told = [line for note in notes for line in wrapped(note, width)]
    tall = max(1, min(TALLEST, (height - 2 - len(told)) // size))
    columns = "".join(f"{said:>{room}}" for said in range(size))
    drawn: list[Line] = []
    if height >= tall * size + 2:
        drawn.append([(f"{'is':>{GUTTER - 1}} {'taken for':>{room * size}}", "dim")])
    drawn.append([(" " * GUTTER, ""), *_headed(columns, room, cursor)])
    for true in range(size):
        is_here = cursor is not None and cursor[0] == true
        label = (f"{true:>{GUTTER - 1}} ", "bold" if is_here else "dim")
        middle = (tall - 1) // 2 if tall != 2 else 1
        for part in range(tall):
            line = [label if part == middle else (" " * GUTTER, "")]
            for said in range(size):
                number = texts[true][said] if part == middle else ""
                line += _cell(heat, (true, said), number, room, longest, is_at=cursor == (true, said))
            drawn.append(line)
    if told and len(drawn) + len(told) < height:
        drawn.append([("", "")])
    return [*drawn, *told][:height]


def _row(true: int, size: int) -> list[tuple[int, int]]:
    return [(true, said) for said in range(size)]


def _headed(columns: str, room: int, cursor: tuple[int, int] | None) -> Line:
    """The line of classes, the cursor's in bold."""
    if cursor is None:
        return [(columns, "dim")]
    start, end = cursor[1] * room, (cursor[1] + 1) * room
    return [(columns[:start], "dim"), (columns[start:end], "bold"), (columns[end:], "dim")]


def _cell(
    heat: Heat, cell: tuple[int, int], number: str, room: int, longest: int, *, is_at: bool
) -> list[tuple[str, str]]:
    """A shade, and beside it the number, where it belongs on this line; the one at the cursor is reversed."""
    gap = " " if room > longest + 1 else ""
    inner = room - len(gap)
    shaded = max(1, min(3, inner - longest - 1)) if number else inner
    style = heat.less if heat.values[cell] < 0 else heat.style
    kind = "dim" if number in {EMPTY, LEFT_OUT} else ""
    kind = "reverse bold" if is_at else kind
    pieces = [(gap, ""), (heat.shade(*cell) * shaded, style), (f"{number:>{inner - shaded}}", kind)]
    return [piece for piece in pieces if piece[0]]
