"""Lines of dots in character cells: a cell holds two by four dots in Braille, two by two in blocks."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

Coordinates = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Symbols:
    """What dots are made of.

    Attributes:
        columns: Dots side by side in a cell.
        rows: Dots above each other in a cell.
        glyphs: The character for each pattern of dots: bit 0 is the dot at the top left, then line by line.
        brush: A thick line is so many dots wide.
    """

    columns: int
    rows: int
    glyphs: str
    brush: int


def _braille() -> str:
    bits = (0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80)  # of Unicode's numbers, line by line
    patterns = (sum(bit for place, bit in enumerate(bits) if pattern >> place & 1) for pattern in range(256))
    return " " + "".join(chr(0x2800 + pattern) for pattern in list(patterns)[1:])


BRAILLE = Symbols(2, 4, _braille(), 2)
BLOCKS = Symbols(2, 2, " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█", 1)

SYMBOLS = {"blocks": BLOCKS, "braille": BRAILLE}
"""By name, the first one unless another is chosen: blocks are in every font and can be read from the back
row; Braille has twice as many dots, which many fonts draw as dust."""


class DotCanvas:
    """Dots on a grid of character cells; a cell has the colour of the line that was drawn there last.

    Args:
        width: Cells, 1 or more.
        height: Cells, 1 or more.
        symbols: What the dots are made of.

    Attributes:
        owner: Shape (height, width): number of the line drawn last in a cell, -1 where there is none.
    """

    def __init__(self, width: int, height: int, symbols: Symbols = BRAILLE) -> None:
        self._symbols = symbols
        self._dots = np.zeros((height * symbols.rows, width * symbols.columns), np.bool_)
        self.owner = np.full((height, width), -1, np.int16)

    def line(
        self, x: Coordinates, y: Coordinates, number: int, *, thick: bool = False, dotted: bool = False
    ) -> None:
        """Draw a line through points.

        Args:
            x: In dots from the left, rising.
            y: In dots from the top; what leaves the canvas is cut off at its edge.
            number: Becomes the `owner` of the cells it goes through.
            thick: As wide as the symbols' brush.
            dotted: Leave gaps.
        """
        height, width = self._dots.shape
        first, last = max(0, int(np.ceil(x[0]))), min(width - 1, int(x[-1]))
        if x[-1] < 0 or x[0] > width - 1:
            return
        columns = np.arange(first, max(first, last) + 1)
        heights = np.interp(columns, x, y)
        rows = np.clip(np.rint(heights), -1, height).astype(np.int64)
        # Each column is filled from its own height halfway to those of its neighbours, so that steep
        # parts have no holes.
        middle = (rows[1:] + rows[:-1]) // 2
        left = np.concatenate((rows[:1], middle))
        right = np.concatenate((middle, rows[-1:]))
        top = np.minimum(np.minimum(left, right), rows)
        lengths = np.maximum(np.maximum(left, right), rows) - top + 1
        starts = np.cumsum(lengths) - lengths
        dots_y = np.arange(lengths.sum()) - np.repeat(starts, lengths) + np.repeat(top, lengths)
        dots_x = np.repeat(columns, lengths)
        keep = (dots_y >= 0) & (dots_y < height)
        if dotted:
            keep &= (dots_x + dots_y) % 3 == 0
        self._set(dots_x[keep], dots_y[keep], number, self._symbols.brush if thick else 1)

    def band(self, x: Coordinates, top: Coordinates, bottom: Coordinates, number: int) -> None:
        """Hatch what lies between two lines; the hatchings of several bands lie beside each other.

        Args:
            x: In dots from the left, rising.
            top: In dots from the top.
            bottom: In dots from the top, not above `top`.
            number: Becomes the `owner` of the cells that get a dot.
        """
        height, width = self._dots.shape
        first, last = max(0, int(np.ceil(x[0]))), min(width - 1, int(x[-1]))
        columns = np.arange(first, last + 1)
        tops, bottoms = np.rint(np.interp(columns, x, top)), np.rint(np.interp(columns, x, bottom))
        rows = np.arange(height)[:, None]
        inside = (rows >= tops) & (rows <= bottoms) & ((columns + 2 * number) % 6 == 0) & (rows % 2 == 0)
        dots_y, places = np.nonzero(inside)
        self._set(columns[places], dots_y, number, 1)

    def _set(self, x: npt.NDArray[np.int64], y: npt.NDArray[np.int64], number: int, brush: int) -> None:
        """Set dots, and those to the right and below that a wider brush covers."""
        height, width = self._dots.shape
        for right, down in product(range(brush), repeat=2):
            dots_x, dots_y = x + right, y + down
            if right or down:
                inside = (dots_x < width) & (dots_y < height)
                dots_x, dots_y = dots_x[inside], dots_y[inside]
            self._dots[dots_y, dots_x] = True
            self.owner[dots_y // self._symbols.rows, dots_x // self._symbols.columns] = number

    def rows(self) -> list[str]:
        """The canvas as one string a row of cells; a cell without dots is a space."""
        rows, columns = self._symbols.rows, self._symbols.columns
        height, width = self.owner.shape
        bits = 1 << np.arange(rows * columns).reshape(rows, 1, columns)
        patterns = (self._dots.reshape(height, rows, width, columns) * bits).sum(axis=(1, 3))
        cells = np.array(list(self._symbols.glyphs))[patterns]
        return ["".join(row) for row in cells.tolist()]
