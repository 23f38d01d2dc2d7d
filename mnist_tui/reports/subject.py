"""What a report is about: a comparison, concluded."""

from typing import TypeAlias

from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.conclusions import Conclusions, conclude

Subject: TypeAlias = Comparison | Conclusions
"""A comparison alone has its first row for a baseline."""


def concluded(subject: Subject) -> Conclusions:
    """What the comparison allows to be concluded."""
    return subject if isinstance(subject, Conclusions) else conclude(subject)
