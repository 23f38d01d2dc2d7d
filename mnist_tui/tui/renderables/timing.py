"""How far each run is and how fast: one line a run."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from mnist_tui.analysis.formatting import clock, ordinal
from mnist_tui.runs.run import Status
from mnist_tui.runs.view import RunView
from mnist_tui.tui.renderables.lines import Line

MIN_BAR, MAX_BAR = 6, 60
NAME_WIDTH = 24
WITHOUT_BAR = {Status.WAITING, Status.NOT_STARTED, Status.FAILED, Status.INTERRUPTED}


def render_timing(views: Sequence[RunView], width: int, height: int) -> list[Line]:
    """Progress bars for some runs.

    Args:
        views: The runs, the most interesting first.
        width: Cells.
        height: Lines; where runs do not fit, the last line says how many.
    """
    shown = list(views) if len(views) <= height else list(views)[: max(0, height - 1)]
    name_width = min(NAME_WIDTH, max((cell_len(view.label) for view in shown), default=0))
    lines = [timing_line(view, width, name_width) for view in shown]
    if len(shown) < len(views) and height > 0:
        lines.append([(f"… and {len(views) - len(shown)} more", "dim")])
    return lines


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
            *_bar(run.progress if view.is_active else 1.0, min(room, MAX_BAR), view.color),
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


def _bar(share: float, width: int, color: str) -> list[tuple[str, str]]:
    """A heavy line on a light one, so that it can be read without colour."""
    full, half = divmod(round(share * width * 2), 2)
    return [("━" * full + "╸" * half, color), ("─" * (width - full - half), "dim")]
