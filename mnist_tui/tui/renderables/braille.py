"""Lines in Braille dots: two by four dots a character cell."""

import numpy as np
import numpy.typing as npt

DOTS_X, DOTS_Y = 2, 4
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint8)
_BLANK = 0x2800

Coordinates = npt.NDArray[np.float64]


class BrailleCanvas:
    """Dots on a grid of character cells; a cell has the colour of the line that was drawn there last.

    Args:
        width: Cells, 1 or more.
        height: Cells, 1 or more.

    Attributes:
        owner: Shape (height, width): number of the line drawn last in a cell, -1 where there is none.
    """

    def __init__(self, width: int, height: int) -> None:
        self._dots = np.zeros((height, width), np.uint8)
        self.owner = np.full((height, width), -1, np.int16)

    def line(self, x: Coordinates, y: Coordinates, number: int, *, dotted: bool = False) -> None:
        """Draw a line through points.

        Args:
            x: In dots from the left, rising.
            y: In dots from the top; a line that leaves the canvas is cut off at its edge.
            number: Becomes the `owner` of the cells it goes through.
            dotted: Leave gaps.
        """
        height, width = self._dots.shape
        first, last = max(0, int(np.ceil(x[0]))), min(width * DOTS_X - 1, int(x[-1]))
        columns = np.arange(first, max(first, last) + 1)
        heights = np.interp(columns, x, y)
        rows = np.clip(np.rint(heights), -1, height * DOTS_Y).astype(np.int64)
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
        keep = (dots_y >= 0) & (dots_y < height * DOTS_Y)
        if dotted:
            keep &= (dots_x + dots_y) % 3 == 0
        dots_x, dots_y = dots_x[keep], dots_y[keep]
        cells = dots_y // DOTS_Y, dots_x // DOTS_X
        np.bitwise_or.at(self._dots, cells, _BITS[dots_y % DOTS_Y, dots_x % DOTS_X])
        self.owner[cells] = number

    def band(self, x: Coordinates, top: Coordinates, bottom: Coordinates, number: int) -> None:
        """Hatch what lies between two lines; the hatchings of several bands lie beside each other.

        Args:
            x: In dots from the left, rising.
            top: In dots from the top.
            bottom: In dots from the top, not above `top`.
            number: Becomes the `owner` of the cells that get a dot.
        """
        height, width = self._dots.shape
        first, last = max(0, int(np.ceil(x[0]))), min(width * DOTS_X - 1, int(x[-1]))
        columns = np.arange(first, max(first, last) + 1)
        tops, bottoms = np.rint(np.interp(columns, x, top)), np.rint(np.interp(columns, x, bottom))
        rows = np.arange(height * DOTS_Y)[:, None]
        inside = (rows >= tops) & (rows <= bottoms) & ((columns + 2 * number) % 6 == 0) & (rows % 2 == 0)
        dots_y, places = np.nonzero(inside)
        dots_x = columns[places]
        cells = dots_y // DOTS_Y, dots_x // DOTS_X
        np.bitwise_or.at(self._dots, cells, _BITS[dots_y % DOTS_Y, dots_x % DOTS_X])
        self.owner[cells] = number

    def rows(self) -> list[str]:
        """The canvas as one string a row of cells; a cell without dots is a space."""
        codes = np.where(self._dots, self._dots.astype(np.uint32) + _BLANK, ord(" ")).astype("<u4")
        return [row.tobytes().decode("utf-32-le") for row in codes]
