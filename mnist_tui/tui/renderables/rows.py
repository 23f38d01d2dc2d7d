"""What a drawing is made of."""

from collections.abc import Sequence
from typing import TypeAlias

Row: TypeAlias = Sequence[tuple[str, str]]
"""One line: pieces of text, each with its Rich style (`""` for none)."""


def plain(row: Row) -> str:
    """The characters of a row without their styles."""
    return "".join(text for text, _ in row)
