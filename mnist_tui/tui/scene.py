"""What is shown, as it is written down for the next sitting: rows and the numbers of their identities."""

from collections.abc import Iterable, Mapping

from mnist_tui.tui.identity import Identities

MOST = 24
"""So many rows are shown again: more are not drawn."""

MOST_DIGITS = 3
"""No identity has a number with more."""


def written(row_ids: Iterable[str], identities: Identities) -> dict[str, str]:
    """The numbers of rows by their ids, as texts; of very many, those of the last ones.

    Runs that were started a moment ago are no row yet, and have none.
    """
    known = [row_id for row_id in dict.fromkeys(row_ids) if identities.is_known(row_id)]
    return {row_id: str(identities.number(row_id)) for row_id in known[-MOST:]}


def read(scene: Mapping[str, str]) -> dict[str, int]:
    """The same as numbers. What was written may be anything: what is no such number is left out."""
    plain = {row_id: one for row_id, one in scene.items() if one.isascii() and one.isdecimal()}
    return {row_id: int(one) for row_id, one in [*plain.items()][-MOST:] if len(one) <= MOST_DIGITS}
