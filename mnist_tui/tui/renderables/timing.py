"""How far each row is and how fast: one line a row."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from mnist_tui.analysis.formatting import clock, ordinal
from mnist_tui.runs.run import Status
from mnist_tui.runs.view import RunView
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.progress import bar, progress, seconds_left
from mnist_tui.tui.row_view import RowView

MIN_BAR, MAX_BAR = 6, 60
NAME_WIDTH = 24
WITHOUT_BAR = {Status.WAITING, Status.NOT_STARTED, Status.FAILED, Status.INTERRUPTED}


def render_timing(rows: Sequence[RowView], width: int, height: int) -> list[Line]:
    """Progress bars for some rows.

    Args:
        rows: The most interesting first.
        width: Cells.
        height: Lines; where rows do not fit, the last line says how many.
    """
    shown = list(rows) if len(rows) <= height else list(rows)[: max(0, height - 1)]
    name_width = min(NAME_WIDTH, max((cell_len(row.label) for row in shown), default=0))
    lines = [
        timing_line(row.views[0], width, name_width) if row.is_single else _row_line(row, width, name_width)
        for row in shown
    ]
    if len(shown) < len(rows) and height > 0:
        lines.append([(f"… and {len(rows) - len(shown)} more", "dim")])
    return lines


def _row_line(row: RowView, width: int, name_width: int) -> Line:
    """Marker, name, seeds done, progress of all seeds, time gone in all of them, time left, speed."""
    seeds = len(row.views)
    name = f"{set_cell_size(row.label, name_width)}  {len(row.complete)}/{seeds} seeds  "
    end = _end_of_row(row)
    room = width - cell_len(name) - len(end) - 4
    parts = [(f"{row.marker} ", row.color), (name, "")]
    if room >= MIN_BAR:
        parts += [*bar(progress(row), min(room, MAX_BAR), row.color), ("  ", "")]
    return [*parts, (end, "")]


def _end_of_row(row: RowView) -> str:
    gone = f"{clock(sum(view.run.train_seconds for view in row.views)):>5} gone"
    if not row.is_active:
        return f"{gone}  {row.status_words}"
    training = [view.run for view in row.views if view.status is Status.TRAINING and view.run.last_step]
    if not training:
        return f"{gone}  {row.status_words}"
    speed = f"{sum(run.images_per_second or 0 for run in training):>7,.0f}/s"
    return f"{gone}  {f'≤{clock(seconds_left(row)):>5} left':>11}  {speed}"


def timing_line(view: RunView, width: int, name_width: int) -> Line:
    """Marker, name, epoch, bar, time gone, time left and speed of one run; the bar takes what is left."""
    run = view.run
    epochs = len(str(run.config.epochs))
    name = f"{set_cell_size(view.label, name_width)}  {run.epoch:>{epochs}}/{run.config.epochs}  "
    end = _end_of_line(view)
    room = width - cell_len(name) - len(end) - 4
    parts = [(f"{view.marker} ", view.color), (name, "")]
    if view.status not in WITHOUT_BAR and room >= MIN_BAR:
        parts += [
            *bar(run.progress if view.is_active else 1.0, min(room, MAX_BAR), view.color),
            ("  ", ""),
        ]
    return [*parts, (end, "")]


def _end_of_line(view: RunView) -> str:
    run, status = view.run, view.status
    if run.failure and status is not Status.WAITING:
        return run.failure
    if status is Status.INTERRUPTED:
        return "interrupted: its process is gone; p resumes from the last complete epoch"
    if status is Status.WAITING:
        return f"waiting for a core, {ordinal(view.place)} in the queue"
    if status is Status.NOT_STARTED:
        return "not started"
    if view.is_active and not run.last_step:
        return "paused" if status is Status.PAUSED else "starting"
    speed = f"{run.images_per_second or 0:>7,.0f}/s"
    if view.is_active:
        state = "paused" if status is Status.PAUSED else f"≤{clock(run.seconds_left or 0):>5} left"
        return f"{clock(run.train_seconds):>5} gone  {state:>11}  {speed}"
    return f"{clock(run.train_seconds):>5} gone  {status!s:>11}  {speed}"
