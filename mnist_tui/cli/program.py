"""The command-line program that the commands belong to, and what they share."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter, Token

from mnist_tui import __version__
from mnist_tui.text import printable

Json = Annotated[
    bool, Parameter(name="--json", negative=(), show_default=False, help="JSON on standard output")
]
Output = Annotated[
    Path | None, Parameter(name=["--output", "-o"], metavar="FILE", help="file to write the report to")
]
Force = Annotated[
    bool,
    Parameter(name="--force", negative=(), show_default=False, help="replace the output file if it exists"),
]
Baseline = Annotated[
    str | None,
    Parameter(
        metavar="ROW",
        help="the row that the others are compared with, by name or number [default: the first]",
    ),
]
Margin = Annotated[
    float,
    Parameter(metavar="POINTS", help="δ: accuracies that differ by less, in points, count as the same"),
]
Figures = Annotated[
    Literal["svg", "png", "pdf", "none"] | None,
    Parameter(help="figures beside the output [default: svg beside Markdown]"),
]
RunId = Annotated[
    str, Parameter(help="a run by its id, enough of the id's end or start, or its name; last: the newest")
]
Yes = Annotated[bool, Parameter(name=["--yes", "-y"], negative=(), show_default=False, help="do not ask")]


def whole(_kind: type, tokens: Sequence[Token]) -> int:
    """Read a whole number: cyclopts alone would round what is none."""
    text = tokens[0].value
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"“{printable(text)}” is no whole number") from None


app = App(
    name="mnist-tui",
    help="A terminal laboratory: see what batch normalisation, L2, dropout or an optimizer does to a "
    "network. Without a command: the dashboard.",
    version=__version__,
    help_on_error=False,
)
runs_app = App(name="runs", help="List, show or delete runs; bring deleted ones back.")
data_app = App(name="data", help="Which data is here; fetch full MNIST.")
app.command(runs_app)
app.command(data_app)


def complain(sentence: str, code: int, *, quiet: bool = False) -> int:
    """Say what is wrong on standard error; the exit code for it."""
    if not quiet:
        sys.stderr.write(f"mnist-tui: {sentence}\n")
    return code
