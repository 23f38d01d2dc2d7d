"""How far a run is and how fast, in a line."""

from mnist_tui.analysis.formatting import clock, ordinal
from mnist_tui.runs.run import Status
from mnist_tui.runs.view import RunView
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.progress import bar

MIN_BAR, MAX_BAR = 6, 60
WITHOUT_BAR = {Status.WAITING, Status.NOT_STARTED, Status.FAILED, Status.INTERRUPTED}


def timing_line(view: RunView, width: int) -> Line:
    """Marker, epoch, bar, time gone, time left and speed of a run.

    Args:
        view: The run.
        width: Cells; the bar takes what the rest leaves, and goes where that is too little.
    """
    run = view.run
    epochs = len(str(run.config.epochs))
    done = f"  {run.epoch:>{epochs}}/{run.config.epochs}  "
    end = _end_of_line(view)
    room = width - len(done) - len(end) - 4
    parts = [(f"{view.marker} ", view.color), (done, "")]
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
