"""Which curve is which, and where each row stands: for who sees a chart alone."""

from collections.abc import Sequence

from rich.cells import cell_len

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.row_view import RowView

GAP, MORE = "   ", "…"


def render_legend(rows: Sequence[RowView], width: int, height: int) -> list[Line]:
    """Marker, name and accuracy of each row, as many as fit; of the test images, where a row is done.

    Args:
        rows: Those with curves.
        width: Cells.
        height: Lines; where rows do not fit, the last one ends in `…`.
    """
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0
    for row in rows:
        words = f" {row.label}  {_accuracy(row)}".rstrip()
        needed = cell_len(row.marker) + cell_len(words)
        if used and used + len(GAP) + needed + len(MORE) + 1 > width:
            if len(lines) == height:
                lines[-1].append((f" {MORE}", "dim"))
                break
            lines.append([])
            used = 0
        lines[-1] += [(GAP, "")] if used else []
        lines[-1] += [(row.marker, row.color), (words[: max(0, width - 2)], "bold")]
        used += (len(GAP) if used else 0) + needed
    return [line for line in lines if line]


def _accuracy(row: RowView) -> str:
    """The mean over the seeds that are done, else over those that train; empty before an epoch is over."""
    tested = [view.run.finished.test_accuracy for view in row.complete if view.run.finished]
    if tested and len(tested) == len(row.views):
        return f"{100 * sum(tested) / len(tested):.2f} % test"
    seen = [view.run.epochs[-1].validation_accuracy for view in row.views if view.run.epochs]
    return f"{100 * sum(seen) / len(seen):.2f} % validation" if seen else ""
