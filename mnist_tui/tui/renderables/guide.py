"""The line that says what to do next."""

from mnist_tui.tui.guide import STEPS, Advice
from mnist_tui.tui.renderables.lines import Line

HIDE = "esc hides this"


def render_guide(advice: Advice, width: int) -> Line:
    """One line: how far, what to do, how to be rid of it; less of it where there is less room.

    Args:
        advice: What to do.
        width: Cells.
    """
    where = f"{advice.number}/{len(STEPS)}" if advice.number else "✓"
    for text in (advice.text, advice.brief):
        room = width - len(where) - 1 - len(text)
        for hide in (HIDE, "esc hides"):
            if room >= len(hide) + 2:
                return [(where, "dim"), (f" {text}", "bold"), (f"{hide:>{room}}", "dim")]
    room = max(0, width - len(where) - 1)
    text = advice.brief if len(advice.brief) <= room else f"{advice.brief[: max(0, room - 1)]}…"
    return [(where, "dim"), (f" {text}", "bold")]
