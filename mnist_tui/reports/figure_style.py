"""What all figures of a report look like, and the bytes of their files.

They are read without colour, on white and on dark pages (nothing behind them, ink that is told from both),
and the same figure gives the same bytes.
"""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_tui.reports.pictures import PictureFormat
from mnist_tui.text import printable

LONGEST_NAME = 26

INK = "#7b7b7b"
"""Text and axes: a contrast of 4 and more with white and with GitHub's dark pages."""

SIZE = (8.0, 4.5)
"""Inches."""

LEFT, RIGHT, BOTTOM, TOP = 0.105, 0.97, 0.125, 0.9
"""Where the axes end, as shares of the figure."""

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 9,
    "svg.fonttype": "none",  # text stays text, and a name in any script shows
    "svg.hashsalt": "mnist-tui",  # else ids would be drawn by lot
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.formatter.use_locale": False,
    "grid.color": INK,
    "grid.alpha": 0.25,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "savefig.dpi": 150,
    "pdf.fonttype": 42,
}


@contextmanager
def style() -> Iterator[None]:
    """Our style and nothing else: no file of the user's changes a report."""
    logger = logging.getLogger("matplotlib")
    level = logger.level
    logger.setLevel(logging.ERROR)  # what it says of caches and fonts is no business of a report's reader
    try:
        with matplotlib.style.context(STYLE, after_reset=True), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
            yield
    finally:
        logger.setLevel(level)


def framed(
    title: str,
    across: str,
    upwards: str,
    *,
    right: float = RIGHT,
    left: float = LEFT * SIZE[0],
    below: float = BOTTOM * SIZE[1],
    size: tuple[float, float] = SIZE,
) -> tuple[Figure, Axes]:
    """A figure and its axes.

    Args:
        title: What stands above them.
        across: What the horizontal one is called.
        upwards: What the vertical one is called.
        right: Where they end, as a share of the width.
        left: Room on their left, in inches.
        below: Room below them, in inches.
        size: Of the figure, in inches.
    """
    figure = Figure(size)
    bottom, top = below / size[1], 1 - (1 - TOP) * SIZE[1] / size[1]
    axes = figure.add_axes((left / size[0], bottom, right - left / size[0], top - bottom))
    axes.set_title(title, loc="left", fontsize=11, parse_math=False)
    axes.set_xlabel(across, parse_math=False)
    axes.set_ylabel(upwards, parse_math=False)
    axes.set_axisbelow(True)
    return figure, axes


def short(name: str) -> str:
    """A name of unknown origin with room in a figure."""
    name = printable(name)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def file_of(figure: Figure, kind: PictureFormat, title: str) -> bytes:
    """The bytes of its file: no time and no version in it."""
    content = io.BytesIO()
    metadata: dict[PictureFormat, dict[str, str | None]] = {
        "svg": {"Date": None, "Creator": "mnist-tui", "Title": title},
        "png": {"Software": "mnist-tui", "Title": title},
        "pdf": {"CreationDate": None, "Producer": None, "Creator": "mnist-tui", "Title": title},
    }
    figure.savefig(content, format=kind, metadata=metadata[kind])
    return content.getvalue()
