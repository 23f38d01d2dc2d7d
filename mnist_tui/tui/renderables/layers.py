"""What each layer looks like from inside, over the epochs."""

import re
from collections import defaultdict

from mnist_tui.runs.curves import METRICS
from mnist_tui.runs.run import Run
from mnist_tui.tui.renderables.lines import Line, wrapped
from mnist_tui.tui.renderables.sparkline import sparkline

NAME_WIDTH, VALUE_WIDTH = 15, 9

_MEASURES = {
    "weight_norms": ("weight norm", "{:.2f}"),
    "gradient_norms": ("gradient norm", "{:.3g}"),
    "dead_units": ("dead units", "{:.1%}"),
    "batch_norm_drift": ("drift", "{:.2g}"),
}
"""Metrics by layer: what a line calls them, and how their values are written."""

_PART = re.compile(r"[a-z_]*(\d+)(?:\.running_(mean|var))?")


def render_layers(run: Run, width: int, color: str = "") -> list[Line]:
    """A block a layer: for each measure its last value and its course over the epochs.

    Args:
        run: Read as a whole.
        width: Cells.
        color: Rich style of the courses.
    """
    layers: dict[int, list[Line]] = defaultdict(list)
    for key, (name, form) in _MEASURES.items():
        for series in METRICS[key].series(run):
            match = _PART.fullmatch(series.part)
            if match is None:  # a layer of a newer version
                continue
            what = f"{name} of {match[2]}" if match[2] else name
            value = form.format(series.y[-1]).replace("%", " %")
            course = sparkline(series.y.tolist(), max(1, width - NAME_WIDTH - VALUE_WIDTH - 4))
            layers[int(match[1])].append(
                [(f"  {what:<{NAME_WIDTH}}", ""), (f"{value:>{VALUE_WIDTH}}  ", "bold"), (course, color)]
            )
    if not layers:
        return wrapped(_nothing(run), width, "dim")
    lines: list[Line] = []
    for number in sorted(layers):
        lines += [[(f"layer {number}", "bold")], *layers[number]]
    return lines


def _nothing(run: Run) -> str:
    if run.epochs:
        return "This log is of an older version, which looked into no layer."
    return "Comes with the first complete epoch."
