"""The drawing pad: paper with a pen, what networks are shown, the sliders, what becomes of accuracy."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from mnist_tui.analysis.robustness import STRENGTHS, Distortion
from mnist_tui.data.ink import Point
from mnist_tui.tui.renderables.chart import draw_chart
from mnist_tui.tui.renderables.digits import picture
from mnist_tui.tui.renderables.lines import Line, wrapped
from mnist_tui.tui.renderables.series import Series
from mnist_tui.tui.renderables.shades import Paper
from mnist_tui.tui.sliders import SLIDERS

UP, DOWN = "○", "●"
"""The pen."""

TITLES = {"shift": "shifted, pixels", "rotation": "turned, degrees", "noise": "noise, σ"}

LABEL, VALUE, SHORTEST, LONGEST = 11, 8, 5, 48
"""Cells of a slider's name and value, of the shortest bar, and of the longest slider."""

SLIDERS_WIDTH = LABEL + VALUE + SHORTEST


def render_paper(
    ink: npt.NDArray[np.float32], pen: Point | None, paper: Paper, width: int, height: int, *, is_down: bool
) -> list[Line]:
    """What was drawn, and the pen.

    Args:
        ink: Shape (n, n), 0 to 1.
        pen: Where the pen is; `None` for no pen.
        paper: What is drawn on.
        width: Cells.
        height: Cells; a square is shown, as large as fits.
        is_down: Whether the pen draws.
    """
    size = min(width, 2 * height)
    if size < 2:
        return []
    lines = list(picture(np.rint(255 * ink).astype(np.uint8), paper, size, keep=False))
    if pen is not None:
        column, row = (
            min(int(place * room), room - 1) for place, room in zip(pen, (size, len(lines)), strict=True)
        )
        lines[row] = put(lines[row], column, DOWN if is_down else UP, "bold reverse")
    return lines


def put(line: Line, column: int, glyph: str, style: str) -> Line:
    """A line with another character in one cell."""
    pieces: list[tuple[str, str]] = []
    start = 0
    for text, own in line:
        at = column - start
        if 0 <= at < len(text):
            pieces += [(text[:at], own), (glyph, style), (text[at + 1 :], own)]
        else:
            pieces.append((text, own))
        start += len(text)
    return [piece for piece in pieces if piece[0]]


def render_shown(
    image: npt.NDArray[np.float32], distortion: Distortion, chosen: int, paper: Paper, width: int, height: int
) -> list[Line]:
    """What the networks are shown, the sliders beside it or below.

    Args:
        image: Shape (28, 28), 0 to 1.
        distortion: What was done to it.
        chosen: Which slider keys move.
        paper: What is drawn on.
        width: Cells.
        height: Cells.
    """
    beside = width >= 20 + 2 + SLIDERS_WIDTH and height < 14 + len(SLIDERS) + 1
    room = width - SLIDERS_WIDTH - 2 if beside else width
    size = max(2, min(28, room, 2 * (height if beside else height - len(SLIDERS) - 1)))
    if not beside and min(room, 2 * (height - len(SLIDERS) - 1)) >= 56:
        size = 56
    shown = picture(image, paper, size, keep=False)
    if not beside:
        return [*shown, [("", "")], *render_sliders(distortion, chosen, min(width, LONGEST))]
    sliders = render_sliders(distortion, chosen, min(width - size - 2, LONGEST))
    lines: list[Line] = []
    for row in range(max(len(shown), len(sliders))):
        left = shown[row] if row < len(shown) else [(" " * size, "")]
        lines.append([*left, ("  ", ""), *(sliders[row] if row < len(sliders) else [])])
    return lines


def render_sliders(distortion: Distortion, chosen: int, width: int) -> list[Line]:
    """A line a slider: its name, where it stands, its value."""
    lines: list[Line] = []
    room = max(SHORTEST, width - LABEL - VALUE)
    for number, slider in enumerate(SLIDERS):
        value = slider.value(distortion)
        at = round((value - slider.low) / (slider.high - slider.low) * (room - 1))
        track = "─" * at + "●" + "─" * (room - 1 - at)
        is_chosen = number == chosen
        mark, weight = ("▸ ", "bold") if is_chosen else ("  ", "dim")
        lines.append(
            [
                (f"{mark}{slider.label:<{LABEL - 2}}", weight),
                (track, weight),
                (f"{slider.written.format(value):>{VALUE}}", weight),
            ]
        )
    return lines


def render_endurance(
    courses: Sequence[tuple[str, str, Sequence[Mapping[str, npt.NDArray[np.float64]]]]],
    width: int,
    height: int,
    note: str,
) -> list[Line]:
    """A chart for each thing that is done to images: accuracy by how far it goes.

    Args:
        courses: For each row its marker, its style, and what `jury.endurance` found for each of its runs.
        width: Cells.
        height: Cells.
        note: What is said below the charts.
    """
    below = wrapped(note, width)
    room = (width - 2 * (len(STRENGTHS) - 1)) // len(STRENGTHS)
    charts = []
    for kind, strengths in STRENGTHS.items():
        series = []
        for marker, style, found in courses:
            values = np.array([one[kind] for one in found])
            low, high = (values.min(axis=0), values.max(axis=0)) if len(values) > 1 else (None, None)
            series.append(Series(marker, style, np.array(strengths), values.mean(axis=0), low=low, high=high))
        chart = draw_chart(series, room, max(0, height - len(below) - 1), percent=True).lines
        charts.append([[(TITLES[kind], "bold")], *chart])
    lines: list[Line] = []
    for row in range(max(map(len, charts))):
        line: list[tuple[str, str]] = []
        for chart in charts:
            own = list(chart[row]) if row < len(chart) else []
            line += [*own, (" " * (room + 2 - sum(len(text) for text, _ in own)), "")]
        lines.append(line[:-1])
    return [*lines, *below][:height]
