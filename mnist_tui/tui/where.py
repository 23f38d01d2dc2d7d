"""Where one is, and which keys work there."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from textual.dom import DOMNode

from mnist_tui.tui.keys import KEYS, Key, Place, written

BELONGS = {Place.TABLE: Place.STEERING, Place.CHART: Place.CHARTS}
"""Keys that a screen binds and that are meant for one panel: the table's cursor selects what is steered."""

LAST = (Place.APP,)
"""Places whose keys are there all the time: they come last, and stay when there is no room for others."""

BACK = "escape"
"""The way back stays, too: whoever does not know a screen looks for it first."""

MORE = Key(Place.APP, "", "", "", display="…")
"""What stands in the footer where others would, for which there is no room: help has them all."""


def places_of(node: DOMNode) -> list[Place]:
    """The places that one node is, by what its classes bind; the most special class first."""
    found = (getattr(vars(one).get("BINDINGS"), "places", ()) for one in type(node).__mro__)
    return list(dict.fromkeys(place for places in found for place in places))


def places_at(node: DOMNode) -> list[Place]:
    """The places that a node and all around it are, the innermost first.

    Args:
        node: The widget that has the focus, or the screen where none has.
    """
    found = [place for one in node.ancestors_with_self for place in places_of(one)]
    for panel, place in BELONGS.items():
        if panel in found and place in found:  # it comes right after
            found.remove(place)
            found.insert(found.index(panel) + 1, place)
    return list(dict.fromkeys(found))


def keys_in(places: Sequence[Place]) -> list[Key]:
    """The keys of some places that have words, place after place."""
    return [key for place in places for key in KEYS if key.place is place and key.words]


def by_words(keys: Iterable[Key]) -> dict[str, list[Key]]:
    """Keys that do the same share a line: the words, and the keys."""
    lines: dict[str, list[Key]] = {}
    for key in keys:
        lines.setdefault(key.words.replace("`", ""), []).append(key)
    return lines


def footer_keys(
    places: Sequence[Place], offers: Mapping[str, str], width: int, *, compact: bool
) -> list[tuple[Key, str]]:
    """The keys for the footer, and what they are called now: those of the focused panel first.

    Only the keys of a replay come before those of its panels, on screen as when they are pressed.

    Args:
        places: Where one is, the innermost first.
        offers: What the keys of `Place.STEERING` would do now, by action; the others do nothing.
        width: Cells; where they are too few, `MORE` stands for the keys that are furthest from the focus.
        compact: Whether there is no space around a key, and one behind its word.
    """
    elsewhere = {place for panel, place in BELONGS.items() if panel not in places} - {Place.STEERING}
    shown: dict[str, tuple[Key, str]] = {}
    for place in sorted(places, key=lambda place: place is not Place.REPLAY):
        for key in KEYS:
            if not (key.place is place and key.footer and key.action) or place in elsewhere:
                continue
            label = offers.get(key.action, "") if place is Place.STEERING else key.label
            if label:
                shown.setdefault(key.keys.split(",")[0], (key, label))
    back = shown.pop(BACK, None)
    first = [one for one in shown.values() if one[0].place not in LAST]
    last = [*([back] if back else []), *(one for one in shown.values() if one[0].place in LAST)]
    room = width - sum(cells(*one, compact=compact) for one in last)
    if sum(cells(*one, compact=compact) for one in first) > room:
        room -= cells(MORE, "", compact=compact)
        ends = accumulate(cells(*one, compact=compact) for one in first)
        first = [one for one, end in zip(first, ends, strict=True) if end <= room]
        first.append((MORE, ""))
    return [*first, *last]


def cells(key: Key, label: str, *, compact: bool) -> int:
    """What a key takes in the footer."""
    return len(shown_as(key)) + (len(label) + (2 if compact else 3) if label else 1)


def shown_as(key: Key) -> str:
    """The key as the footer shows it: the first one of several that do the same."""
    return key.display or written(key.keys.split(",")[0])
