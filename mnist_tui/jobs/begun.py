"""What comes of a wish to have some runs: some are there already, the others are trained."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Begun:
    """What came of a wish to have some runs.

    Attributes:
        run_ids: Their ids, in the order in which they were asked for.
        taken: The ids of those that were trained earlier.
        joined: The ids of those that trained already, or waited for a core.
    """

    run_ids: tuple[str, ...]
    taken: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()

    @property
    def started(self) -> list[str]:
        """The ids of those that were made, and train now or wait for a core."""
        return [run_id for run_id in self.run_ids if run_id not in self.taken | self.joined]

    @property
    def is_new(self) -> bool:
        """Whether none of them was there before."""
        return not (self.taken or self.joined)
