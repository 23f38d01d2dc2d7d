"""The formats of a report: one entry is one format."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from mnist_tui.reports.markdown import markdown
from mnist_tui.reports.pictures import FigureFile
from mnist_tui.reports.record import to_json
from mnist_tui.reports.sealing import seal
from mnist_tui.reports.subject import Subject, concluded
from mnist_tui.reports.tabular import to_csv

Writer: TypeAlias = Callable[[Subject, Sequence[FigureFile]], str]


def _sealed_markdown(subject: Subject, figures: Sequence[FigureFile]) -> str:
    conclusions = concluded(subject)
    return seal(markdown(conclusions, figures), conclusions)


FORMATS: dict[str, Writer] = {
    "md": _sealed_markdown,
    "csv": lambda subject, _: to_csv(subject),
    "json": lambda subject, _: to_json(subject),
}
"""Name, which is the ending of the file too, to what writes the text."""


def render(subject: Subject, kind: str = "md", figures: Sequence[FigureFile] = ()) -> str:
    """The report as text.

    Args:
        subject: What to report.
        kind: A name in `FORMATS`.
        figures: What stands beside it; Markdown shows them.
    """
    return FORMATS[kind](subject, figures)
