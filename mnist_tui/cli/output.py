"""What commands write to a terminal besides tables: lines, bars of downloads, what is going on."""

import sys

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.status import Status
from rich.table import Table


def download_progress() -> Progress:
    """The progress bar of a download."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def print_line(text: str) -> None:
    """A line on standard output that is there at once, also in a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def working() -> Status:
    """A line on standard error that says what is going on, on a terminal only."""
    return Console(stderr=True).status("")


def print_table(table: Table) -> None:
    """A table on standard output."""
    Console().print(table)
