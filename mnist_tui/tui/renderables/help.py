"""The page of help: what works where one is, how to read the screen, every key, and words."""

import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from mnist_tui.tui.keys import KEYS, NAMES, Key, Place, written
from mnist_tui.tui.renderables.lines import Line, plain
from mnist_tui.tui.where import LAST, by_words, keys_in

READING = (
    (
        "Charts",
        "Thick: validation, never trained on. Dotted: training (T). At the rim: a curve goes on beyond (o).",
    ),
    (
        "Table",
        "† a time taken beside other runs; * the best. ± over seeds. ▲ better, ▼ worse, = same, ? unclear.",
    ),
    (
        "Test",
        "The weights of the epoch with the lowest validation loss (“converged”) meet the test images, once.",
    ),
)
"""What the panels show."""

WORDS = (
    ("ReLU", "max(0, x): what a hidden unit makes of its sum. One that gives 0 for every image is dead."),
    (
        "Cross-entropy",
        "the loss: how surprised the network is by the right answer. Guessing among ten costs 2.3.",
    ),
    ("Epoch", "once through all training images, mini-batch by mini-batch; each of these is a step."),
    ("η, λ", "the learning rate, how far a step goes; what large weights cost (L2)."),
    ("Batch norm", "brings the sums of each unit to mean 0 and spread 1, mini-batch by mini-batch."),
    ("Dropout", "leaves hidden units out at random while training, so that none relies on another."),
    (
        "Run",
        "quit, and it can train on; killed, it goes on from its last epoch; done, it is not trained again.",
    ),
    ("Early stop", "ends training when validation loss has not fallen for some epochs."),
    (
        "Seed",
        "decides what chance does: first weights, order of the images. Rows of one seed share their luck.",
    ),
    ("Overfitting", "training loss goes on falling, validation loss rises: it learns by heart."),
    (
        "Gradient norm",
        "how steep the loss is where the network stands. Large and growing: the rate is too high.",
    ),
)
"""What the screens take for granted."""

COLUMN = 34
"""Cells that a column of the short list needs."""

GAP = 2
KEYS_WIDTH = 9


BETWEEN = 2
"""Cells between two keys of a paragraph."""

LONGEST = 24
"""Characters of what a key does in the short list; where one is, it is told in full."""

LONG = 12
"""Words that are longer than this are told in the short list by their label, where they have one."""


def render_help(places: Sequence[Place], width: int) -> list[Line]:
    """The whole page, as tall as it gets.

    Args:
        places: Where one is, the innermost first.
        width: Cells.
    """
    here = _here(places)
    others = sorted(
        (key for key in KEYS if key.words and key not in here), key=lambda key: key.place in NAMES
    )
    columns = max(1, min(2, (width + GAP) // (COLUMN + GAP)))
    name = next((NAMES[key.place] for key in here if key.place in NAMES), "")
    return [
        _heading(f"Keys here: {name}" if name else "Keys here"),
        *_side_by_side(_in_full(here, _column_width(width, columns)), columns, width),
        _heading("Reading the screen"),
        *_glossary(READING, width),
        _heading("All other keys"),
        *_in_short(others, width),
        [("", "")],
        _heading("Words"),
        *_glossary(WORDS, width),
    ]


def _here(places: Sequence[Place]) -> list[Key]:
    """The keys that matter most: of the focused panel, and what goes with it; else of the screen."""
    if Place.REPLAY in places:  # whose keys come before those of its charts
        return keys_in([Place.REPLAY, Place.CHARTS])
    panel = [place for place in places if place in _PANELS]
    if not panel:
        return keys_in([place for place in places if place not in LAST])
    return [
        *keys_in(panel),
        *(key for key in keys_in(_PANELS[panel[0]]) if key.footer or key.place is not Place.DASHBOARD),
    ]


_PANELS = {
    Place.FIELD: (Place.DASHBOARD,),
    Place.FORM: (Place.DASHBOARD,),
    Place.TABLE: (Place.STEERING,),
    Place.CHART: (Place.CHARTS,),
}
"""Panels, and where else the keys are that one wants there."""


def _heading(text: str) -> Line:
    return [(text, "bold underline")]


def _defined(what: str, words: str, width: int, term: int) -> list[Line]:
    """A term and what it means, in as many lines as that takes."""
    first, *rest = textwrap.wrap(words, max(1, width - max(term, len(what) + 1))) or [""]
    return [
        [(f"{what:<{term - 1}} ", "bold"), (first, "")],
        *([(" " * term, ""), (piece, "")] for piece in rest),
    ]


def _glossary(pairs: Sequence[tuple[str, str]], width: int) -> list[Line]:
    term = max(len(what) for what, _ in pairs) + 2
    return [line for what, words in pairs for line in _defined(what, words, width, term)]


def _in_full(keys: Iterable[Key], width: int) -> list[list[Line]]:
    """What keys do, in all their words."""
    lines = by_words(keys).items()
    return [_defined(_keys(some), words, width, KEYS_WIDTH + 1) for words, some in lines]


def _shortened(words: str, most: int) -> str:
    """Words cut to so many characters, with a sign."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _in_short(keys: Sequence[Key], width: int) -> list[Line]:
    """The keys of all places in running lines, each in a word or two, after the name of their place."""
    places: dict[str, list[Key]] = {}
    for key in keys:
        places.setdefault(NAMES.get(key.place, "everywhere"), []).append(key)
    lines: list[list[tuple[str, str]]] = [[]]
    for place, some in places.items():
        name = [(place, "italic underline"), (" ", "")]
        for words, its in by_words(some).items():
            label = " / ".join(dict.fromkeys(key.label.lower() for key in its if key.label))
            told = label if label and len(words) > LONG else _shortened(words, LONGEST)
            item, name = [*name, (_keys(its), "bold"), (f" {told}", "")], []
            between = [(" " * BETWEEN, "")] if lines[-1] else []
            if len(plain([*lines[-1], *between, *item])) > width and lines[-1]:
                lines.append(item)
            else:
                lines[-1] += [*between, *item]
    return [_cut(line, width) for line in lines]


def _keys(some: Iterable[Key]) -> str:
    return " ".join(dict.fromkeys(written(key.keys.split(",")[0]) for key in some))


def _column_width(width: int, columns: int) -> int:
    return (width + GAP) // columns - GAP


def _side_by_side(entries: Sequence[Sequence[Line]], columns: int, width: int) -> list[Line]:
    """Entries in columns, none of them torn, read from top to bottom and then to the right."""
    height = -(-sum(map(len, entries)) // columns)
    room = _column_width(width, columns)
    parts: list[list[Line]] = [[]]
    for entry in entries:
        if len(parts) < columns and len(parts[-1]) + len(entry) / 2 > height:
            parts.append([])
        parts[-1] += entry
    rows: list[Line] = []
    for row in zip_longest(*parts, fillvalue=[("", "")]):
        line: list[tuple[str, str]] = []
        for number, cell in enumerate(row):
            cut = _cut(cell, room)
            pad = room + GAP - len(plain(cut)) if number < len(row) - 1 else 0
            line += [*cut, (" " * pad, "")]
        rows.append(line)
    return rows


def _cut(line: Line, width: int) -> Line:
    """A line of at most so many cells; what is missing is marked."""
    if len(plain(line)) <= width:
        return line
    left, cut = width - 1, []
    for text, style in line:
        cut.append((text[:left], style))
        left -= len(text[:left])
    return [*cut, ("…", "dim")]
