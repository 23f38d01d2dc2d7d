"""The heat map of a sweep over two settings: shades from light to dark, and the number in every cell.

Each cell has a ground of its own, so it reads the same on white and on dark pages. Lightness alone carries
the shade, and the number says what it is: nothing is lost without colour.
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_tui.analysis.comparison import summary
from mnist_tui.analysis.statistics import pooled_deviation
from mnist_tui.analysis.sweep_curve import Point, SweepGrid
from mnist_tui.reports.figure_style import INK, SIZE, framed, short
from mnist_tui.settings.labels import format_value

SHADES = LinearSegmentedColormap.from_list(
    "mnist-tui", ("#edf4fb", "#b9d5ec", "#72abd8", "#2a7fbf", "#0f4a7c")
)
"""From the lowest accuracy to the highest: the lightness falls all the way."""

LIGHT, DARK = "#ffffff", "#000000"
"""What is written in a cell: the one of the two that is told from its shade more clearly."""

BEST, MISSING = "◆", "–"

LINE_INCHES, MOST_INCHES = 0.52, 12.0
"""The height of a line, and of the whole figure at most."""

CHARACTER = 0.62
"""The width of a character, in font sizes."""

FONT = 9.0
"""Points, where cells have room for it."""


def heat_map(grid: SweepGrid, title: str) -> Figure:
    """Draw a sweep over two settings; under the style of `reports.figure_style`.

    Args:
        grid: The sweep.
        title: What stands above it.
    """
    lines, columns = ([short(format_value(one)) for one in values] for values in (grid.lines, grid.columns))
    height = min(MOST_INCHES, 1.3 + LINE_INCHES * len(lines))
    left = 0.5 + _inches(lines)
    cell = 72 * (0.97 * SIZE[0] - left) / len(columns)
    turned = 72 * _inches(columns) > cell - 4
    below = 0.5 + (_inches(columns) if turned else 0.15)
    figure, axes = framed(
        title, grid.labels[1], grid.labels[0], size=(SIZE[0], height + below), left=left, below=below
    )
    axes.grid(visible=False)
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(lines), 0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    _ticks(axes, lines, columns, turned=turned)
    size = min(FONT, cell / (CHARACTER * len(f"{BEST} 98.21")))
    for down, line in enumerate(grid.lines):
        for across, column in enumerate(grid.columns):
            _cell(axes, (across, down), grid, (line, column), size)
    return figure


def _inches(texts: Sequence[str]) -> float:
    return CHARACTER * FONT * max(map(len, texts)) / 72


def _ticks(axes: Axes, lines: Sequence[str], columns: Sequence[str], *, turned: bool) -> None:
    axes.set_xticks([number + 0.5 for number in range(len(columns))])
    axes.set_yticks([number + 0.5 for number in range(len(lines))])
    axes.set_xticklabels(columns, rotation=90 if turned else 0, parse_math=False)
    axes.set_yticklabels(lines, parse_math=False)


def _cell(axes: Axes, place: tuple[int, int], grid: SweepGrid, values: tuple[Any, Any], size: float) -> None:
    """A shade with a number on it, and below that how far seeds spread; hatched where there is none."""
    point = grid.points.get(values)
    middle = place[0] + 0.5, place[1] + 0.5
    if point is None:
        axes.add_patch(
            Rectangle(place, 1, 1, facecolor="none", edgecolor=INK, linewidth=0.6, hatch="///", alpha=0.5)
        )
        axes.text(*middle, MISSING, color=INK, ha="center", va="center", fontsize=size)
        return
    ground = to_hex(SHADES(grid.height_of(point)))
    ink = ink_on(ground)
    is_best = point is grid.best
    axes.add_patch(Rectangle(place, 1, 1, facecolor=ground, edgecolor=INK, linewidth=0.6))
    if is_best:
        inset = 0.04, 0.07
        frame = Rectangle(
            (place[0] + inset[0], place[1] + inset[1]),
            1 - 2 * inset[0],
            1 - 2 * inset[1],
            facecolor="none",
            edgecolor=ink,
            linewidth=1.4,
        )
        axes.add_patch(frame)
    spread = _spread(point)
    number = f"{BEST} {100 * point.mean:.2f}" if is_best else f"{100 * point.mean:.2f}"
    raised = middle[1] - 0.14 * bool(spread)
    weight = "bold" if is_best else "normal"
    axes.text(
        middle[0], raised, number, color=ink, ha="center", va="center", fontsize=size, fontweight=weight
    )
    if spread:
        axes.text(
            middle[0], middle[1] + 0.2, spread, color=ink, ha="center", va="center", fontsize=0.8 * size
        )


def _spread(point: Point) -> str:
    deviation = summary(point.row, "test_accuracy").deviation
    return "" if deviation is None else f"±{100 * deviation:.2f}"


def ink_on(ground: str) -> str:
    """The ink that is told from a ground more clearly: the contrast is 4.5 or more, whatever the ground."""
    return max((LIGHT, DARK), key=lambda ink: contrast(ink, ground))


def contrast(colour: str, other: str) -> float:
    """Of two colours, from 1 to 21, as WCAG 2 has it."""
    low, high = sorted(map(_luminance, (colour, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def grid_caption(grid: SweepGrid) -> str:
    """How to read it."""
    counts = {point.count for point in grid.points.values()}
    seeds = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
    parts = ["Test accuracy in %, one run each"]
    if max(counts) > 1:
        parts = [f"Test accuracy in %: means over {seeds} seeds, ± their standard deviation"]
    parts.append(f"the darker, the higher; {BEST} the highest")
    low, high = grid.scale
    spread = pooled_deviation(summary(point.row, "test_accuracy") for point in grid.points.values())
    seeds_alone = (
        "" if spread is None else f", where a seed alone moves it by {100 * spread:.2f} (standard deviation)"
    )
    parts.append(f"from the lightest shade to the darkest it is {100 * (high - low):.2f} points{seeds_alone}")
    if grid.has_outliers:
        parts.append("all that lie far below the others have the lightest shade")
    if len(grid.points) < len(grid.lines) * len(grid.columns):
        parts.append("hatched: not trained")
    return f"{'; '.join(parts)}."
