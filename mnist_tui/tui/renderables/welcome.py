"""What stands where curves will be, before there are any."""

import textwrap

from mnist_tui.tui.renderables.lines import Line

WELCOME = (
    ("What does batch norm (or L2, dropout, Adam …) do to a network?", "bold"),
    ("Press r: this network trains. Press c: three classic ones, side by side.", ""),
    ("You will see them learn, then what made a difference, and what was luck.", ""),
)
"""What this is, what to press, what one will see."""


def render_welcome(more: str, width: int, height: int) -> list[Line]:
    """The three sentences in the middle, and what else there is to say.

    Args:
        more: A sentence for those who have runs already, for example; may be empty.
        width: Cells.
        height: Lines; where there are too few, blank lines go first, and then the last sentences.
    """
    said = [*WELCOME, *([(more, "dim")] if more else [])]
    parts = [[(line, style) for line in textwrap.wrap(text, max(1, width - 4))] for text, style in said]
    lines: list[tuple[str, str]] = []
    airy = sum(map(len, parts)) + len(parts) - 1 <= height
    for part in parts:
        lines += [("", "")] if airy and lines else []
        lines += part
    above = max(0, height - len(lines)) // 2
    centred: list[Line] = [[(line.center(width).rstrip(), style)] for line, style in lines]
    return [*([[("", "")]] * above), *centred][:height]
