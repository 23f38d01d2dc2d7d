"""A cell of the table, and the line above the table, as they are drawn."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.text import Text

from mnist_tui.runs.view import RunView
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.progress import cut, progress_cell
from mnist_tui.tui.table.cells import LABEL, SHAPES, shown
from mnist_tui.tui.table.choice import Choice, Chosen
from mnist_tui.tui.table.ledger import BEST_MARK, Known


def title(column: Chosen, is_descending: bool | None = None) -> Text:
    """What stands above a column.

    Args:
        column: Which.
        is_descending: Whether rows are sorted by it with the largest first; `None` where they are not.
    """
    shape = SHAPES[column.key]
    words = shape.narrow_title if column.is_narrow else shape.title
    mark = "" if is_descending is None else "↓" if is_descending else "↑"
    words = f"{cut(words, column.width - len(mark) - 1)} {mark}".strip() if mark else words
    return Text(shown(words, column.width, right=shape.right), no_wrap=True)


def cell(line: Known, column: Chosen, *, has_mark: bool, is_best: bool) -> Text:
    """What stands in a line below a column.

    Args:
        line: The line.
        column: The column.
        has_mark: Whether the best number of the column is marked, in this line or another one.
        is_best: Whether it stands in this one.
    """
    entry, shape = line.entry, SHAPES[column.key]
    style = "" if entry.is_shown else "dim"
    if column.key == LABEL:
        text = Text(shown(line.texts[LABEL], column.width, right=False), style, no_wrap=True)
        if not isinstance(entry, RunView):
            text.stylize(f"not dim {entry.color}" if entry.color else style, 0, 1)
        return text
    if column.key == "status_words" and entry.is_active:
        return _as_text(progress_cell(entry, column.width), style)
    words = line.texts[column.key]
    if column.is_narrow:
        words = shape.narrow(words)
    mark = (BEST_MARK if is_best else " ") if has_mark else ""
    words = shown(words, column.width - len(mark), right=shape.right) + mark
    return Text(words, f"{style} bold".strip() if is_best else style, no_wrap=True)


def _as_text(line: Line, style: str) -> Text:
    text = Text(style=style, no_wrap=True)
    for piece, its_style in line:
        text.append(piece, its_style)
    return text


def head(agreed: str, choice: Choice, legend: str, width: int) -> Line:
    """The line above the table.

    Args:
        agreed: What all rows agree in, or what else there is to say first.
        choice: The columns that are to be seen.
        legend: What marks in the cells mean.
        width: Cells.
    """
    parts = [
        legend,
        f"‹ {choice.before}" if choice.before else "",
        f"{choice.after} more ›" if choice.after else "",
    ]
    end = _joined(parts)
    if cell_len(end) + 2 > width:
        end = _joined(parts[1:])
    room = width - cell_len(end) - (2 if end else 0)
    left = cut(agreed, max(0, room))
    return [(left, ""), (" " * max(0, width - cell_len(left) - cell_len(end)), ""), (end, "bold")]


def _joined(parts: Iterable[str]) -> str:
    return "  ".join(filter(None, parts))
