"""What a key is, and where it works."""

from dataclasses import dataclass
from enum import Enum

from textual.binding import Binding


class Place(Enum):
    """Where a key works."""

    APP = "everywhere"
    DASHBOARD = "the dashboard"
    STEERING = "screens on which one run is the selected one"
    CHARTS = "screens with charts"
    PANELS = "screens that show several runs"
    FORM = "the form"
    FIELD = "one value of the form"
    TEXT = "a value of the form that is text"
    TABLE = "the table of runs"
    FILTER = "the field for what rows to look for"
    PRESENTATION = "the presentation"
    CHART = "one chart"
    RUN = "the run's page"
    MISTAKES = "the mistakes"
    MATRIX = "a confusion matrix"
    GALLERY = "pictures of digits"
    DIGIT = "one digit, large"
    DATA = "the data screen"
    NETWORK = "the inside of a network"
    DRAW = "the drawing pad"
    REPLAY = "the replay"
    DIALOG = "whatever stands in front of a screen"
    FIELDS = "dialogs with fields below each other"
    ANSWERS = "questions with a few answers"
    PAGE = "texts to read"
    LINES = "lines of the program"
    CONCLUSIONS = "the page of conclusions"


NAMES = {
    Place.FORM: "form",
    Place.FIELD: "form",
    Place.TEXT: "form, Data",
    Place.TABLE: "table",
    Place.FILTER: "filter",
    Place.CHART: "chart",
    Place.RUN: "run's page",
    Place.MISTAKES: "mistakes",
    Place.MATRIX: "matrix",
    Place.GALLERY: "digits",
    Place.DIGIT: "one digit",
    Place.DATA: "data",
    Place.NETWORK: "network",
    Place.DRAW: "draw",
    Place.REPLAY: "replay",
    Place.CONCLUSIONS: "conclusions",
}
"""What the tables of keys call a place; nothing where it goes without saying."""


@dataclass(frozen=True)
class Key:
    """What some keys do in one place.

    Attributes:
        place: Where they work.
        keys: As Textual names them, with commas between.
        action: As Textual names it; empty where the key needs no binding, because Textual knows it or a field
            reads it.
        words: What they do, for help and README; keys of a place with the same words share a line there.
            Empty for keys that go without saying.
        label: What the footer calls it.
        footer: Whether it stands in the footer.
        display: How the footer writes the keys, where not as Textual would.
        priority: Whether they come before the keys of the widget that has the focus.
    """

    place: Place
    keys: str
    action: str
    words: str = ""
    label: str = ""
    footer: bool = False
    display: str | None = None
    priority: bool = False

    @property
    def binding(self) -> Binding:
        """As Textual takes it."""
        return Binding(
            self.keys,
            self.action,
            self.label,
            show=self.footer,
            key_display=self.display,
            priority=self.priority,
        )


_WRITTEN = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "escape": "esc",
    "question_mark": "?",
    "plus": "+",
    "asterisk": "*",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "minus": "-",
    "slash": "/",
    "full_stop": ".",
    "equals_sign": "=",
    "digits": "0–9",
}


def written(key: str) -> str:
    """A key as one reads it: `shift+up` is `shift+↑`."""
    return "+".join(_WRITTEN.get(part, part) for part in key.split("+"))
