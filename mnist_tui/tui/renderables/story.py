"""What happened to a run, wrapped to a width."""

import textwrap
from collections.abc import Iterable

from mnist_tui.reports.story import Happening
from mnist_tui.tui.renderables.lines import Line

WHEN_WIDTH = 24
NARROW = 60
"""Below it, what happened stands under when it happened."""


def render_story(happenings: Iterable[Happening], width: int) -> list[Line]:
    """The newest first.

    Args:
        happenings: In order.
        width: Cells.
    """
    lines: list[Line] = []
    for happening in reversed(list(happenings)):
        indent = 2 if width < NARROW else WHEN_WIDTH
        words = textwrap.wrap(happening.what, max(10, width - indent)) or [""]
        if width < NARROW:
            lines.append([(happening.when, "bold")])
        else:
            lines.append([(f"{happening.when:<{WHEN_WIDTH - 1}} ", "bold"), (words.pop(0), "")])
        lines += [[(" " * indent + line, "")] for line in words]
    return lines or [[("Nothing yet.", "dim")]]
