"""The ten probabilities of a digit, as one line or as ten bars."""

from collections.abc import Sequence

from mnist_tui.tui.renderables.lines import Line

HEIGHTS = " ▁▂▃▄▅▆▇█"
WIDTHS = " ▏▎▍▌▋▊▉█"
"""Eighths of a cell, from nothing to all of it."""


def eighths(share: float, cells: int = 1) -> int:
    """A share from 0 to 1 of some cells, in eighths of a cell; whatever is not nothing shows."""
    if not share > 0:  # also what is not a number
        return 0
    return max(1, round(8 * cells * min(share, 1)))


def probability_line(probabilities: Sequence[float], style: str = "") -> Line:
    """Ten digits, each with a bar beside it: 30 cells; the most likely one is bold.

    Args:
        probabilities: Of the classes, from 0 to 1.
        style: Rich style of the bars.
    """
    best = max(range(len(probabilities)), key=lambda digit: probabilities[digit])
    line: list[tuple[str, str]] = []
    for digit, probability in enumerate(probabilities):
        line.append((str(digit), "bold" if digit == best else "dim"))
        line.append((f"{HEIGHTS[eighths(probability)]} ", style))
    return line


def probability_bars(
    probabilities: Sequence[float], width: int, style: str = "", names: Sequence[str] = ()
) -> list[Line]:
    """A line for each class: its name, a bar, per cent; the most likely one is bold.

    Args:
        probabilities: Of the classes, from 0 to 1.
        width: Cells.
        style: Rich style of the bars.
        names: What the classes are called; their numbers where nothing is said.
    """
    names = names or [str(digit) for digit in range(len(probabilities))]
    room = min(max(map(len, names)), max(1, width // 3))
    length = max(1, width - room - len("  100 %"))
    best = max(range(len(probabilities)), key=lambda digit: probabilities[digit])
    lines: list[Line] = []
    for digit, (name, probability) in enumerate(zip(names, probabilities, strict=True)):
        weight = "bold" if digit == best else "dim"
        written = "   – %" if probability != probability else f"{100 * probability:4.0f} %"
        lines.append(
            [(f"{name[:room]:>{room}} ", weight), (bar(probability, length), style), (written, weight)]
        )
    return lines


def bar(share: float, width: int) -> str:
    """A bar in eighths of a cell, filled up with blanks.

    Args:
        share: From 0 to 1.
        width: Cells of a whole one.
    """
    whole, rest = divmod(eighths(share, width), 8)
    return f"{'█' * whole}{WIDTHS[rest] if rest else ''}".ljust(width)
