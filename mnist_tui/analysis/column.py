"""What a column of a table is, and how one is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mnist_tui.analysis import cells
from mnist_tui.runs.rows import Row
from mnist_tui.runs.view import RunView
from mnist_tui.settings.labels import format_value
from mnist_tui.settings.run_config import default_value, setting, setting_names


@dataclass(frozen=True)
class Column:
    """One column of the tables.

    Attributes:
        key: Its name in `COLUMNS`; what programs call it.
        title: What stands above it on the dashboard, where room is short.
        words: What it is, for somebody who meets it for the first time.
        value: A run's plain value, to sort by and for programs; `None` where there is none yet.
        of_run: The cell of a run.
        of_row: The cell of a row: of a configuration and its runs, one a seed.
        heading: What stands above it in a terminal's table.
        long_title: What stands above it in a report.
        right: Whether its cells are numbers, which stand at its right edge.
    """

    key: str
    title: str
    words: str
    value: Callable[[RunView], Any]
    of_run: Callable[[RunView], str]
    of_row: Callable[[Row], str] | None
    heading: str
    long_title: str
    right: bool

    @property
    def needs_results(self) -> bool:
        """Whether the cell of a row is made from results: before the first one there is none."""
        return self.key not in setting_names() and self.key not in {"label", "name"}


def column(
    key: str,
    title: str,
    words: str,
    value: Callable[[RunView], Any],
    text: Callable[[Any], str] = str,
    of_row: Callable[[Row], str] | None = None,
    *,
    heading: str = "",
    long_title: str = "",
    right: bool = False,
    of_run: Callable[[RunView], str] | None = None,
) -> Column:
    """A column whose cells are the texts of its values, unless another way is given.

    Args:
        key: See `Column`, as for all that is not named here.
        title: The heading is the same, with a capital letter, and the long title the same as the heading.
        words: What it is.
        value: A run's plain value.
        text: What a value looks like; `cells.NOTHING` stands where there is none.
        of_row: The cell of a row; a column without it is of no table of rows.
        heading: Where it is not the title.
        long_title: Where it is not the heading.
        right: Whether its cells are numbers.
        of_run: The cell of a run, where it is not the text of its value alone.
    """

    def text_of(view: RunView) -> str:
        found = value(view)
        return cells.NOTHING if found is None else text(found)

    heading = heading or title[0].upper() + title[1:]
    return Column(key, title, words, value, of_run or text_of, of_row, heading, long_title or heading, right)


SHORT_TITLES = {"l2_lambda": "L2 λ", "learning_rate": "rate", "dataset": "data"}
"""Settings whose label is not what the dashboard's table calls them."""

BLANK_WHERE_OFF = {"l2_lambda", "dropout", "augment"}
"""Settings whose value is not repeated in a table where it switches them off: that is easier to read."""


def setting_column(name: str) -> Column:
    """The column of a setting: made from `RunConfig`, so that a new setting has one."""
    its = setting(name)
    off = its.off if name in BLANK_WHERE_OFF else None

    def value(view: RunView) -> Any:
        if name == "learning_rate":
            return view.run.config.peak_learning_rate
        if name == "dataset" and view.run.started:
            return view.run.started.dataset
        return getattr(view.run.config, name)

    def text(found: Any) -> str:
        return cells.NOTHING if off is not None and found == off else format_value(found)

    def of_run(view: RunView) -> str:
        return text(value(view))

    def of_row(row: Row) -> str:
        return ", ".join(dict.fromkeys(of_run(RunView(run, row.label)) for run in row.runs))

    title = SHORT_TITLES.get(name, its.label[0].lower() + its.label[1:])
    is_ranged = its.low is not None or its.above is not None
    return column(
        name,
        title,
        its.help,
        value,
        text,
        of_row,
        heading=its.label,
        right=is_ranged and not isinstance(default_value(name), tuple),
        of_run=of_run,
    )
