"""What a sentence calls the runs that it is about: as the table does, with the marker of their row."""

from collections.abc import Sequence

from textual.content import Content

from mnist_tui.runs.view import RunView

RUNS = "{}"
"""Stands in a sentence for what its runs are called."""

SHORT = 12
"""Cells that a name may take where there is no marker, and little room."""


def called(views: Sequence[RunView]) -> str:
    """Marker and name of some runs of a row: `● plain (3 seeds)`; no marker where their curves are hidden.

    Args:
        views: One or more.
    """
    marker = views[0].marker
    return f"{marker} {_name(views)}" if marker else _name(views)


def called_in_short(views: Sequence[RunView]) -> str:
    """The marker alone, which stands on the curves, too; where there is none, as much of the name as fits."""
    name = _label(views)
    return views[0].marker or (name if len(name) <= SHORT else f"{name[: SHORT - 1].rstrip()}…")


def about(sentence: str, views: Sequence[RunView]) -> Content:
    """A sentence with the name of its runs in it, and the marker in its colour.

    Args:
        sentence: With `RUNS` where the name is to stand.
        views: One or more.
    """
    before, _, after = sentence.partition(RUNS)
    look = (f"{views[0].marker} ", views[0].color) if views[0].marker else ""
    return Content.assemble(before, look, (_name(views), "bold"), after)


def _name(views: Sequence[RunView]) -> str:
    return _label(views) if len(views) == 1 else f"{_label(views)} ({len(views)} seeds)"


def _label(views: Sequence[RunView]) -> str:
    """The name of a run, or of the row that several are."""
    label = views[0].label
    return label if len(views) == 1 else label.rpartition(", seed ")[0] or label
