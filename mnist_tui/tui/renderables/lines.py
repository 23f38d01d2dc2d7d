"""What a drawing is made of."""

import textwrap
from collections.abc import Sequence
from typing import TypeAlias

Line: TypeAlias = Sequence[tuple[str, str]]
"""Pieces of text side by side, each with its Rich style (`""` for none)."""

TIED = "\u00a0"
"""A space at which no line ends."""


def wrapped(text: str, width: int, style: str = "") -> list[Line]:
    """A sentence in as many lines as it takes; a number and its % stay together."""
    pieces = textwrap.wrap(text.replace(" %", f"{TIED}%"), max(1, width))
    return [[(piece.replace(TIED, " "), style)] for piece in pieces]


def fitting(sentences: Sequence[str], width: int, height: int) -> list[Line]:
    """As many whole sentences as there is room for, one after the other.

    Args:
        sentences: The most important first.
        width: Cells.
        height: Cells.
    """
    lines: list[Line] = []
    for count in range(1, len(sentences) + 1):
        longer = wrapped(" ".join(sentences[:count]), width)
        if len(longer) > height:
            break
        lines = longer
    return lines


def plain(line: Line) -> str:
    """The characters of a line without their styles."""
    return "".join(text for text, _ in line)


def in_the_middle(text: str, width: int, height: int) -> list[Line]:
    """A text in the middle of an empty chart."""
    parts = [textwrap.wrap(part, max(1, width - 2)) or [""] for part in text.splitlines()]
    lines = [line.center(width).rstrip() for part in parts for line in part]
    above = [""] * max(0, (height - len(lines)) // 2)
    return [[(line, "dim")] for line in [*above, *lines][:height]]
