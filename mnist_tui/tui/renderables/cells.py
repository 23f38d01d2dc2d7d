"""Characters with a style each, laid over each other."""

from collections.abc import Iterator, Sequence

import numpy as np

from mnist_tui.tui.renderables.lines import Line


class Cells:
    """What stands in each cell of a drawing: what is put there later covers what was there.

    Args:
        rows: The characters from top to bottom, all rows of the same length.
        styles: The Rich style of each of them.
    """

    def __init__(self, rows: Sequence[str], styles: Sequence[Sequence[str]]) -> None:
        self._texts = [list(row) for row in rows]
        self._styles = [list(row) for row in styles]
        self._read = np.zeros((len(self._texts), len(self._texts[0])), np.bool_)

    def put(self, row: int, column: int, text: str, style: str) -> None:
        """Draw characters side by side; what lies outside is left out."""
        for place, one in enumerate(text, column):
            if 0 <= row < len(self._texts) and 0 <= place < len(self._texts[row]):
                self._texts[row][place], self._styles[row][place] = one, style

    def write(self, row: int, column: int, text: str, style: str) -> None:
        """Put words there, which are to be read: ask `is_written` before covering them."""
        self.put(row, column, text, style)
        self._read[row, max(0, column) : max(0, column + len(text))] = True

    def is_written(self, row: int, column: int, length: int) -> bool:
        """Whether words stand in one of some cells side by side."""
        return bool(self._read[row, max(0, column) : max(0, column + length)].any())

    def is_blank(self, row: int, column: int, length: int) -> bool:
        """Whether nothing is drawn there, and all of it lies inside."""
        cells = self._texts[row][column : column + length]
        return column >= 0 and len(cells) == length and all(cell == " " for cell in cells)

    def blanks(self, row: int, column: int, length: int) -> int:
        """How many of some cells side by side are empty."""
        return self._texts[row][max(0, column) : column + length].count(" ")

    def line(self, row: int) -> Iterator[tuple[str, str]]:
        """One row as pairs of text and style, neighbouring cells of one style at once."""
        texts, styles = self._texts[row], self._styles[row]
        start = 0
        for column in range(1, len(texts) + 1):
            if column == len(texts) or styles[column] != styles[start]:
                yield "".join(texts[start:column]), styles[start]
                start = column

    def lines(self) -> list[Line]:
        """All rows."""
        return [list(self.line(row)) for row in range(len(self._texts))]
