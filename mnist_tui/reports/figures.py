"""Figures beside a report: loss and accuracy over the epochs, and what a sweep shows.

Drawn with matplotlib, which takes a second to load: import this module where a figure is drawn, and only
then.
They are read without colour: line styles, marks, names at the ends of the lines. `reports.figure_style` has
what all figures share.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.sweep_curve import SweepCurve, sweep_curve, sweep_grid
from mnist_tui.reports.figure_style import BOTTOM, SIZE, TOP, file_of, framed, short, style
from mnist_tui.reports.heat_map import grid_caption, heat_map
from mnist_tui.reports.names_apart import names_apart
from mnist_tui.reports.pictures import Picture, PictureFormat
from mnist_tui.runs.curves import Values
from mnist_tui.runs.rows import Row

MOST_ROWS = 12
"""More lines than this in one figure can no longer be told apart."""

COLOURS = ("#2a7fbf", "#d1622b", "#2f9463", "#b5589c", "#8a7a2e", "#6a6fd0", "#c2566a", "#3a8f9c")
DASHES = ("-", (0, (6, 2)), (0, (6, 2, 1.5, 2)), (0, (1.5, 1.5)), (0, (9, 3, 3, 3)))
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
MARKS_A_LINE = 8

RIGHT_OF_NAMES = 0.775
"""Where the axes end, as a share of the figure, if names stand to the right of them."""

ROOM_FOR_BARS = 3
"""How far the axis of a sweep goes beyond the means, in spans of the means: of two seeds, bars are long."""

NAME_GAP = 13.0
"""Points between two names below each other."""


def pictures(comparison: Comparison, kind: PictureFormat = "svg") -> list[Picture]:
    """The figures of a report; those for which nothing was measured are left out."""
    found = []
    with style():
        for name, title, words, field in (
            ("loss", "Loss over the epochs", "mean cross-entropy", "loss"),
            ("accuracy", "Accuracy over the epochs", "share classified correctly", "accuracy"),
        ):
            courses = [course for row in comparison.rows if (course := _course(row, field))]
            if courses:
                figure = _over_epochs(courses[:MOST_ROWS], title, words, is_share=field == "accuracy")
                caption = _caption(courses, len(comparison.rows))
                found.append(Picture(name, title, caption, file_of(figure, kind, title)))
        if curve := sweep_curve(comparison):
            title = f"Test accuracy by {curve.label}"
            figure = _over_values(curve, title)
            found.append(Picture("sweep", title, _swept_caption(curve), file_of(figure, kind, title)))
        elif grid := sweep_grid(comparison):
            title = "Test accuracy by {} and {}".format(*grid.labels)
            figure = heat_map(grid, title)
            found.append(Picture("sweep", title, grid_caption(grid), file_of(figure, kind, title)))
    return found


# Courses


@dataclass(frozen=True)
class _Course:
    """What was measured of a row, epoch by epoch, as far as all of its seeds went.

    Attributes:
        name: The row's.
        validation: Shape (seeds, epochs).
        training: The same, while training.
        is_cut: Whether some seeds went on.
    """

    name: str
    validation: Values
    training: Values
    is_cut: bool

    @property
    def epochs(self) -> Values:
        return np.arange(1, self.validation.shape[1] + 1, dtype=np.float64)


def _course(row: Row, field: str) -> _Course | None:
    lengths = [len(run.epochs) for run in row.runs]
    shortest = min(lengths, default=0)
    if not shortest:
        return None
    validation, training = (
        np.array([[getattr(one, f"{kind}_{field}") for one in run.epochs[:shortest]] for run in row.runs])
        for kind in ("validation", "train")
    )
    return _Course(short(row.label), validation, training, max(lengths) > shortest)


def _over_epochs(courses: Sequence[_Course], title: str, words: str, *, is_share: bool) -> Figure:
    figure, axes = framed(title, "epoch", words, right=RIGHT_OF_NAMES)
    axes.set_title("bold: validation · thin: training", loc="right", fontsize=8, parse_math=False)
    ends = []
    for number, course in enumerate(courses):
        colour, dashes = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        mean = course.validation.mean(axis=0)
        every = max(1, len(mean) // MARKS_A_LINE)
        if len(course.validation) > 1:
            lowest, highest = course.validation.min(axis=0), course.validation.max(axis=0)
            axes.fill_between(course.epochs, lowest, highest, color=colour, alpha=0.18, linewidth=0)
        axes.plot(
            course.epochs,
            course.training.mean(axis=0),
            color=colour,
            linewidth=0.8,
            linestyle=dashes,
            alpha=0.8,
        )
        axes.plot(
            course.epochs,
            mean,
            color=colour,
            linewidth=1.8,
            linestyle=dashes,
            marker=MARKS[number % len(MARKS)],
            markersize=5,
            markevery=(number % every, every),
        )
        ends.append((course.name, float(course.epochs[-1]), float(mean[-1]), colour))
    measured = np.concatenate([np.ravel(part) for one in courses for part in (one.validation, one.training)])
    if is_share:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %"))
    elif measured.min() > 0:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _name(axes, ends)
    return figure


def _caption(courses: Sequence[_Course], rows: int) -> str:
    parts = ["Bold, with marks: validation images; thin: training images, measured while the weights move"]
    if any(len(course.validation) > 1 for course in courses):
        parts.append("lines are means over seeds, bands go from the lowest seed to the highest")
    if any(course.is_cut for course in courses):
        parts.append("a line ends with the first of its seeds")
    if len(courses) > MOST_ROWS:
        parts.append(f"the first {MOST_ROWS} of {rows} rows")
    return f"{'; '.join(parts)}."


# Sweeps


def _over_values(curve: SweepCurve, title: str) -> Figure:
    figure, axes = framed(title, curve.label, "test accuracy")
    means = [point.mean for point in curve.points]
    zeros = int(curve.has_zero_apart)
    for part, dashes in ((slice(zeros + 1), ":"), (slice(zeros, None), "-")):
        axes.plot(
            curve.places[part], means[part], color=COLOURS[0], linewidth=1.2, linestyle=dashes, marker="o"
        )
    for place, point in zip(curve.places, curve.points, strict=True):
        if point.low is not None and point.high is not None:
            bar = [[point.mean - point.low], [point.high - point.mean]]
            axes.errorbar(place, point.mean, bar, color=COLOURS[0], linewidth=1.2, capsize=4)
    axes.set_ylim(*_limits(curve))
    axes.set_xticks(curve.places, [point.label for point in curve.points])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %"))
    return figure


def _ends(curve: SweepCurve) -> list[float]:
    """Of the intervals."""
    return [end for point in curve.points for end in (point.low, point.high) if end is not None]


def _limits(curve: SweepCurve) -> tuple[float, float]:
    """All means, and as much of the intervals as leaves the means told apart; no accuracy is above 1."""
    means = [point.mean for point in curve.points]
    room = ROOM_FOR_BARS * (max(means) - min(means) or 0.002)
    low = max(min([*means, *_ends(curve)]), min(means) - room)
    high = min(max([*means, *_ends(curve)]), max(means) + room)
    margin = 0.05 * (high - low) or 0.002
    return low - margin, min(1.0, high) + margin


def _swept_caption(curve: SweepCurve) -> str:
    counts = {point.count for point in curve.points}
    parts = ["Points: one run each, which has no interval"]
    if max(counts) > 1:
        alone = " (none where there is one run)" if 1 in counts else ""
        parts = [f"Points: means over seeds; bars: 95 % intervals of these means over seeds{alone}"]
    low, high = _limits(curve)
    if any(not low <= end <= high for end in _ends(curve)):
        parts.append("bars that go on beyond the figure are cut")
    if curve.is_log:
        parts.append("the axis is logarithmic" + (", but for 0" if curve.has_zero_apart else ""))
    return f"{'; '.join(parts)}."


# Names


def _name(axes: Axes, ends: Sequence[tuple[str, float, float, str]]) -> None:
    """Write the names of lines at their ends, none over another."""
    axes.autoscale_view()
    figure = axes.get_figure()
    assert figure is not None  # noqa: S101 - they were made with one
    height = SIZE[1] * 72 * (TOP - BOTTOM)
    to_share = axes.transData + axes.transAxes.inverted()
    wanted = [float(to_share.transform((x, y))[1]) * height for _, x, y, _ in ends]
    for (text, x, y, colour), place in zip(ends, names_apart(wanted, NAME_GAP, height), strict=True):
        axes.annotate(
            text,
            xy=(x, y),
            xytext=(1.03, place / height),
            textcoords="axes fraction",
            color=colour,
            verticalalignment="center",
            fontsize=9,
            parse_math=False,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "alpha": 0.7, "shrinkB": 3},
        )
