"""What somebody chose on screen and wants to find again in the next sitting.

A small JSON file in the home. It is convenience, never truth: what cannot be read there is as if it had never
been chosen, and what cannot be written is forgotten with the sitting.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from mnist_tui.runs.files import putting_in_place, read_foreign

MOST_BYTES = 65_536
"""A larger file is not ours."""

_one_writer = threading.Lock()


@dataclass(frozen=True)
class Preferences:
    """Each choice has a default. Whoever uses a text looks it up among what it can be: it may be anything.

    A new choice is a field here: text, yes or no, or texts by name.

    Attributes:
        theme: Textual's name of the colours; empty for those that suit the terminal.
        guide_hidden: Whether the first steps are not to be shown any more.
        table_sort: Key of the column that the table is sorted by; empty for none.
        table_reversed: Whether it is sorted the other way round.
        table_shown: Number of the identity of each row whose curves are shown, by the row's id.
        chart_symbols: What curves are made of.
        chart_x: What stands on the x axis: epochs, steps or seconds.
        chart_training: Of which rows the training curves are drawn.
        chart_metrics: Key of the metric that a chart shows, by the chart's id.
        chart_scales: What the y axis is like, `log` or `linear`, by the metric's key.
        chart_smooth: Whether curves are smoothed.
        chart_clipped: Whether outliers may leave the charts.
    """

    theme: str = ""
    guide_hidden: bool = False
    table_sort: str = ""
    table_reversed: bool = False
    table_shown: Mapping[str, str] = field(default_factory=dict)
    chart_symbols: str = ""
    chart_x: str = ""
    chart_training: str = ""
    chart_metrics: Mapping[str, str] = field(default_factory=dict)
    chart_scales: Mapping[str, str] = field(default_factory=dict)
    chart_smooth: bool = False
    chart_clipped: bool = True

    @classmethod
    def read(cls, path: Path) -> Self:
        """What was chosen before; the default of whatever the file does not tell."""
        chosen = _content(path)
        defaults = cls()
        known: dict[str, Any] = {
            name: _texts(value) if isinstance(value, dict) else value
            for name, value in chosen.items()
            if name in {one.name for one in fields(cls)} and type(value) is type(getattr(defaults, name))
        }
        return cls(**known)


def keep(path: Path, changes: Mapping[str, Any]) -> None:
    """Write down what was chosen; all else in the file stays, also what this version knows nothing of.

    Args:
        path: The file; it and its directory are made where they are missing.
        changes: Values by the names of the fields of `Preferences`.

    Raises:
        OSError: It cannot be written.
    """
    with _one_writer:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps(_content(path) | dict(changes), indent=1, ensure_ascii=False, default=dict)
        with putting_in_place(path) as file:
            file.write(f"{content}\n".encode(errors="replace"))


def _content(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_foreign(path, MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _texts(value: Mapping[str, Any]) -> dict[str, str]:
    return {key: one for key, one in value.items() if isinstance(one, str)}
