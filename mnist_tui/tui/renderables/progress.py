"""How far a row is, in one cell of the table: a bar and the time that is left, or its place in the queue."""

from collections.abc import Sequence
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size

from mnist_tui.analysis.formatting import clock, ordinal
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.view import RunView
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.row_view import RowView

Entry: TypeAlias = RowView | RunView
"""A line of the table: a row, or one of its runs."""

LEAST_BAR, MOST_BAR = 4, 40
SPEED_FROM = 34
"""Cells from which on the speed finds room beside the bar."""


def bar(share: float, width: int, color: str) -> list[tuple[str, str]]:
    """A heavy line on a light one, so that it can be read without colour."""
    full, half = divmod(round(share * width * 2), 2)
    return [("━" * full + "╸" * half, color), ("─" * (width - full - half), "dim")]


def seconds_left(entry: Entry) -> float:
    """Training time until the last seed is done, at most: early stopping may end sooner.

    Those that wait are taken to be as long as those that train, beside as many others.
    """
    views = _views(entry)
    training = _training(views)
    if not training:
        return 0.0
    left = [run.seconds_left or 0 for run in training]
    whole = max(run.train_seconds + seconds for run, seconds in zip(training, left, strict=True))
    waiting = sum(view.is_active and view.run not in training for view in views)
    return max([*left, (sum(left) + waiting * whole) / len(training)])


def progress(entry: Entry) -> float:
    """How much of the planned epochs is done, over all seeds, 0 to 1; a seed that came to its end is done."""
    views = _views(entry)
    done = entry.complete if isinstance(entry, RowView) else ()
    return sum(1.0 if view in done else view.run.progress for view in views) / len(views)


def progress_cell(entry: Entry, width: int) -> Line:
    """What the status says of a row or a run that may still change.

    Args:
        entry: One that trains, is paused, or waits.
        width: Cells.

    Returns:
        For example `━━━━╸──── ≤0:12`, `1/3 ━━╸── ≤1:20`, `waits, 2nd` or `━━━╸── paused`; as wide as there is
        room, and cut with `…` where there is too little.
    """
    views = _views(entry)
    statuses = {view.status for view in views if view.is_active}
    if not statuses & {Status.TRAINING, Status.PAUSED}:
        place = min((view.place for view in views if view.place), default=0)
        waits = place and Status.STARTING not in statuses
        return _cut(f"waits, {ordinal(place)}" if waits else "starting", width)
    done = f"{len(entry.complete)}/{len(views)} " if isinstance(entry, RowView) and len(views) > 1 else ""
    training = _training(views)
    if training:
        end = f" ≤{clock(seconds_left(entry))}"
        if width >= SPEED_FROM:
            end += f" {sum(run.images_per_second or 0 for run in training):>7,.0f}/s"
    else:
        end = " starting" if Status.TRAINING in statuses else " paused"
    room = min(MOST_BAR, width - len(done) - len(end))
    if room < LEAST_BAR:
        return _cut(f"{done}{end.strip()}", width)
    return [(done, ""), *bar(progress(entry), room, entry.color), (end, "")]


def _views(entry: Entry) -> Sequence[RunView]:
    return entry.views if isinstance(entry, RowView) else (entry,)


def _training(views: Sequence[RunView]) -> list[Run]:
    return [view.run for view in views if view.status is Status.TRAINING and view.run.last_step]


def _cut(text: str, width: int) -> Line:
    return [(cut(text, width), "")]


def cut(text: str, width: int) -> str:
    """A text of at most so many cells; what is left out, `…` stands for."""
    if cell_len(text) <= width:
        return text
    return f"{set_cell_size(text, width - 1).rstrip()}…" if width > 0 else ""
