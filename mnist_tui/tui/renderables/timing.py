"""How far each run is and how fast: one line a run."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from mnist_tui.analysis.formatting import clock, ordinal
from mnist_tui.runs.run import Run, Status
from mnist_tui.tui.identity import Identity
from mnist_tui.tui.renderables.rows import Row

MIN_BAR, MAX_BAR = 6, 60
NAME_WIDTH = 24
WITHOUT_BAR = {Status.WAITING, Status.NOT_STARTED, Status.FAILED, Status.INTERRUPTED}


def render_timing(runs: Sequence[tuple[Run, Identity, str]], width: int, height: int) -> list[Row]:
    """Progress bars for some runs.

    Args:
        runs: Run, identity and label of each, the most interesting first.
        width: Cells.
        height: Lines; where runs do not fit, the last line says how many.
    """
    shown = list(runs) if len(runs) <= height else list(runs)[: max(0, height - 1)]
    name_width = min(NAME_WIDTH, max((cell_len(label) for _, _, label in shown), default=0))
    lines = [timing_line(run, identity, label, width, name_width) for run, identity, label in shown]
    if len(shown) < len(runs) and height > 0:
        lines.append([(f"… and {len(runs) - len(shown)} more", "dim")])
    return lines


def timing_line(run: Run, identity: Identity, label: str, width: int, name_width: int) -> Row:
    """Marker, name, epoch, bar, time gone, time left and speed of one run; the bar takes what is left."""
    epochs = len(str(run.config.epochs))
    name = f"{set_cell_size(label, name_width)}  {run.epoch:>{epochs}}/{run.config.epochs}  "
    end = _end_of_line(run)
    room = width - cell_len(name) - len(end) - 4
    parts = [(f"{identity.marker} ", identity.color), (name, "")]
    if run.status not in WITHOUT_BAR and room >= MIN_BAR:
        parts += [
            *_bar(run.progress if run.is_active else 1.0, min(room, MAX_BAR), identity.color),
            ("  ", ""),
        ]
    return [*parts, (end, "")]


def _end_of_line(run: Run) -> str:
    if run.status is Status.FAILED:
        return run.failure
    if run.status is Status.INTERRUPTED:
        return "interrupted: its process is gone; p resumes from the last complete epoch"
    if run.status is Status.WAITING:
        return f"waiting for a core, {ordinal(run.place)} in the queue"
    if run.status is Status.NOT_STARTED:
        return "not started"
    if run.is_active and not run.last_step:
        return "paused" if run.status is Status.PAUSED else "starting"
    speed = f"{run.images_per_second or 0:>7,.0f}/s"
    if run.is_active:
        state = "paused" if run.status is Status.PAUSED else f"≤{clock(run.seconds_left or 0):>5} left"
        return f"{clock(run.train_seconds):>5} gone  {state:>11}  {speed}"
    return f"{clock(run.train_seconds):>5} gone  {run.status!s:>11}  {speed}"


def _bar(share: float, width: int, color: str) -> list[tuple[str, str]]:
    """A heavy line on a light one, so that it can be read without colour."""
    full, half = divmod(round(share * width * 2), 2)
    return [("━" * full + "╸" * half, color), ("─" * (width - full - half), "dim")]
