"""What may be concluded: sentences, and each row beside the baseline."""

import textwrap
from collections.abc import Sequence

from rich.cells import cell_len

from mnist_tui.analysis.ablation import Ablation
from mnist_tui.analysis.ablation_cells import effect_cells, effect_notes
from mnist_tui.analysis.cells import NOTHING
from mnist_tui.analysis.difference_cells import DIFFERENCE_COLUMNS
from mnist_tui.analysis.differences import Difference
from mnist_tui.tui.renderables.lines import Line

CELLS = (
    "accuracy_difference",
    "p_value",
    "seeds_needed",
    "discordant",
    "time_difference",
    "epoch_time_difference",
    "convergence_difference",
)
"""What is said of a difference besides its verdict."""


ALL_OF_IT = " … i: all of it"
"""What stands at the end of sentences that are cut, or that have more behind them."""

ROOMY_WIDTH = 70
"""Below it, titles are short."""


def render_findings(sentences: Sequence[str], width: int) -> list[Line]:
    """Sentences below each other, each with a dot.

    Args:
        sentences: The most important first.
        width: Cells.
    """
    return [line for sentence in sentences for line in _point(sentence, width)]


def render_verdict(sentences: Sequence[str], width: int, height: int) -> list[Line]:
    """The most important sentences, the first one bold, in a few lines; the end says where all of them are.

    Args:
        sentences: The most important first.
        width: Cells.
        height: Lines.
    """
    if not sentences or height < 1:
        return []
    first = [[(text, style or "bold") for text, style in line] for line in _point(sentences[0], width)]
    lines = [*first, *render_findings(sentences[1:], width)]
    shown = lines[:height]
    is_cut = len(lines) > height
    *before, (text, style) = shown[-1]
    room = width - cell_len(ALL_OF_IT) - sum(cell_len(part) for part, _ in before)
    if cell_len(text) <= room:
        return [*shown[:-1], [*before, (text, style), (ALL_OF_IT, "dim")]]
    if not is_cut:
        return shown
    words = text[: max(0, room)].rpartition(" ")[0]
    return [*shown[:-1], [*before, (words, style), (ALL_OF_IT, "dim")]]


def render_differences(differences: Sequence[Difference], width: int) -> list[Line]:
    """Each row beside the baseline: its name and verdict, and below it what else is known.

    Args:
        differences: In the order of the rows.
        width: Cells.
    """
    columns = [DIFFERENCE_COLUMNS[key] for key in CELLS]
    titles = [column.long_title if width >= ROOMY_WIDTH else column.title for column in columns]
    wide = max(map(len, titles)) + 2
    lines: list[Line] = []
    for difference in differences:
        verdict = DIFFERENCE_COLUMNS["verdict"].text(difference)
        lines += [[("", "")]] if lines else []
        lines.append([(f"{difference.row.label}: {verdict}", "bold")])
        lines += [
            [(f"  {title:<{wide}}", "dim"), (text, "")]
            for title, column in zip(titles, columns, strict=True)
            if (text := column.text(difference)) != NOTHING
        ]
    return lines


def render_effects(found: Ablation, width: int) -> list[Line]:
    """What each switch does, what each two do together beyond that, and how to read it.

    Args:
        found: All combinations of some switches.
        width: Cells.
    """
    cells = [[*row[:2], row[2] if row[2] != NOTHING else ""] for row in effect_cells(found)]
    wide, middle = (max(len(row[column]) for row in cells) + 2 for column in (0, 1))
    lines: list[Line] = []
    for label, value, verdict in cells:
        if wide + middle + max(len(row[2]) for row in cells) <= width:
            lines.append([(f"{label:<{wide}}{value:<{middle}}", ""), (verdict, "bold")])
        else:
            lines += [[(f"{label}  ", ""), (verdict, "bold")], [(f"  {value}", "")]]
    return [*lines, *render_findings(effect_notes(found), width)]


def _point(sentence: str, width: int) -> list[Line]:
    pieces = textwrap.wrap(sentence, max(1, width - 2))
    return [[("· " if not number else "  ", "dim"), (piece, "")] for number, piece in enumerate(pieces)]
