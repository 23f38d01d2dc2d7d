"""How a run is told from the others on screen: a colour and, for whoever cannot see it, a marker."""

from collections.abc import Mapping
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
    """Hands out identities; a run or a row keeps the one it got until the dashboard closes."""

    def __init__(self) -> None:
        self._known: dict[str, Identity] = {}
        self._made = 0

    def of(self, run_id: str) -> Identity:
        """The identity of a run, or of the row that is called by it; made at the first call."""
        if run_id not in self._known:
            number, self._made = self._made, self._made + 1
            # After one round, markers and colours pair up differently.
            color = COLORS[(number + number // len(MARKERS)) % len(COLORS)]
            self._known[run_id] = Identity(MARKERS[number % len(MARKERS)], color)
        return self._known[run_id]

    def hand_on(self, heirs: Mapping[str, str]) -> None:
        """Some rows are called by other runs from now on.

        Args:
            heirs: What they were called by to what they are called by.
        """
        known, self._known = self._known, {}
        for run_id, identity in known.items():
            self._known.setdefault(heirs.get(run_id, run_id), identity)
