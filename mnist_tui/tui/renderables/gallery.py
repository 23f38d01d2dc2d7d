"""A page of digits with captions: pictures as large as can be without seeing few, or captions alone."""

from collections.abc import Callable, Sequence

from mnist_tui.data.dataset import Pixels
from mnist_tui.tui.renderables.digits import CURSOR, GAP, Grid, arrange, render_digits
from mnist_tui.tui.renderables.lines import Line, in_the_middle
from mnist_tui.tui.renderables.shades import Paper

SIZES = (28, 20, 14)
"""Cells that a picture is wide, from the best to the smallest that can be read."""

ENOUGH = 8
"""So many are to be seen at once before pictures grow."""


def gallery_grid(width: int, height: int, count: int, *, has_pictures: bool = True) -> Grid:
    """How many digits stand on a page.

    Args:
        width: Cells.
        height: Cells.
        count: How many there are in all.
        has_pictures: Whether there are any pictures; else each takes one line.

    Returns:
        At least one digit.
    """
    grids = [arrange(width, height, size) for size in SIZES] if has_pictures else []
    enough = (grid for grid in grids if grid.count >= min(count, ENOUGH))
    best = next(enough, max(grids, key=lambda grid: grid.count, default=None))
    if best and best.count:
        return best
    return Grid(max(1, (width + GAP) // (SIZES[-1] + GAP)), max(1, height), SIZES[-1])


def place_at(grid: Grid, x: int, y: int, *, has_pictures: bool = True) -> int | None:
    """Which digit of a page is drawn at a place, from 0; `None` where none can be.

    Args:
        grid: From `gallery_grid`.
        x: Cells from the left.
        y: Cells from the top.
        has_pictures: Whether there are any.
    """
    column, row = x // (grid.size + GAP), y // (grid.picture_height + 1 if has_pictures else 1)
    return row * grid.columns + column if column < grid.columns and row < grid.rows else None


def render_gallery(
    grid: Grid,
    paper: Paper,
    places: Sequence[int],
    pixels: Callable[[int], Pixels] | None,
    caption: Callable[[int], str],
    cursor: int,
) -> list[Line]:
    """Draw the page that the cursor is on.

    Args:
        grid: From `gallery_grid`.
        paper: What is drawn on.
        places: The images, by their places in the file.
        pixels: Of an image, by its place, shape (28, 28); `None` where there are no pictures.
        caption: What stands below it, by its place.
        cursor: Which of `places` is selected, from 0.

    Returns:
        As many lines as the page has; none of them wider than the grid.
    """
    if not len(places):
        return in_the_middle("None.", grid.columns * (grid.size + GAP), 2)
    first = cursor // grid.count * grid.count
    page = places[first : first + grid.count]
    captions = [caption(place) for place in page]
    if pixels is not None:
        images = [pixels(place) for place in page]
        return render_digits(images, grid, paper, captions=captions, cursor=cursor - first)
    lines: list[Line] = []
    for start in range(0, len(page), grid.columns):
        row = range(start, min(start + grid.columns, len(page)))
        lines.append([_listed(captions[number], grid.size, number == cursor - first) for number in row])
    return lines


def _listed(caption: str, size: int, is_selected: bool) -> tuple[str, str]:
    """A caption without a picture."""
    text = f"{CURSOR[0] if is_selected else ' '}{caption}"[:size]
    return f"{text:<{size}}{' ' * GAP}", "bold reverse" if is_selected else ""
