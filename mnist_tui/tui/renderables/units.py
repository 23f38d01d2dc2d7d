"""What each unit of the first layer looks for: its weights as a picture."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import SIDE
from mnist_tui.tui.renderables.digits import arrange, render_digits
from mnist_tui.tui.renderables.lines import Line, in_the_middle
from mnist_tui.tui.renderables.shades import Paper

LARGE, SMALL = SIDE, SIDE // 2
"""Cells that a picture is wide: a pixel each, or two by two pixels."""

FULL = 0.99
"""Share of all weights that are drawn in more or less than full strength: the few above it are all full."""


@dataclass(frozen=True)
class Units:
    """The weights of a first layer, those of the unit with the largest norm first.

    Attributes:
        epoch: At whose end they were so.
        numbers: Which unit each is, from 1.
        norms: √Σw² of each, descending.
        pictures: Shape (units, 28, 28).
        largest: The magnitude that is drawn in full, for each width of a picture: means of some pixels are
            closer to 0 than the pixels.
    """

    epoch: int
    numbers: npt.NDArray[np.intp]
    norms: npt.NDArray[np.float64]
    pictures: npt.NDArray[np.float32]
    largest: Mapping[int, float]


def sorted_units(weights: npt.NDArray[np.float32], epoch: int) -> Units:
    """The units of a layer.

    Args:
        weights: Shape (784, units), finite or not.
        epoch: At whose end they were so.
    """
    finite = np.nan_to_num(weights, posinf=0, neginf=0)
    norms = np.linalg.norm(finite.astype(np.float64), axis=0)
    order = np.argsort(-norms, kind="stable")
    pictures = np.ascontiguousarray(finite.T[order]).reshape(-1, SIDE, SIDE)
    halves = pictures.reshape(-1, SMALL, 2, SMALL, 2).mean(axis=(2, 4))
    ends = {LARGE: np.quantile(np.abs(pictures), FULL), SMALL: np.quantile(np.abs(halves), FULL)}
    largest = {size: float(end) or 1.0 for size, end in ends.items()}
    return Units(epoch, order + 1, norms[order], pictures, largest)


def size_for(width: int, height: int) -> int:
    """How wide a picture is drawn: large where two rows of several have room."""
    grid = arrange(width, height, LARGE)
    return LARGE if grid.columns >= 4 and grid.rows >= 2 else SMALL


def render_units(
    units: Units | None,
    first: int,
    paper: Paper,
    width: int,
    height: int,
    *,
    beside: Units | None = None,
    empty: str = "",
) -> list[Line]:
    """Pictures row by row with the number and the norm of each unit, and a line that says how to read them.

    Args:
        units: Of a run; `None` where there are none.
        first: The place of the first one that is drawn.
        paper: What is drawn on.
        width: Cells.
        height: Lines.
        beside: Those that are drawn beside them, with the same magnitude in full.
        empty: Text where there are none.
    """
    size = size_for(width, height - 1)
    grid = arrange(width, height - 1, size)
    if units is None or not grid.count:
        return in_the_middle(empty, width, height)
    largest = max(one.largest[size] for one in (units, beside) if one)
    last = min(first + grid.count, len(units.numbers))
    captions = [f"{units.numbers[place]} ‖{units.norms[place]:.1f}‖" for place in range(first, last)]
    drawn = render_digits(
        list(units.pictures[first:last]), grid, paper, captions=captions, signed=True, largest=largest
    )
    head = f"{first + 1}–{last} of {len(units.numbers)} by norm · ±{largest:.2g} · epoch {units.epoch}"
    if len(head) > width:
        head = head.replace(" by norm", "")
    return [[(head[:width], "dim")], *drawn]
