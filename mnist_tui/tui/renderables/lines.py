"""What a drawing is made of."""

from collections.abc import Sequence
from typing import TypeAlias

Line: TypeAlias = Sequence[tuple[str, str]]
"""Pieces of text side by side, each with its Rich style (`""` for none)."""


def plain(line: Line) -> str:
    """The characters of a line without their styles."""
    return "".join(text for text, _ in line)
