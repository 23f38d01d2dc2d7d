"""Which row the others are compared with, and what came of it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnist_tui.analysis.differences import Difference


class Comparing:
    """The baseline, and how each row differs from it.

    Attributes:
        chosen: The id of the row that somebody made the baseline; empty for none.
        marked: The id of the row that is marked as the baseline; empty for none.
        differences: Row id to what was concluded of the row.
    """

    def __init__(self) -> None:
        self.chosen = self.marked = ""
        self.differences: Mapping[str, Difference] = {}

    def hand_on(self, heirs: Mapping[str, str]) -> None:
        """Some rows are called otherwise.

        Args:
            heirs: What they were called to what they are called.
        """
        self.chosen = heirs.get(self.chosen, self.chosen)
        self.differences = {heirs.get(row_id, row_id): one for row_id, one in self.differences.items()}

    def mark(self, row_id: str) -> set[str]:
        """Mark a row, or none, as the baseline; the ids of the rows that look different for it."""
        before, self.marked = self.marked, row_id
        return {before, row_id} - {""} if before != row_id else set()

    def conclude(self, differences: "Iterable[tuple[str, Difference]]") -> set[str]:
        """Take what was concluded of rows; the ids of those that look different for it.

        Args:
            differences: Row ids, and how each row differs.
        """
        before, after = self.differences, dict(differences)
        self.differences = after
        return {row_id for row_id in before.keys() | after.keys() if before.get(row_id) != after.get(row_id)}
