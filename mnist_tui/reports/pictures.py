"""Figures beside a report: what they are called, and where they go. `reports.figures` draws them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

PictureFormat: TypeAlias = Literal["svg", "png", "pdf"]

PICTURES = ("loss", "accuracy", "sweep")
"""What a figure shows, in a word."""


@dataclass(frozen=True)
class Picture:
    """A figure, drawn.

    Attributes:
        name: One of `PICTURES`.
        title: What it shows.
        caption: How to read it.
        content: The bytes of its file.
    """

    name: str
    title: str
    caption: str
    content: bytes


@dataclass(frozen=True)
class FigureFile:
    """A figure that stands beside a report.

    Attributes:
        file: The name of its file.
        title: What it shows.
        caption: How to read it.
    """

    file: str
    title: str
    caption: str


def beside(report: Path, name: str, ending: str) -> Path:
    """Where a figure goes: `results-loss.svg` beside `results.md`."""
    return report.with_name(f"{report.stem}-{name}.{ending}")
