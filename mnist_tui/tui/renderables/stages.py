"""Where the time of a training step goes, as bars."""

from mnist_tui.analysis.stages import stage_milliseconds
from mnist_tui.runs.run import Run
from mnist_tui.tui.renderables.lines import Line, wrapped

NAME_WIDTH, NUMBERS_WIDTH = 12, 20


def render_stages(run: Run, width: int, color: str = "") -> list[Line]:
    """A bar a stage with milliseconds and share.

    Args:
        run: Read as a whole.
        width: Cells.
        color: Rich style of the bars.
    """
    times = stage_milliseconds(run)
    whole = sum(times.values())
    if not whole:
        nothing = "This log is of an older version, which measured no stage." if run.epochs else ""
        return wrapped(nothing or "Comes with the first complete epoch.", width, "dim")
    room = max(1, width - NAME_WIDTH - NUMBERS_WIDTH)
    lines: list[Line] = []
    for stage, time in times.items():
        share = time / whole
        name = f"{stage.replace('_', ' '):<{NAME_WIDTH}}"
        numbers = f"{time:8.2f} ms {100 * share:4.0f} %  "
        lines.append([(name, ""), (numbers, "bold"), ("━" * round(share * room), color)])
    return [*lines, [(f"{'a step':<{NAME_WIDTH}}", "dim"), (f"{whole:8.2f} ms", "dim")]]
