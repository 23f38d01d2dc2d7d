"""What stands in a line of the table: the text of each column, long and short, and the numbers behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len

from mnist_tui.analysis.cells import NOTHING
from mnist_tui.analysis.column import Column
from mnist_tui.analysis.columns import COLUMNS, DASHBOARD
from mnist_tui.analysis.difference_cells import DIFFERENCE_COLUMNS, DifferenceColumn
from mnist_tui.analysis.differences import Difference
from mnist_tui.analysis.formatting import SHARED, ranges
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.view import RunView
from mnist_tui.settings.labels import format_value
from mnist_tui.settings.run_config import setting_names
from mnist_tui.tui.renderables.progress import Entry, cut
from mnist_tui.tui.row_view import RowView

LABEL = DASHBOARD[0]
"""The column with marker and name."""

LAST = ("validation_size", "threads")
"""Settings that tell least of how rows differ."""

SETTINGS = (
    *(name for name in setting_names() if name in COLUMNS and name not in {*LAST, "name", "epochs"}),
    *LAST,
)
"""The settings that have a column of their own; epochs are counted out of those that were planned."""

KEYS = (LABEL, *SETTINGS, *DASHBOARD[1:])
"""All columns that the table can show."""

NAME_CELLS = 28
"""A marker, a name of 22 cells, and whether its runs are listed."""

TEXT_CELLS = 24
"""A text, such as why a run failed, takes no more in the table; its page has the whole of it."""

BEST: dict[str, Callable[..., float]] = {
    "test_accuracy": max,
    "validation_accuracy": max,
    "time": min,
    "convergence_epoch": min,
    "images_per_second": max,
}
"""Columns of numbers of which one is the best, and which."""

SHARED_MARK = "†"
"""What stands for `SHARED` on screen: fonts of terminals have it."""


def _without_unit(text: str) -> str:
    """`98.07 ± 0.12 % (5)` as `98.07 ±0.12`."""
    return text.partition(" %")[0].replace("± ", "±")


def _without_count(text: str) -> str:
    """`20.6 ± 0.4 s† (5)` as `20.6 s†`."""
    mark = SHARED_MARK if SHARED_MARK in text else ""
    value = text.partition(" ±")[0].partition(" s")[0].partition("s")[0].strip()
    return f"{value}s{mark}" if value != NOTHING else value


def _without_interval(text: str) -> str:
    """`+0.08 (−0.15 to +0.31)` as `+0.08`."""
    return text.partition(" (")[0]


def _first(text: str) -> str:
    """`? unclear, 14 seeds` as `?`, `baseline` as `base`."""
    return "base" if text == "baseline" else text.partition(" ")[0]


def _mean(text: str) -> str:
    """`12.4 ± 1.1 (5)` as `12.4`."""
    return text.partition(" ±")[0]


def _sign_of_failure(text: str) -> str:
    """`failed: diverged` as `✗ diverged`."""
    return text.replace(f"{Status.FAILED}: ", "✗ ")


def _without_family(text: str) -> str:
    """`MNIST sample` as `sample`."""
    return text.removeprefix("MNIST ")


def _same(text: str) -> str:
    return text


@dataclass(frozen=True)
class Shape:
    """How a column is shown.

    Attributes:
        title: What stands above it.
        narrow_title: The same where room is short.
        narrow: Its text in short.
        right: Whether its cells are numbers, which stand at its right edge.
        most: How many cells its texts take at most.
        least: The same in short.
    """

    title: str
    narrow_title: str
    narrow: Callable[[str], str] = _same
    right: bool = False
    most: int = TEXT_CELLS
    least: int = 16


_NARROW: dict[str, tuple[str, Callable[[str], str]]] = {
    "test_accuracy": ("test %", _without_unit),
    "validation_accuracy": ("valid %", _without_unit),
    "verdict_and_seeds": ("vs", _first),
    "accuracy_difference": ("Δ test", _without_interval),
    "time": ("time", _without_count),
    "time_difference": ("Δ time", _without_interval),
    "convergence_epoch": ("conv.", _mean),
    "convergence_difference": ("Δ conv.", _without_interval),
    "epochs_completed": ("epochs", _mean),
    "batch_norm": ("BN", _same),
    "dataset": ("data", _without_family),
    "early_stopping": ("stop", _same),
    "augment_strength": ("strength", _same),
}
"""Columns whose title or text is another one where room is short."""


def _column(key: str) -> Column | DifferenceColumn:
    return COLUMNS[key] if key in COLUMNS else DIFFERENCE_COLUMNS[key]


def _shape(key: str) -> Shape:
    column = _column(key)
    narrow_title, narrow = _NARROW.get(key, (column.title, _same))
    if key == LABEL:
        return Shape(column.title, column.title, most=NAME_CELLS, least=22)
    if key == "status_words":
        return Shape(column.title, column.title, _sign_of_failure, most=28, least=15)
    return Shape(column.title, narrow_title, narrow, column.right)


SHAPES = {key: _shape(key) for key in KEYS}
"""How each column is shown."""


def texts(entry: Entry) -> dict[str, str]:
    """What stands in a line, by the keys of the columns, as long as it can be."""
    return {key: _text(key, entry).replace(SHARED, SHARED_MARK) for key in KEYS}


def _text(key: str, entry: Entry) -> str:
    if key == LABEL:
        return name(entry)
    column = _column(key)
    if isinstance(column, DifferenceColumn):
        return _beside_baseline(column, entry)
    if isinstance(entry, RunView):
        return column.of_run(entry)
    if key in SETTINGS and key != "seed":
        first = entry.views[0]  # all seeds have the same
        return _with_changes(key, column.of_run(first), first.run)
    if entry.is_single:
        return column.of_run(entry.views[0])
    if key == "status_words":
        return entry.status_words
    if key == "seed":
        return ranges(view.run.config.seed for view in entry.views)
    if column.of_row is None or (column.needs_results and not entry.complete):
        return NOTHING
    return column.of_row(entry.row)


def _with_changes(key: str, text: str, run: Run) -> str:
    """A setting, and what it was changed to while the run trained: `0.4→0.1`."""
    if not run.own_changes:
        return text
    before, now = getattr(run.config_after(0), key), getattr(run.config_after(), key)
    return text if before == now or now is None else f"{text}→{format_value(now)}"


def name(entry: Entry) -> str:
    """Marker and name of a line."""
    if isinstance(entry, RunView):
        return f"  └ seed {entry.run.config.seed}"
    fold = "" if entry.is_single else " ▾" if entry.is_open else " ▸"
    return f"{entry.marker or ' '} {cut(entry.label, NAME_CELLS - 4)}{fold}"


def _beside_baseline(column: DifferenceColumn, entry: Entry) -> str:
    """What a row's cell says of its difference; nothing for a run of a row, and before there are results."""
    if isinstance(entry, RunView):
        return ""
    if entry.is_baseline:
        return "baseline" if column.key.startswith("verdict") else ""
    return column.text(entry.difference) if entry.difference else ""


def shown(text: str, width: int, *, right: bool) -> str:
    """A text as wide as its column; what does not fit is cut with a sign."""
    text = cut(text, width)
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank


def value(key: str, row: RowView) -> Any:
    """What a column holds of a row, to sort by and to find it by: of numbers the mean over its seeds.

    Returns:
        A number, a text, a truth, a tuple of widths; `None` where there is none yet.
    """
    column = _column(key)
    if key == LABEL:
        return row.label.lower()
    if isinstance(column, DifferenceColumn):
        return _difference(column, row.difference) if row.difference else None
    if key == "status_words":
        return row.status_words
    return _mean_of([column.value(view) for view in (row.complete or row.views)])


ESTIMATES = {"time_difference": "train_seconds", "convergence_difference": "convergence_epoch"}
"""Columns of differences, and of what they are one."""


def _difference(column: DifferenceColumn, difference: Difference) -> Any:
    if column.key not in {"accuracy_difference", *ESTIMATES}:
        return column.text(difference)
    accuracy = column.key == "accuracy_difference"
    estimate = difference.accuracy if accuracy else difference.estimates.get(ESTIMATES[column.key])
    return estimate.value if estimate else None


def _mean_of(values: Sequence[Any]) -> Any:
    known = [one for one in values if one is not None]
    numbers = [one for one in known if isinstance(one, int | float) and not isinstance(one, bool)]
    if known and len(numbers) == len(known):
        return sum(numbers) / len(numbers)
    return known[0] if known else None
