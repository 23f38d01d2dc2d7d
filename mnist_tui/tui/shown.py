"""Of which runs the curves are shown, and what was shown before some were hidden or deleted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

REMEMBERED = 50
"""So many times one can go back."""


@dataclass(frozen=True)
class Deed:
    """Runs were hidden or deleted.

    Attributes:
        before: What was shown before they were hidden.
        deleted: The ids of the runs that were deleted; none where they were hidden.
    """

    before: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


class Shown:
    """Ids of runs, in the order in which they were shown first; some may not be there yet.

    Attributes:
        run_ids: Of which runs the curves are shown.
    """

    def __init__(self) -> None:
        self.run_ids: tuple[str, ...] = ()
        self._deeds: list[Deed] = []

    def add(self, run_ids: Iterable[str]) -> None:
        """Show more."""
        self.run_ids = tuple(dict.fromkeys([*self.run_ids, *run_ids]))

    def lose(self, run_id: str) -> None:
        """A run is no longer there."""
        self.run_ids = tuple(known for known in self.run_ids if known != run_id)

    def deleted(self, run_ids: Iterable[str]) -> None:
        """Somebody deleted runs here, and may want them back."""
        self._did(Deed(deleted=tuple(run_ids)))

    def hide(self, run_ids: Collection[str]) -> None:
        """Show some no longer."""
        self._did(Deed(self.run_ids))
        hidden = set(run_ids)
        self.run_ids = tuple(known for known in self.run_ids if known not in hidden)

    def only(self, run_ids: Iterable[str]) -> None:
        """Show these and no others."""
        self._did(Deed(self.run_ids))
        self.run_ids = tuple(run_ids)

    def undo(self) -> Deed | None:
        """Go back to before the last time that runs were hidden or deleted; `None` where there was none.

        Runs that were deleted are shown as soon as they are there again.
        """
        if not self._deeds:
            return None
        deed = self._deeds.pop()
        if deed.deleted:
            self.add(deed.deleted)
        else:
            self.run_ids = deed.before
        return deed

    def _did(self, deed: Deed) -> None:
        self._deeds = [*self._deeds[1 - REMEMBERED :], deed]
