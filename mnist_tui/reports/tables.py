"""Tables as GitHub-flavoured Markdown, whatever stands in their cells."""

import re
from collections.abc import Iterable, Sequence

from mnist_tui.analysis.columns import COLUMNS
from mnist_tui.analysis.difference_cells import DIFFERENCE_COLUMNS
from mnist_tui.analysis.differences import Difference
from mnist_tui.reports.verification import Number
from mnist_tui.runs.rows import Row
from mnist_tui.text import printable


class Code(str):
    """Markdown that is written already: a code span."""

    __slots__ = ()


def code(text: str) -> Code:
    """A name in which nothing means anything to Markdown."""
    return Code(f"`{printable(text).replace('`', chr(39)).replace('|', chr(92) + '|')}`")


_MEANT = re.compile(r"([\\`*_\[\]|~&#$]|(?<=\w):(?=//)|(?<=www)\.)", re.IGNORECASE)
"""What begins or ends something in Markdown, formulas and the addresses included that become links."""


def plain(text: str) -> str:
    """Text of unknown origin that Markdown shows as it is: no picture is fetched, and nothing is a link."""
    return _MEANT.sub(r"\\\1", printable(text)).replace("<", "&lt;")


def table(header: Sequence[str], cells: Iterable[Sequence[str]], right: Sequence[bool] = ()) -> list[str]:
    """A table as lines of Markdown.

    Args:
        header: What stands above the columns.
        cells: The cells, line by line.
        right: Whether each column stands at its right edge; none does where nothing is said.
    """
    rules = ["---:" if number else "---" for number in right] or ["---"] * len(header)
    lines = [
        header,
        rules,
        *([cell if isinstance(cell, Code) else plain(cell) for cell in line] for line in cells),
    ]
    return ["| " + " | ".join(line) + " |" for line in lines]


def table_of_rows(keys: Sequence[str], rows: Iterable[Row]) -> list[str]:
    """A table with a line a row.

    Args:
        keys: Columns that have a cell for a row; see `COLUMNS`.
        rows: The rows.
    """
    columns = [COLUMNS[key] for key in keys]
    cells = [[column.of_row(row) for column in columns if column.of_row] for row in rows]
    return table([column.long_title for column in columns], cells, [column.right for column in columns])


def table_of_differences(keys: Sequence[str], differences: Iterable[Difference]) -> list[str]:
    """A table with a line for each row beside the baseline.

    Args:
        keys: See `DIFFERENCE_COLUMNS`.
        differences: Those rows.
    """
    columns = [DIFFERENCE_COLUMNS[key] for key in keys]
    cells = [[column.text(one) for column in columns] for one in differences]
    return table([column.long_title for column in columns], cells, [column.right for column in columns])


NUMBERS = ("Model", "Seed", "Number", "Report", "Here", "Outcome")
"""What stands above the numbers of a verification."""


def number_cells(number: Number) -> tuple[str, ...]:
    """A number of a report beside the one that was measured here."""
    return number.row, str(number.seed), number.words, *number.shown, str(number.outcome)


def table_of_numbers(numbers: Iterable[Number]) -> list[str]:
    """A table with a line for each number that was checked."""
    return table(NUMBERS, map(number_cells, numbers), [False, True, False, True, True, False])
