"""How a run is told from the others on screen: a colour and, for whoever cannot see it, a marker."""

from dataclasses import dataclass

MARKERS = ("●", "▲", "■", "◆", "★", "▼", "✚", "✖")
COLORS = ("#4c9be8", "#e8853a", "#3fae6b", "#d65fa0", "#9a7be0", "#b9a000", "#17a5a5", "#e25d52")


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
    """Hands out identities; a run keeps the one it got until the dashboard closes."""

    def __init__(self) -> None:
        self._known: dict[str, Identity] = {}

    def of(self, run_id: str) -> Identity:
        """The identity of a run, made at the first call."""
        if run_id not in self._known:
            number = len(self._known)
            # After one round, markers and colours pair up differently.
            color = COLORS[(number + number // len(MARKERS)) % len(COLORS)]
            self._known[run_id] = Identity(MARKERS[number % len(MARKERS)], color)
        return self._known[run_id]
