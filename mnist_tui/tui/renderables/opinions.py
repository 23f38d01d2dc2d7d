"""What several networks say of one image: ten probabilities each, as bars or as shades."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.probabilities import bar
from mnist_tui.tui.renderables.shades import SHADES

TRUE = "◂"
"""After the class that the image really shows."""

SMALLEST = 0.0005
"""A share below that would be written as 0.0 %."""

NUMBER, SHORTEST_BAR = 7, 3
"""Cells of `100.0 %`, and of a bar that still shows something."""

CELL, WIDEST_CELL = 4, 8
"""Cells of one probability in a line of shades, at least and at most."""

LONGEST_NAME = 24


@dataclass(frozen=True)
class Opinion:
    """What one network says.

    Attributes:
        marker: The character that it is told by.
        label: Its name.
        style: Rich style of its bars.
        probabilities: Of the ten classes, 0 to 1.
        row: The name of its row; empty where that does not matter.
    """

    marker: str
    label: str
    style: str
    probabilities: Sequence[float]
    row: str = ""

    @property
    def said(self) -> int:
        """The class with the highest probability."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)


def render_opinions(
    opinions: Sequence[Opinion], true: int | None, width: int, height: int | None = None
) -> list[Line]:
    """Bars where there is room for all of them, else a line of shades a network; else the same a row.

    Args:
        opinions: One or more, of the same image.
        true: The class that it shows; `None` where nobody knows.
        width: Cells.
        height: Cells, where there may be too few.
    """
    if not opinions:
        return []
    rows = by_row(opinions)
    lines = len(opinions) + 1 if height is None else height
    for some in (opinions, rows):
        if _has_room_for_bars(some, width, height):
            return _bars(some, true, min((width - CELL) // len(some), 40))
        if len(some) < lines:
            return _strips(some, true, width)
    shown = rows[: max(1, lines - 2)]
    more = f"… and {len(rows) - len(shown)} more: space hides rows on the dashboard"
    return [*_strips(shown, true, width), [(more[:width], "dim")]][:lines]


def _has_room_for_bars(opinions: Sequence[Opinion], width: int, height: int | None) -> bool:
    is_low = height is not None and height <= len(opinions[0].probabilities)
    return not is_low and (width - CELL) // len(opinions) >= NUMBER + SHORTEST_BAR + 2


def by_row(opinions: Sequence[Opinion]) -> list[Opinion]:
    """The mean of what the networks of each row say, where a row has several."""
    rows: dict[tuple[str, str], list[Opinion]] = {}
    for one in opinions:
        rows.setdefault((one.marker, one.row or one.label), []).append(one)
    return [members[0] if len(members) == 1 else _mean(name, members) for (_, name), members in rows.items()]


def _mean(name: str, members: Sequence[Opinion]) -> Opinion:
    shares = zip(*(one.probabilities for one in members), strict=True)
    label = f"{name}, mean of {len(members)}"
    return replace(members[0], label=label, probabilities=[fmean(one) for one in shares])


def _bars(opinions: Sequence[Opinion], true: int | None, room: int) -> list[Line]:
    """A column a network, a line a class."""
    lines: list[Line] = [
        [
            (" " * CELL, ""),
            *((f"{_cut(f'{one.marker} {one.label}', room - 1):<{room}}", one.style) for one in opinions),
        ]
    ]
    for label in range(len(opinions[0].probabilities)):
        is_true = label == true
        line = [(f" {label} {TRUE if is_true else ' '}", "bold" if is_true else "dim")]
        for one in opinions:
            share = one.probabilities[label]
            is_shown = share >= SMALLEST
            number = f"{100 * share:.1f} %" if is_shown else "·"
            kind = "bold" if label == one.said else "dim"
            line += [(bar(share * is_shown, room - NUMBER - 2), one.style), (f" {number:>{NUMBER}} ", kind)]
        lines.append(line)
    return lines


def _strips(opinions: Sequence[Opinion], true: int | None, width: int) -> list[Line]:
    """A line a network, a column a class."""
    classes = range(len(opinions[0].probabilities))
    longest = max(len(f"{one.marker} {one.label}") for one in opinions)
    name = max(1, min(LONGEST_NAME, longest, width - CELL * len(classes) - 1))
    room = max(CELL, min(WIDEST_CELL, (width - name - 1) // len(classes)))
    shaded = max(1, room - 5)
    head = [(" " * (name + 1), "")]
    for label in classes:
        text = f"{label}{TRUE}" if label == true else f"{label} "
        head.append((f"{text:>{room}}", "bold" if label == true else "dim"))
    lines: list[Line] = [head]
    for one in opinions:
        line = [(f"{_cut(f'{one.marker} {one.label}', name):<{name}} ", one.style)]
        for label in classes:
            share = one.probabilities[label]
            percent = round(100 * share)
            number, shade = (f"{percent}", _shade(share)) if percent else ("·", " ")
            kind = "bold" if label == one.said else "dim"
            gap = " " if room > CELL else ""
            line += [(gap + shaded * shade, one.style), (f"{number:>{room - len(gap) - shaded}}", kind)]
        lines.append(line)
    return lines


def _shade(share: float) -> str:
    return SHADES[max(1, round(share * (len(SHADES) - 1)))]


def _cut(text: str, width: int) -> str:
    """A name as long as there is room; of one that ends in its seed, the end is kept."""
    if len(text) <= width:
        return text
    name, separator, seed = text.rpartition(", seed ")
    if not separator:
        return f"{text[: max(0, width - 1)]}…"
    end = f" {seed}"
    return f"{name[: max(1, width - len(end) - 1)]}…{end}" if len(f"{name}{end}") > width else f"{name}{end}"
