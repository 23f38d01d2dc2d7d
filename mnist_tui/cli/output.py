"""What commands write to a terminal besides tables: lines, bars of downloads, what is going on."""

import os
import sys
from collections.abc import Callable

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

from mnist_tui.cli.program import complain


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


class Listener:
    """Whoever reads the standard output of a command that trains, who may go away: the training goes on.

    Attributes:
        is_gone: Whether nothing could be written any more.
    """

    def __init__(self) -> None:
        self.is_gone = False
        self._problem = ""

    def line(self, text: str) -> None:
        """Print a line, as long as somebody reads."""
        self._tell(lambda: print_line(text))

    def table(self, table: Table) -> None:
        """Print a table, as long as somebody reads."""
        self._tell(lambda: print_table(table))

    def _tell(self, say: Callable[[], None]) -> None:
        if self.is_gone:
            return
        try:
            say()
        except OSError as error:
            self.is_gone, self._problem = True, error.strerror or str(error)
            lead_nowhere()

    def code(self, code: int) -> int:
        """The exit code of a command, which has failed in this at least where nobody read to the end."""
        if not self.is_gone:
            return code
        sentence = f"Standard output could not be written ({self._problem}): what was trained is kept, and"
        return code or complain(f"{sentence} `mnist-tui report` shows it.", 1)


def lead_nowhere() -> None:
    """Have standard output, whose reader is gone, swallow the rest of what is in its buffer."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def working() -> Status:
    """A line on standard error that says what is going on, on a terminal only."""
    return Console(stderr=True).status("")


def print_table(table: Table) -> None:
    """A table on standard output."""
    Console().print(table)
