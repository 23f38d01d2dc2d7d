"""The classes of a data set: how many images, what they have in common, where they differ."""

from collections.abc import Mapping, Sequence

from mnist_tui.analysis.pixels import PixelFacts, class_counts
from mnist_tui.data.dataset import CLASSES, PIXELS, SIDE, Split
from mnist_tui.tui.renderables.digits import arrange, render_digits
from mnist_tui.tui.renderables.lines import Line
from mnist_tui.tui.renderables.shades import Paper

LARGEST, SMALLEST = SIDE, 5
"""Cells that a picture is wide."""


def render_classes(
    splits: Mapping[str, Split],
    names: Sequence[str],
    facts: PixelFacts | None,
    paper: Paper,
    width: int,
    height: int,
) -> list[Line]:
    """How many images each class has in each split; the mean image, the spread, and where pixels are lit.

    Args:
        splits: By name.
        names: Of the classes.
        facts: Of the first split; `None` while they are worked out.
        paper: What is drawn on.
        width: Cells.
        height: Cells.
    """
    counts = render_counts(splits, names, width)
    if facts is None:
        return [*counts, [("", "")], [("Working out the mean image of each class.", "dim")]][:height]
    never = f"{facts.never_lit} of {PIXELS} pixels are dark in every image"
    parts = (
        ("Mean image of each class", facts.means, 1.0),
        ("Spread: the standard deviation, strong where images of a class differ", facts.deviations, 0.5),
        (f"How often a pixel is lit; {never}", facts.lit, 1.0),
    )
    room = (height - len(counts)) // len(parts) - 1
    size = min(LARGEST, (width + 1) // CLASSES - 1, 2 * room)
    if size < SMALLEST:
        return counts[:height]
    grid = arrange(CLASSES * (size + 1), size, size, captions=False)
    lines = list(counts)
    for title, values, largest in parts:
        lines.append([(title, "bold")])
        images = [one.reshape(SIDE, SIDE) for one in values]
        lines += render_digits(images, grid, paper, largest=largest)
    return lines[:height]


def render_counts(splits: Mapping[str, Split], names: Sequence[str], width: int) -> list[Line]:
    """A table of how many images of each class each split has.

    Args:
        splits: By name.
        names: Of the classes, cut where there is no room.
        width: Cells.
    """
    first = max(map(len, splits))
    room = max(1, (width - first - 7) // CLASSES - 1)
    room = min(room, max(6, *map(len, names)))
    head = " " * first + f"{'all':>7}" + "".join(f" {name[:room]:>{room}}" for name in names)
    lines: list[Line] = [[(head, "bold")]]
    for name, split in splits.items():
        cells = "".join(f" {_count(int(number), room):>{room}}" for number in class_counts(split.labels))
        lines.append([(f"{name:<{first}}", "dim"), (f"{len(split):>7,}", ""), (cells, "")])
    return lines


def _count(number: int, room: int) -> str:
    """As exactly as there is room; never some digits of a number alone."""
    texts = (f"{number:,}", str(number), f"{round(number / 1000)}k")
    return next((text for text in texts if len(text) <= room), "…")
