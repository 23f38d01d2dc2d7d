"""All lines of the table as texts, and what follows from them: columns, what all agree in, the best."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len

from mnist_tui.analysis.cells import NOTHING
from mnist_tui.analysis.comparison import tested_on, waited_for_cores
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import setting_names
from mnist_tui.tui.renderables.progress import Entry
from mnist_tui.tui.row_view import RowView
from mnist_tui.tui.table.agreed import agreed
from mnist_tui.tui.table.cells import BEST, KEYS, LABEL, LAST, SETTINGS, SHAPES, SHARED_MARK, texts, value
from mnist_tui.tui.table.choice import Measured

BEST_MARK = "*"
"""After the best number of a column."""

CORE = (LABEL, "test_accuracy", "status_words", "time", "epochs_completed")
"""Columns that are there even where nothing stands in them yet."""

BAR_CELLS, MOST_BAR_CELLS = 15, 28
"""What a status takes that is a bar: in short, and where there is room."""

LATE = 100
"""The rank of what tells little."""


@dataclass
class Known:
    """A line.

    Attributes:
        entry: What it is made from.
        texts: By column, as long as they can be.
        best_of: What is compared where the best of a column is looked for, by column.
    """

    entry: Entry
    texts: dict[str, str]
    best_of: dict[str, float] = field(default_factory=dict)


@dataclass
class Stats:
    """What is known of one column over all lines.

    Attributes:
        wide: Cells of its longest text, and of its title.
        narrow: The same in short.
        differs: Whether it tells rows apart.
        common: The text that all have.
        best: The ids of the lines with the best number.
        is_marked: Whether a time has the mark of those that were taken while sharing cores.
    """

    wide: int = 0
    narrow: int = 0
    differs: bool = False
    common: str = ""
    best: frozenset[str] = frozenset()
    is_marked: bool = False


class Ledger:
    """Takes in lines as they change; works out again only the columns in which something did.

    Attributes:
        lines: By the ids of the lines.
    """

    def __init__(self) -> None:
        self.lines: dict[str, Known] = {}
        self._stats: dict[str, Stats] = {}
        self._dirty = set(KEYS)
        self._shown: set[str] = set()
        self._agreed: str | None = None

    def take(self, entry_id: str, entry: Entry) -> bool:
        """Take in a line; whether it looks different than before."""
        before = self.lines.get(entry_id)
        now = Known(entry, texts(entry), _best_of(entry))
        self.lines[entry_id] = now
        if entry.is_shown and isinstance(entry, RowView):
            self._shown.add(entry_id)
        else:
            self._shown.discard(entry_id)
        if before is None:
            self._forget()
            return True
        changed = {key for key in KEYS if now.texts[key] != before.texts[key]}
        changed |= {key for key in BEST if now.best_of.get(key) != before.best_of.get(key)}
        if entry.is_active is not before.entry.is_active:
            changed.add("status_words")
        if changed & {*SETTINGS}:
            self._agreed = None
        self._dirty |= changed
        return bool(changed) or entry.is_active or _look(entry) != _look(before.entry)

    def keep(self, entry_ids: Collection[str]) -> None:
        """Forget all lines but these."""
        if gone := self.lines.keys() - set(entry_ids):
            for entry_id in gone:
                del self.lines[entry_id]
            self._shown -= gone
            self._forget()

    def _forget(self) -> None:
        self._dirty, self._agreed = set(KEYS), None

    def stats(self, key: str) -> Stats:
        """What is known of a column."""
        if key in self._dirty:
            self._stats[key] = self._work_out(key)
            self._dirty.discard(key)
        return self._stats[key]

    def columns(self, *, everything: bool = False, sorted_by: str = "") -> list[Measured]:
        """The columns that there is something to say in, in the order of the table.

        Args:
            everything: Also those in which all rows agree.
            sorted_by: One that is there in any case, with room for a mark beside its title.
        """
        order = self._order()
        if not everything:
            order = [key for key in order if key == sorted_by or self._tells(key)]
        few = [key for key in order if key in SETTINGS][:2]
        ranks = {key: rank for rank, key in enumerate(order)}
        for key in order:
            if key in SETTINGS and key not in few:  # results come before the third setting
                ranks[key] += LATE // 2 if self._tells_shown(key) else LATE
        ranks["status_words"] = ranks["test_accuracy"]  # before what only rows that are over have
        return [self._measured(key, ranks[key], marked=key == sorted_by) for key in order]

    def _measured(self, key: str, rank: int, *, marked: bool) -> Measured:
        stats, shape, mark = self.stats(key), SHAPES[key], 2 if marked else 0
        narrow = max(stats.narrow, cell_len(shape.narrow_title) + mark)
        return Measured(key, max(stats.wide, cell_len(shape.title) + mark, narrow), narrow, rank)

    def _order(self) -> list[str]:
        """Name, settings that tell apart what is shown, those that tell others apart, results, the rest."""
        apart = [key for key in SETTINGS if self.stats(key).differs]
        apart.sort(key=lambda key: (key in LAST, not self._tells_shown(key)))
        rest = [key for key in SETTINGS if key not in apart]
        return [LABEL, *apart, *(key for key in KEYS if key not in {LABEL, *SETTINGS}), *rest]

    def _tells_shown(self, key: str) -> bool:
        """Whether a column tells those rows apart whose curves are shown."""
        return len({self.lines[entry_id].texts[key] for entry_id in self._shown}) > 1

    def _tells(self, key: str) -> bool:
        stats = self.stats(key)
        return key in CORE or (stats.differs if key in SETTINGS else stats.common not in {"", NOTHING})

    @property
    def agreed(self) -> str:
        """What all rows agree in, in a line; empty where there is no row."""
        if self._agreed is None:
            self._agreed = self._agree()
        return self._agreed

    def _agree(self) -> str:
        known = {key: self.stats(key).common for key in SETTINGS if not self.stats(key).differs}
        used = set(setting_names())
        for row in self._rows():
            used &= row.views[0].run.config.unused
        said = agreed(known, set(setting_names()) - used)
        return f"all: {said}" if said and len(self._rows()) > 1 else said

    @property
    def legend(self) -> str:
        """What the marks in the cells mean, where there are any."""
        parts = []
        if any(self.stats(key).best for key in BEST):
            parts.append(f"{BEST_MARK} best")
        if self.stats("time").is_marked:
            parts.append(f"{SHARED_MARK} shared cores")
        return " · ".join(parts)

    @property
    def row_count(self) -> int:
        """How many rows are listed."""
        return len(self._rows())

    def _rows(self) -> list[RowView]:
        return [line.entry for line in self.lines.values() if isinstance(line.entry, RowView)]

    def _work_out(self, key: str) -> Stats:
        shape, lines = SHAPES[key], self.lines
        rows = {entry_id: one for entry_id, one in lines.items() if isinstance(one.entry, RowView)}
        settled = (one for one in rows.values() if key != "dataset" or _has_started(one.entry))
        various = {one.texts[key] for one in settled}
        stats = Stats(differs=len(various) > 1)
        if key not in SETTINGS:
            stats.common = next((text for text in various if text not in {"", NOTHING}), NOTHING)
        elif len(various) == 1:
            [stats.common] = various
        if key in BEST:
            stats.best = _best(rows, key)
        every = {one.texts[key] for one in lines.values()}
        stats.is_marked = any(SHARED_MARK in text for text in every)
        mark = 1 if stats.best else 0
        longest = max(map(cell_len, every), default=0) + mark
        shortest = max((cell_len(shape.narrow(text)) for text in every), default=0) + mark
        wide = max(cell_len(shape.title), min(longest, shape.most))
        narrow = max(cell_len(shape.narrow_title), min(shortest, shape.least))
        if key == "status_words" and any(one.entry.is_active for one in lines.values()):
            wide, narrow = max(wide, MOST_BAR_CELLS), max(narrow, BAR_CELLS)
        stats.wide, stats.narrow = wide, min(wide, narrow)
        return stats


def _look(entry: Entry) -> Hashable:
    folded = (entry.is_open, entry.is_baseline) if isinstance(entry, RowView) else ()
    return entry.marker, entry.color, folded


def _has_started(entry: Entry) -> bool:
    return isinstance(entry, RunView) or any(view.run.started for view in entry.views)


def _best_of(entry: Entry) -> dict[str, float]:
    """The numbers of a row that is over; times alone on the machine only, for others do not compare."""
    if isinstance(entry, RunView) or not entry.complete or entry.is_active:
        return {}
    alone = not any(view.run.other_runs or waited_for_cores(view.run) for view in entry.complete)
    keys = [key for key in BEST if alone or key not in {"time", "images_per_second"}]
    return {key: number for key in keys if isinstance(number := value(key, entry), int | float)}


def _best(rows: dict[str, Known], key: str) -> frozenset[str]:
    """The ids of the rows with the best number, of each data set; none where all are as good."""
    groups: dict[Hashable, dict[str, float]] = defaultdict(dict)
    for entry_id, one in rows.items():
        if key in one.best_of and isinstance(one.entry, RowView):
            groups[tested_on(one.entry.row)][entry_id] = one.best_of[key]
    return frozenset(one for numbers in groups.values() for one in _first(numbers, BEST[key]))


def _first(numbers: dict[str, float], better: Callable[[Iterable[float]], float]) -> Sequence[str]:
    best = better(numbers.values())
    return (
        [] if len(set(numbers.values())) < 2 else [one for one, number in numbers.items() if number == best]
    )
