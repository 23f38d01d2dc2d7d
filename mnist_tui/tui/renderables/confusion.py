"""A confusion matrix as a heat map that reads without colour: a shade and a number in each cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from mnist_tui.analysis.difference_cells import MINUS
from mnist_tui.tui.renderables.lines import Line, fitting, in_the_middle
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

    def text(self, true: int, said: int, *, is_short: bool = False) -> str:
        """The number of a cell.

        Args:
            true: Its line.
            said: Its column.
            is_short: Two digits at most, where there is no room for more.
        """
        if true == said and not self.has_diagonal:
            return LEFT_OUT
        value = self.values[true, said]
        text = f"{abs(100 * value):.1f}" if self.is_rate else f"{abs(value)}"
        if not value or not float(text):
            return EMPTY
        if is_short:
            whole = round(float(text))
            text = f"{whole // 1000}k" if whole >= 1000 else f"{whole}" if whole else "<1"
        sign = "" if not self.is_difference else MINUS if value < 0 else "+"
        return f"{sign}{text}"

    def tint(self, true: int, said: int) -> str:
        """The Rich style of its shade."""
        return self.less if self.values[true, said] < 0 else self.style

    def shade(self, true: int, said: int) -> str:
        """Any image at all has a shade."""
        if (true == said and not self.has_diagonal) or not self.largest:
            return SHADES[0]
        return SHADES[int(np.ceil(abs(self.values[true, said]) / self.largest * (len(SHADES) - 1)))]


@dataclass(frozen=True)
class Plan:
    """Where the cells of a matrix stand.

    Attributes:
        size: Classes.
        room: Cells that each is wide, with a gap before it where there is room for one.
        tall: Lines that each is high.
        top: Lines above the first row.
        longest: Characters of the longest number.
        is_short: Whether they have two digits at most.
        notes: Lines below the matrix.
    """

    size: int
    room: int
    tall: int
    top: int
    longest: int
    is_short: bool
    notes: Sequence[Line]

    @classmethod
    def of(cls, heat: Heat, width: int, height: int, notes: Sequence[str]) -> Self | None:
        """As large as fits, with the notes below it; `None` where it does not fit."""
        size = len(heat.values)
        room = min(WIDEST, (width - GUTTER) // size)
        for is_short in (False, True):
            texts = [heat.text(true, said, is_short=is_short) for true in range(size) for said in range(size)]
            longest = max(map(len, texts))
            if room > longest:
                break
        if room <= longest or height < size + 1:
            return None
        told = fitting(notes, width, height - size - 2)
        tall = max(1, min(TALLEST, (height - 2 - len(told)) // size))
        return cls(size, room, tall, 2 if height >= tall * size + 2 else 1, longest, is_short, told)

    @property
    def gap(self) -> str:
        """Between two cells of the matrix, where there is room for one."""
        return " " if self.room > self.longest + 1 else ""

    def placed(self, text: str, used: int = 0) -> str:
        """A text where the number of a cell stands: in the middle below a shade, at the right beside one.

        Args:
            text: No longer than the longest number.
            used: Characters that are there already.
        """
        if used:
            return f"{text:>{self.room - used}}"
        inner = self.room - len(self.gap)
        return self.gap + (f"{text:^{inner}}" if self.tall > 1 else f"{text:>{inner}}")

    def at(self, x: int, y: int) -> tuple[int, int] | None:
        """The cell of the matrix at a place of the drawing; `None` for none."""
        true, said = (y - self.top) // self.tall, (x - GUTTER) // self.room
        return (true, said) if 0 <= true < self.size and 0 <= said < self.size else None


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
    plan = heat and Plan.of(heat, width, height, notes)
    if not heat or not plan:
        return in_the_middle("There is no room for the matrix here." if heat else empty, width, height)
    drawn: list[Line] = []
    if plan.top > 1:
        drawn.append([(f"{'is':>{GUTTER - 1}} {'taken for':>{plan.room * plan.size}}", "dim")])
    said_at = cursor[1] if cursor else None
    heads = [(plan.placed(str(said)), "bold" if said == said_at else "dim") for said in range(plan.size)]
    drawn.append([(" " * GUTTER, ""), *heads])
    for true in range(plan.size):
        is_here = cursor is not None and cursor[0] == true
        for part in range(plan.tall):
            is_last = part == plan.tall - 1
            line = [(f"{true if is_last else '':>{GUTTER - 1}} ", "bold" if is_here else "dim")]
            for said in range(plan.size):
                is_at = cursor == (true, said)
                if is_last:
                    line += _number(heat, (true, said), plan, is_at=is_at)
                else:
                    line += _shade(heat, (true, said), plan)
            drawn.append(line)
    if plan.notes and len(drawn) + len(plan.notes) < height:
        drawn.append([("", "")])
    return [*drawn, *plan.notes][:height]


def _shade(heat: Heat, cell: tuple[int, int], plan: Plan) -> Line:
    """A line of a cell without its number."""
    return [(plan.gap, ""), (heat.shade(*cell) * (plan.room - len(plan.gap)), heat.tint(*cell))]


def _number(heat: Heat, cell: tuple[int, int], plan: Plan, *, is_at: bool) -> Line:
    """The line with its number, and a shade where that has no line of its own; reversed at the cursor."""
    number = heat.text(*cell, is_short=plan.is_short)
    kind = "reverse bold" if is_at else "dim" if number in {EMPTY, LEFT_OUT} else ""
    if plan.tall > 1:
        return [(plan.placed(number), kind)]
    shaded = max(1, min(3, plan.room - len(plan.gap) - plan.longest - 1))
    shade = (heat.shade(*cell) * shaded, heat.tint(*cell))
    return [(plan.gap, ""), shade, (plan.placed(number, len(plan.gap) + shaded), kind)]
