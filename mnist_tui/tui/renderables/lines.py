"""What a drawing is made of."""

import textwrap
from collections.abc import Sequence
from typing import TypeAlias

Line: TypeAlias = Sequence[tuple[str, str]]
"""Pieces of text side by side, each with its Rich style (`""` for none)."""


def wrapped(text: str, width: int, style: str = "") -> list[Line]:
    """A sentence in as many lines as it takes."""
    return [[(piece, style)] for piece in textwrap.wrap(text, max(1, width))]


def plain(line: Line) -> str:
    """The characters of a line without their styles."""
    return "".join(text for text, _ in line)
