"""Drawings that were saved: plain JSON files in the home, which somebody else may have put there."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from mnist_tui import paths
from mnist_tui.data.dataset import PIXELS, Pixels
from mnist_tui.data.ink import INK_SIDE, Point
from mnist_tui.errors import RunError
from mnist_tui.runs.files import open_foreign

FORMAT, VERSION = "mnist-tui drawing", 1

MOST_BYTES = 1 << 20
"""A drawing of an hour is smaller."""

MOST_POINTS = 20_000


@dataclass(frozen=True, eq=False)
class Stroke:
    """What a pen drew from where it came down to where it went up.

    Attributes:
        thickness: Of the pen, in pixels of the paper, see `data.ink`.
        points: Where it went.
    """

    thickness: float
    points: tuple[Point, ...]


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is on the paper.

    Attributes:
        strokes: In their order.
        base: The image that it was begun with, shape (784,); `None` for blank paper.
    """

    strokes: tuple[Stroke, ...] = ()
    base: Pixels | None = None


def save(drawing: Drawing, moment: datetime) -> Path:
    """Write a drawing into the home, under a name made of the moment.

    Raises:
        RunError: It cannot be written.
    """
    content = {
        "format": FORMAT,
        "version": VERSION,
        "strokes": [{"thickness": one.thickness, "points": one.points} for one in drawing.strokes],
        "base": None if drawing.base is None else drawing.base.tolist(),
    }
    directory = paths.drawings_directory()
    path = directory / f"{moment:%Y%m%d-%H%M%S-%f}.json"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    except OSError as error:
        raise RunError(f"{path} cannot be written ({error.strerror}): check the directory.") from error
    return path


def saved() -> list[Path]:
    """The files with drawings, the newest first."""
    try:
        return sorted(paths.drawings_directory().glob("*.json"), reverse=True)
    except OSError:
        return []


def read(path: Path) -> Drawing:
    """A drawing that was saved.

    Raises:
        RunError: It cannot be read, or is no drawing.
    """
    try:
        with open_foreign(path) as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ValueError("it is larger than a drawing can be")
        return _drawing(json.loads(content))
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror}): check the file.") from error
    except (ValueError, RecursionError) as error:
        raise RunError(f"{path} is no drawing of this program ({error}): remove it.") from error


def _drawing(content: Any) -> Drawing:
    """What the JSON holds, value by value.

    Raises:
        ValueError: It holds something else.
    """
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("version") != VERSION:
        raise ValueError(f"it does not say “{FORMAT}”, version {VERSION}")
    strokes = content.get("strokes")
    if not isinstance(strokes, list):
        raise ValueError("it has no strokes")
    read = tuple(_stroke(one) for one in strokes)
    if sum(len(one.points) for one in read) > MOST_POINTS:
        raise ValueError(f"it has more than {MOST_POINTS:,} points")
    base = content.get("base")
    return Drawing(read, None if base is None else _base(base))


def _stroke(content: Any) -> Stroke:
    points = content.get("points") if isinstance(content, dict) else None
    if not isinstance(points, list) or not points:
        raise ValueError("a stroke has no points")
    thickness = _number(content.get("thickness"), INK_SIDE)
    pairs = [tuple(_number(place, 1) for place in point) for point in points if isinstance(point, list)]
    if len(pairs) != len(points) or any(len(pair) != 2 for pair in pairs):
        raise ValueError("a point is no pair of numbers")
    return Stroke(thickness, tuple((x, y) for x, y in pairs))


def _base(content: Any) -> Pixels:
    is_image = isinstance(content, Sequence) and len(content) == PIXELS
    if not is_image or any(type(pixel) is not int or not 0 <= pixel <= 255 for pixel in content):
        raise ValueError("its image is no 784 numbers from 0 to 255")
    return np.array(content, np.uint8)


def _number(value: Any, highest: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value <= highest:
        raise ValueError(f"it holds something else than a number from 0 to {highest:g}")
    return float(value)
