"""The test accuracy of a sweep over two settings: numbers on lines and in columns, shaded by their height."""

from collections.abc import Sequence

from mnist_tui.analysis.sweep_curve import Point, SweepGrid
from mnist_tui.settings.labels import format_value
from mnist_tui.tui.renderables.lines import Line, in_the_middle

SHADES = " ░▒▓█"
"""From the lowest accuracy to the highest."""

BEST, MISSING, MORE = "◆", "–", "…"

GAP = 2
"""Cells between two columns."""

WIDE = 5
"""Cells of a shade where there is room, so that it is seen from the back row."""


def render_grid(
    grid: SweepGrid | None, width: int, height: int, *, style: str = "", empty: str = ""
) -> list[Line]:
    """A table of mean test accuracies, each with a shade; the highest one has a diamond.

    What does not fit is left out from the right and from below, and an ellipsis says so.

    Args:
        grid: The sweep; `None` where there is none.
        width: Cells.
        height: Cells.
        style: Rich style of the shades.
        empty: Text where there is no sweep.

    Returns:
        At most `height` lines of at most `width` cells.
    """
    if grid is None:
        return in_the_middle(empty, width, height)
    names = [format_value(value) for value in grid.lines]
    corner = f"{grid.labels[0]} ╲ {grid.labels[1]}"
    first = max(len(corner), *map(len, names))
    heads = [format_value(value) for value in grid.columns]
    shade = WIDE
    if (len(" 98.21") + WIDE + GAP) * len(heads) > width - first:
        shade = 1
    widths = [max(len(head), shade + len(" 98.21")) + GAP for head in heads]
    columns = _fitting(widths, width - first, len(f" {MORE}"))
    if not columns or height < 2:
        return in_the_middle("", width, height)
    has_caption = height > len(names) + 1
    lines = names if len(names) <= height - 1 else names[: height - 2]
    more = f" {MORE}" if columns < len(heads) else ""
    head = "".join(f"{text:>{room}}" for text, room in zip(heads[:columns], widths, strict=False))
    drawn: list[Line] = [[(f"{corner:<{first}}{head}{more}", "dim")]]
    for name, value in zip(lines, grid.lines, strict=False):
        line = [(f"{name:>{first}}", "dim")]
        for other, room in zip(grid.columns[:columns], widths, strict=False):
            line += _cell(grid, grid.points.get((value, other)), room, shade, style)
        drawn.append([*line, (more, "dim")] if more else line)
    if len(lines) < len(names):
        drawn.append([(f"{MORE:>{first}}", "dim")])
    caption = _caption(grid, width) if has_caption else ""
    return [*drawn, [(caption, "")]] if caption else drawn


def _fitting(widths: Sequence[int], room: int, ellipsis: int) -> int:
    """How many columns there is room for, with an ellipsis where that is not all."""
    if sum(widths) <= room:
        return len(widths)
    return max(
        (number for number in range(len(widths)) if sum(widths[:number]) + ellipsis <= room), default=0
    )


def _cell(grid: SweepGrid, point: Point | None, room: int, wide: int, style: str) -> list[tuple[str, str]]:
    """A shade or the diamond, and the number."""
    if point is None:
        return [(f"{MISSING:>{room}}", "dim")]
    number = f"{100 * point.mean:.2f}"
    is_best = point is grid.best
    shade = SHADES[round(grid.height_of(point) * (len(SHADES) - 1))] * wide
    mark = f"{BEST:{shade[0]}^{wide}}" if is_best else shade
    return [(f"{mark:>{room - len(number) - 1}}", style), (f" {number}", "bold" if is_best else "")]


def _caption(grid: SweepGrid, width: int) -> str:
    """What is shown, in as many words as fit."""
    best = grid.best
    where = ", ".join(
        f"{label} {format_value(value)}" for label, value in zip(grid.labels, best.values, strict=True)
    )
    what = f"{BEST} highest: {100 * best.mean:.2f} % at {where}"
    fewest, most = (end(point.count for point in grid.points.values()) for end in (min, max))
    seeds = f"{fewest} seeds" if fewest == most else f"{fewest} to {most} seeds"
    choices = (f"{what} · {'one run each' if most == 1 else f'means over {seeds}'}", what)
    return next((text for text in choices if len(text) <= width), "")
