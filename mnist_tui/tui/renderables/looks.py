"""The layers of a network as a list: for each kind of numbers their mean, spread, norm, and dead units."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mnist_tui.analysis.inside import ACTIVATIONS, GRADIENTS, WEIGHTS, Look
from mnist_tui.data.dataset import CLASSES, PIXELS
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.renderables.lines import Line

if TYPE_CHECKING:
    from mnist_tui.runs.probes import Probes

CURSOR = "▸"

NAME, NUMBER = 17, 8
"""Cells of a name, and of a number beside it."""


def render_looks(
    found: "Probes | None",
    config: RunConfig,
    looks: Sequence[Look],
    at: int,
    cursor: int,
    width: int,
    height: int,
) -> list[Line]:
    """All kinds of numbers, layer by layer; what does not fit is scrolled so that the cursor is in sight.

    Args:
        found: The probes; `None` while there are none.
        config: Of the run.
        looks: What there is to look at.
        at: The place of the epoch whose numbers are told.
        cursor: The place in `looks`.
        width: Cells.
        height: Lines.
    """
    sizes = [PIXELS, *config.hidden, CLASSES]
    lines: list[Line] = []
    row_of_cursor = 0
    layer = 0
    for place, look in enumerate(looks):
        if look.layer != layer:
            layer = look.layer
            lines.append([(f"layer {layer} · {sizes[layer - 1]} → {sizes[layer]}"[:width], "bold")])
        if place == cursor:
            row_of_cursor = len(lines)
        lines.append(_line(found, look, at, width, is_under_cursor=place == cursor))
    head: Line = [(f"{'':<{NAME}}{'mean':>{NUMBER}}{'spread':>{NUMBER}}{'norm':>{NUMBER}}"[:width], "dim")]
    room = max(1, height - 1)
    first = max(0, min(row_of_cursor - room // 2, len(lines) - room))
    return [head, *lines[first : first + room]]


def _line(found: "Probes | None", look: Look, at: int, width: int, *, is_under_cursor: bool) -> Line:
    mark, style = (CURSOR, "bold reverse") if is_under_cursor else (" ", "")
    name = f"{mark} {look.kind.title:<{NAME - 2}}"
    numbers = ""
    if found is not None and found.epochs:
        mean, spread, *_, norm = found.summary(look.name)[at].tolist()
        numbers = f"{short(mean):>{NUMBER}}{short(spread):>{NUMBER}}"
        if look.kind in (WEIGHTS, GRADIENTS):
            numbers += f"{short(norm):>{NUMBER}}"
        if look.kind is ACTIVATIONS:
            numbers += f"  dead {found.dead_units(look.layer)[at]:.0%}"
    return [(f"{name}{numbers}"[:width].ljust(width if is_under_cursor else 0), style)]


def short(number: float) -> str:
    """A number in seven characters at most."""
    if not math.isfinite(number):
        return str(number)
    size = abs(number)
    if size and (size < 1e-3 or size >= 1e5):
        return f"{number:.0e}"
    return f"{number:.3f}" if size < 100 else f"{number:.0f}"
