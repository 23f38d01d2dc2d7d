"""Which runs of two rows are compared: pairs of one seed where there are, and like times with like."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from mnist_tui.analysis.comparison import circumstances, waited_for_cores
from mnist_tui.runs.groups import without
from mnist_tui.runs.rows import CUT_SHORT, Row
from mnist_tui.runs.run import Run

FEWEST = 2
"""Runs of each row that an interval needs."""

FEW = 3
"""Welch's interval is too narrow for up to so many runs beside many more."""


class Pairing(NamedTuple):
    """The runs of two rows that are compared.

    Attributes:
        mine: Of the row.
        theirs: Of the baseline.
        is_paired: Whether those at the same place have the same seed.
    """

    mine: list[Run]
    theirs: list[Run]
    is_paired: bool

    @property
    def runs(self) -> list[Run]:
        """All of them."""
        return [*self.mine, *self.theirs]


def pairs(row: Row, baseline: Row) -> Pairing:
    """The finished runs to compare, in the order of their seeds.

    Pairs where one row has all seeds of the other; what the larger one has beyond them is left out. Else all
    runs, which are no pairs. One run is compared with one: with that of its seed, if there is one.
    """
    mine, theirs = _by_seed(row), _by_seed(baseline)
    shared = [seed for seed in mine if seed in theirs]
    fewer = min(len(mine), len(theirs))
    if shared and fewer in {1, len(shared)}:
        return Pairing([mine[seed] for seed in shared], [theirs[seed] for seed in shared], is_paired=True)
    return _unpaired(list(mine.values()), list(theirs.values()))


def _by_seed(row: Row) -> dict[int, Run]:
    return {run.config.seed: run for run in sorted(row.runs, key=lambda run: run.config.seed) if run.finished}


def _unpaired(mine: list[Run], theirs: list[Run]) -> Pairing:
    """All runs; beside a few, as many of the other row."""
    fewer = min(len(mine), len(theirs))
    most = fewer if fewer <= FEW else None
    return Pairing(mine[:most], theirs[:most], is_paired=False)


def with_like_times(pairing: Pairing) -> Pairing | None:
    """Those of the runs whose times were taken in the same circumstances, as many as there are.

    Returns:
        All of them where all are alike, else two or more of each row; `None` where there are not as many.
    """
    if not unlike(pairing.runs):
        return pairing
    parts: dict[Hashable, tuple[list[Run], list[Run]]] = defaultdict(lambda: ([], []))
    if pairing.is_paired:
        for mine, theirs in zip(pairing.mine, pairing.theirs, strict=True):
            if not unlike([mine, theirs]):
                part = parts[_circumstances(mine)]
                part[0].append(mine)
                part[1].append(theirs)
    else:
        for side, runs in enumerate(pairing[:2]):
            for run in runs:
                if not waited_for_cores(run):
                    parts[_circumstances(run)][side].append(run)
    most = max(parts.values(), key=_fewer, default=([], []))
    if _fewer(most) < FEWEST:
        return None
    return Pairing(*most, is_paired=True) if pairing.is_paired else _unpaired(*most)


def _fewer(part: tuple[list[Run], list[Run]]) -> int:
    return min(map(len, part))


def _circumstances(run: Run) -> Hashable:
    return tuple(circumstances(run).values())


def unlike(runs: Sequence[Run]) -> set[str]:
    """In which circumstances of their times some runs differ; one that waited for cores is like no other."""
    seen = [circumstances(run) for run in runs]
    apart = {name for name in seen[0] if len({one[name] for one in seen}) > 1}
    return apart | ({"load of the machine"} if any(map(waited_for_cores, runs)) else set())


def missing_seeds(rows: Iterable[Row], others: Iterable[Run]) -> dict[Hashable, list[Run]]:
    """Runs that a row would have in its mean, had they come to their end; one a seed.

    Args:
        rows: Those that are compared. Runs that were stopped or failed have rows of their own.
        others: Runs without a result, which may be in no row.

    Returns:
        For `settings` of a row.
    """
    rows = list(rows)
    there = {(settings(run), run.config.seed) for row in rows for run in row.runs if _counts(run)}
    missing: dict[Hashable, dict[int, Run]] = defaultdict(dict)
    for run in [*(run for row in rows for run in row.runs), *others]:
        if not _counts(run) and not run.is_altered and (settings(run), run.config.seed) not in there:
            missing[settings(run)][run.config.seed] = run
    return {key: list(runs.values()) for key, runs in missing.items()}


def _counts(run: Run) -> bool:
    return run.finished is not None and run.status not in CUT_SHORT and not run.is_altered


def settings(run: Run) -> Hashable:
    """What the seeds of a row have in common."""
    return without(run.config, "seed", "threads")
