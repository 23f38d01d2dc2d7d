"""Which columns of the table there is room for, and in which form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PADDING = 2
"""Cells around what stands in a column."""


@dataclass(frozen=True)
class Measured:
    """A column, and how wide it would be.

    Attributes:
        key: Which.
        wide: Cells that its texts take.
        narrow: Cells that they take in short.
        rank: How much it tells: those with a low one come first where room is short.
    """

    key: str
    wide: int
    narrow: int
    rank: int = 0


@dataclass(frozen=True)
class Chosen:
    """A column that is shown.

    Attributes:
        key: Which.
        width: Cells, without what is around them.
        is_narrow: Whether its texts are the short ones.
    """

    key: str
    width: int
    is_narrow: bool


@dataclass(frozen=True)
class Choice:
    """What is to be seen of a table.

    Attributes:
        columns: From left to right; whole ones only.
        before: How many more there are at the left, behind the first one.
        after: How many more there are at the right.
    """

    columns: tuple[Chosen, ...] = ()
    before: int = 0
    after: int = 0


def choose(columns: Sequence[Measured], room: int, skip: int = 0) -> Choice:
    """The columns that tell most, as many as fit; the first one, a row's name, is always among them.

    All are shown in short where that makes room for one more; what is left of the room then makes them long
    again, the most telling first.

    Args:
        columns: In the order of the table.
        room: Cells.
        skip: How many columns were scrolled out of sight, to the left.
    """
    if not columns:
        return Choice()
    name, *others = columns
    left = room - _narrow(name)
    taken = set(_fitting(sorted(others, key=lambda one: one.rank), left))
    order = [one for one in others if one.key in taken] + [one for one in others if one.key not in taken]
    skip = min(skip, _most_skipped(order, left))
    seen = []
    for one in order[skip:]:
        if left < _narrow(one):
            break
        seen.append(one)
        left -= _narrow(one)
    if not seen and order:  # no room for a whole one: it is cut, which its texts say
        seen = [order[skip]]
        left = 0
    return Choice(tuple(_widened([name, *seen], room)), skip, len(order) - skip - len(seen))


def _narrow(one: Measured) -> int:
    return one.narrow + PADDING


def _fitting(ranked: Sequence[Measured], room: int) -> Iterator[str]:
    for one in ranked:
        if _narrow(one) <= room:
            room -= _narrow(one)
            yield one.key


def _most_skipped(order: Sequence[Measured], room: int) -> int:
    """How far one can scroll until the last column is in sight."""
    seen = 0
    for one in reversed(order):
        if _narrow(one) > room:
            break
        room -= _narrow(one)
        seen += 1
    return len(order) - max(1, seen) if order else 0


def _widened(columns: Sequence[Measured], room: int) -> Iterator[Chosen]:
    """Columns that fit in short, with what is left of the room given to them by rank."""
    left = room - sum(map(_narrow, columns))
    long = set()
    for one in sorted(columns, key=lambda one: one.rank):
        if one.wide - one.narrow <= left:
            left -= one.wide - one.narrow
            long.add(one.key)
    last = columns[-1]
    for one in columns:
        width = one.wide if one.key in long else one.narrow
        if one is last and left < 0:
            width = max(1, width + left)
        yield Chosen(one.key, width, one.key not in long)
