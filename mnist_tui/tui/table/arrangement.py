"""Which rows are listed, and in which order: what somebody sorted by and looks for."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mnist_tui.analysis.filters import Filter
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.table.cells import BEST, KEYS, LABEL, value

NUMBERS_DOWN = {key for key, better in BEST.items() if better is max} | {"accuracy_difference"}
"""Columns of which the largest number is looked for first."""


class Arrangement:
    """Sorts and filters rows; what is known of a row is kept until it is forgotten.

    Attributes:
        key: Of the column that the rows are sorted by; empty for the order in which they came.
        is_reversed: Whether what usually comes first comes last.
        filter: Which rows are listed.
        version: Another number each time the answer may be another one.
    """

    def __init__(self) -> None:
        self.key = ""
        self.is_reversed = False
        self.filter = Filter()
        self.version = 0
        self._known: dict[str, tuple[bool, Any]] = {}

    @property
    def is_descending(self) -> bool:
        """Whether the largest comes first."""
        return (self.key in NUMBERS_DOWN) is not self.is_reversed

    def sort_by(self, key: str, *, is_reversed: bool = False) -> None:
        """Sort by a column, or no longer; a key that is none is as good as none."""
        self.key = key if key in KEYS else ""
        self.is_reversed = is_reversed
        self._start_over()

    def look_for(self, wanted: Filter) -> None:
        """List these rows alone."""
        self.filter = wanted
        self._start_over()

    def _start_over(self) -> None:
        self._known.clear()
        self.version += 1

    def forget(self, row_ids: Iterable[str]) -> None:
        """Some rows may be others than before."""
        if self.key or not self.filter.is_empty:
            gone = [self._known.pop(row_id, None) for row_id in row_ids]
            self.version += bool(gone)

    def arrange(self, row_ids: Sequence[str], row: Callable[[str], RowView]) -> list[str]:
        """The rows that are listed, in their order; those without a value come last.

        Args:
            row_ids: In the order in which they came, which those keep that are equal.
            row: A row by its id.
        """
        if not self.key and self.filter.is_empty:
            return list(row_ids)
        for row_id in row_ids:
            if row_id not in self._known:
                self._known[row_id] = self._look_at(row(row_id))
        listed = [row_id for row_id in row_ids if self._known[row_id][0]]
        if not self.key:
            return listed
        known = [row_id for row_id in listed if self._known[row_id][1] is not None]
        known.sort(key=lambda row_id: _sortable(self._known[row_id][1]), reverse=self.is_descending)
        return known + [row_id for row_id in listed if self._known[row_id][1] is None]

    def _look_at(self, row: RowView) -> tuple[bool, Any]:
        listed = self.filter.is_empty or self.filter.admits(_text(row), lambda key: _values(key, row))
        return listed, value(self.key, row) if self.key else None


def _sortable(found: Any) -> tuple[str, Any]:
    """Numbers before texts, where a column has both."""
    return ("", found) if isinstance(found, int | float) else (type(found).__name__, found)


def _text(row: RowView) -> str:
    """All that may be looked for in words."""
    words = [row.label, row.status_words]
    for view in row.views:
        config = view.run.config
        data = view.run.started.dataset if view.run.started else config.dataset
        words += [view.run.name, view.run.run_id, config.optimizer, config.schedule, config.augment, data]
    return " ".join(words)


def _values(key: str, row: RowView) -> Sequence[Any]:
    """A setting of which each run has its own counts for each of them."""
    if key == LABEL:
        return [row.label, row.views[0].run.name]
    if key == "seed":
        return [view.run.config.seed for view in row.views]
    return [value(key, row)]
