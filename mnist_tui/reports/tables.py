"""Tables as GitHub-flavoured Markdown, whatever stands in their cells."""

from collections.abc import Iterable, Sequence

from mnist_tui.analysis.columns import COLUMNS
from mnist_tui.runs.rows import Row
from mnist_tui.text import printable


def plain(text: str) -> str:
    """Text of unknown origin that Markdown shows as it is."""
    return printable(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def table(header: Sequence[str], cells: Iterable[Sequence[str]], right: Sequence[bool] = ()) -> list[str]:
    """A table as lines of Markdown.

    Args:
        header: What stands above the columns.
        cells: The cells, line by line.
        right: Whether each column stands at its right edge; none does where nothing is said.
    """
    rules = ["---:" if number else "---" for number in right] or ["---"] * len(header)
    lines = [header, rules, *([plain(cell) for cell in line] for line in cells)]
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
