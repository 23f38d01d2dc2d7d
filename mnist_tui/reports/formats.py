"""The formats of a report: one entry is one format."""

from collections.abc import Callable

from mnist_tui.reports.markdown import markdown
from mnist_tui.reports.record import to_json
from mnist_tui.reports.subject import Subject
from mnist_tui.reports.tabular import to_csv

FORMATS: dict[str, Callable[[Subject], str]] = {"md": markdown, "csv": to_csv, "json": to_json}
"""Name, which is the ending of the file too, to what writes the text."""


def render(subject: Subject, kind: str = "md") -> str:
    """The report as text.

    Args:
        subject: What to report.
        kind: A name in `FORMATS`.
    """
    return FORMATS[kind](subject)
