"""Pictures of pixels in half blocks: one digit, a grid of them, weights with their signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from mnist_tui.data.resizing import resized
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.shades import (
    SHADES,
    SIGNED_STEPS,
    Greys,
    Levels,
    Paper,
    Tile,
    half_blocks,
    ramp,
    shades,
    signed_ramp,
    signed_shades,
)

GAP = 1
"""Cells between two digits of a grid."""

CURSOR = ("▸", "◂")
"""Around the caption of the digit under the cursor, where there is room."""

Picture = tuple[Line, ...]


def picture(
    pixels: npt.NDArray[Any],
    paper: Paper,
    width: int,
    *,
    signed: bool = False,
    largest: float | None = None,
    keep: bool = True,
) -> Picture:
    """A picture of pixels; a cell is one pixel wide and two pixels high, so pixels stay square.

    Pixels are averaged where the picture has more than there are cells, and repeated where it has fewer. What
    was drawn is kept: the same digit is drawn once.

    Args:
        pixels: Shape (h, w); uint8 from 0 to 255, or floats from 0 to 1, or with `signed` of either sign.
        paper: What is drawn on.
        width: Cells; (28, 28) pixels take 28 × 14 cells at a width of 28.
        signed: Colours symmetric around 0, above it bright, below it dark; other characters without colour.
        largest: What is drawn in full: 255 or 1 where nothing is said, of signed pixels their largest
            magnitude. To compare pictures, give all of them the same.
        keep: Whether the same picture will be wanted again.

    Returns:
        Lines of exactly `width` cells.
    """
    if largest is None:
        # Whatever is not a number is drawn as 0, and must not hide the rest.
        finite = np.nan_to_num(pixels, nan=0, posinf=0, neginf=0) if signed else pixels
        largest = float(np.abs(finite).max(initial=0)) if signed else _full(pixels)
    kept = np.ascontiguousarray(pixels)
    drawn = _drawn if keep else _drawn.__wrapped__
    return drawn(kept.tobytes(), kept.shape, kept.dtype.str, paper, width, signed, largest)


def _full(pixels: npt.NDArray[Any]) -> float:
    return 255.0 if pixels.dtype == np.uint8 else 1.0


@lru_cache(maxsize=4096)
def _drawn(
    content: bytes, shape: tuple[int, int], dtype: str, paper: Paper, width: int, signed: bool, largest: float
) -> Picture:
    pixels = np.frombuffer(content, dtype).reshape(shape).astype(np.float32)
    height, columns = shape
    rows = max(1, round(height * width / columns / 2))
    values = np.nan_to_num(pixels, posinf=largest, neginf=-largest) / (largest or 1.0)
    values = resized(values, 2 * rows, width)
    tiles, numbers = _signed_tiles(values, paper) if signed else _tiles(values, paper)
    return tuple(_merged([tiles[number] for number in row]) for row in numbers.tolist())


def _tiles(values: npt.NDArray[np.float32], paper: Paper) -> tuple[Sequence[Tile], Levels]:
    """The tiles there are, and the number of the one in each cell."""
    tiles = shades() if paper.greys is Greys.NONE else half_blocks(ramp(paper))
    count = len(SHADES) if paper.greys is Greys.NONE else paper.greys.value
    levels = np.rint(np.clip(values, 0, 1) * (count - 1)).astype(np.int16)
    return tiles, levels[::2] * count + levels[1::2]


def _signed_tiles(values: npt.NDArray[np.float32], paper: Paper) -> tuple[Sequence[Tile], Levels]:
    """The same for numbers of either sign."""
    values = np.clip(values, -1, 1)
    if paper.greys is Greys.MANY:
        levels = np.rint(values * SIGNED_STEPS).astype(np.int16) + SIGNED_STEPS
        colors = signed_ramp()
        return half_blocks(colors), levels[::2] * len(colors) + levels[1::2]
    tiles = signed_shades(paper)
    middle = len(tiles) // 2
    return tiles, np.rint((values[::2] + values[1::2]) / 2 * middle).astype(np.int16) + middle


def _merged(tiles: Sequence[Tile]) -> Line:
    """Tiles of one style side by side become one piece; blanks join any style that paints no ground."""
    pieces: list[tuple[str, str]] = []
    text, style = "", tiles[0][1] if tiles else ""
    for glyph, own in tiles:
        if own != style and (glyph != " " or " on " in style):
            pieces.append((text, style))
            text, style = "", own
        text += glyph
    return tuple(piece for piece in [*pieces, (text, style)] if piece[0])


@dataclass(frozen=True)
class Grid:
    """How many digits there is room for.

    Attributes:
        columns: Side by side.
        rows: Below each other.
        size: Cells that each is wide; with its caption it is size / 2 + 1 high.
    """

    columns: int
    rows: int
    size: int

    @property
    def count(self) -> int:
        """How many that are."""
        return self.columns * self.rows

    @property
    def picture_height(self) -> int:
        """Lines of a digit without its caption."""
        return max(1, round(self.size / 2))


def arrange(width: int, height: int, size: int, *, captions: bool = True) -> Grid:
    """The grid of square pictures that fits.

    Args:
        width: Cells.
        height: Cells.
        size: Cells that a picture is wide.
        captions: Whether there is a line below each.
    """
    lines = max(1, round(size / 2)) + captions
    return Grid(max(0, (width + GAP) // (size + GAP)), max(0, height // lines), size)


def fill(width: int, height: int, size: int) -> Grid:
    """The grid with captions that leaves the least room empty, of pictures of about a size."""
    grids = [arrange(width, height, one) for one in range(max(1, size - size // 5), size + size // 4 + 1)]
    return max(grids, key=lambda grid: (grid.count * grid.size * (grid.picture_height + 1), -grid.size))


def render_digits(
    images: Sequence[npt.NDArray[Any]],
    grid: Grid,
    paper: Paper,
    *,
    captions: Sequence[str] = (),
    styles: Sequence[str] = (),
    cursor: int | None = None,
    signed: bool = False,
    largest: float | None = None,
) -> list[Line]:
    """Pictures in a grid, row by row; those for which there is no room are left out.

    Args:
        images: Each of shape (h, w).
        grid: From `arrange`.
        paper: What is drawn on.
        captions: What stands below each; empty for no captions at all.
        styles: Rich styles of the captions; empty for none.
        cursor: The place of the one under the cursor.
        signed: See `picture`.
        largest: See `picture`.
    """
    lines: list[Line] = []
    for first in range(0, min(len(images), grid.count), grid.columns or 1):
        places = range(first, min(first + grid.columns, len(images)))
        row = [picture(images[at], paper, grid.size, signed=signed, largest=largest) for at in places]
        lines += [_side_by_side(parts) for parts in zip(*row, strict=True)]
        if captions:
            below = [
                _caption(captions[at], styles[at] if styles else "", grid.size, at == cursor) for at in places
            ]
            lines.append(_side_by_side(below))
    return lines


def _side_by_side(parts: Sequence[Line]) -> Line:
    between = (" " * GAP, "")
    return [piece for part in parts for piece in (*part, between)][:-1]


def _caption(text: str, style: str, size: int, is_under_cursor: bool) -> Line:
    """A caption in the middle of its picture's width; that under the cursor is reversed and pointed at."""
    if not is_under_cursor:
        return ((text[:size].center(size), style),)
    pointed = f"{CURSOR[0]}{text}{CURSOR[1]}"
    shown = pointed if len(pointed) <= size else text[:size]
    return ((shown.center(size), f"{style} bold reverse".strip()),)
