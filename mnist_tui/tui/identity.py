"""How a run is told from the others on screen: a colour and, for whoever cannot see it, a marker."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MARKERS = ("●", "▲", "■", "◆", "★", "▼", "✚", "✖")
COLORS = ("#5aa9f5", "#ef8f45", "#45bb76", "#ee80ba", "#b39af5", "#cdb41c", "#22b8b8", "#ff7a7a")
"""As they are on a dark ground; `tui/palette.py` knows the others."""


@dataclass(frozen=True)
class Identity:
    """Marker and colour of one run.

    Attributes:
        marker: A character of width 1.
        color: As Rich and Textual understand it.
    """

    marker: str
    color: str


class Identities:
    """Hands out identities; a run or a row keeps the one it got for as long as it is there.

    They are numbered: one that is free again is the next to be handed out.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, run_id: str) -> Identity:
        """The identity of a run, or of the row that is called by it; made at the first call."""
        number = self.number(run_id)
        # After one round, markers and colours pair up differently.
        color = COLORS[(number + number // len(MARKERS)) % len(COLORS)]
        return Identity(MARKERS[number % len(MARKERS)], color)

    def number(self, run_id: str) -> int:
        """The number of that identity, from 0."""
        if run_id not in self._numbers:
            taken = set(self._numbers.values())
            self._numbers[run_id] = next(number for number in range(len(taken) + 1) if number not in taken)
        return self._numbers[run_id]

    def is_known(self, run_id: str) -> bool:
        """Whether it has an identity already."""
        return run_id in self._numbers

    def remember(self, numbers: Mapping[str, int]) -> None:
        """Runs had these numbers in an earlier sitting; those that are taken by now are not given twice."""
        for run_id, number in numbers.items():
            if number >= 0 and run_id not in self._numbers and number not in self._numbers.values():
                self._numbers[run_id] = number

    def release(self, run_ids: Iterable[str]) -> None:
        """Some are not there any more, and need no identity."""
        for run_id in run_ids:
            self._numbers.pop(run_id, None)

    def hand_on(self, heirs: Mapping[str, str]) -> None:
        """Some rows are called by other runs from now on.

        Args:
            heirs: What they were called by to what they are called by.
        """
        known, self._numbers = self._numbers, {}
        for run_id, number in known.items():
            self._numbers.setdefault(heirs.get(run_id, run_id), number)
