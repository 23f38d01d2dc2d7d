"""What the headless commands print while runs train: bars on a terminal, lines in a pipe, or JSON."""

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Self

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.status import Status
from rich.table import Table
from rich.text import Text

from mnist_tui.analysis.comparison import Comparison, summary
from mnist_tui.analysis.formatting import SHARED, clock, count, ordinal, percent, seconds
from mnist_tui.benchmark.suite import Suite
from mnist_tui.data.dataset import CLASSES, PIXELS
from mnist_tui.reports.description import outcome
from mnist_tui.runs.run import Run
from mnist_tui.training.events import Epoch, Event, RunFailed, RunFinished, RunStarted, Step, to_dict

BUSY_LOAD = 0.7
"""A machine with more work than this is too busy to be measured."""

SHORTEST_LABEL = 12
BAR_WIDTH = 60
"""Columns that a progress bar and the numbers beside it take."""


class Reporter(ABC):
    """Shows the events of runs as they come; a context manager around all of them."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def begin(self, run: Run, label: str) -> None:
        """A run is about to start.

        Args:
            run: Which.
            label: Its name, told apart from the others of this command.
        """
        self._labels[run.run_id] = label

    def wait(self, run_id: str, place: int) -> None:
        """A run has to wait for a core.

        Args:
            run_id: Which.
            place: Its place in the queue, 1 is next.
        """
        sys.stderr.write(
            f"{self._labels[run_id]}: waits for a core, {ordinal(place)} in the queue; ctrl+c leaves it.\n"
        )

    @abstractmethod
    def show(self, run: Run, event: Event) -> None:
        """Show an event that was just applied to its run."""


class JsonReporter(Reporter):
    """Every event as a line of JSON on standard output, with the run's id."""

    def show(self, run: Run, event: Event) -> None:
        """Print the event."""
        print_line(json.dumps({**to_dict(event), "run_id": run.run_id}))


class LineReporter(Reporter):
    """A line an epoch on standard output, for pipes and log files."""

    def show(self, run: Run, event: Event) -> None:
        """Print what matters."""
        label = self._labels[run.run_id]
        match event:
            case RunStarted():
                print_line(
                    f"{label}: {event.dataset} {event.train_images:,} / {event.validation_images:,} / "
                    f"{event.test_images:,}, {event.parameters:,} parameters, threads {event.threads}, "
                    f"run {run.run_id}"
                )
            case Epoch():
                print_line(
                    f"{label}: epoch {event.epoch}/{run.config.epochs}  "
                    f"train loss {event.train_loss:.4f}  validation loss {event.validation_loss:.4f}  "
                    f"validation accuracy {100 * event.validation_accuracy:.2f} %  "
                    f"{event.train_seconds:.1f} s  {event.images_per_second:,.0f} images/s"
                )
            case RunFinished() | RunFailed():
                print_line(f"{label}: {outcome(event)}")
            case _:
                pass


class ProgressReporter(Reporter):
    """A progress bar a run, on a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            MofNCompleteColumn(),
            BarColumn(bar_width=16),
            TextColumn("{task.fields[accuracy]}", markup=False),
            TextColumn("{task.fields[speed]}", markup=False),
            TextColumn("{task.fields[left]}", markup=False),
            console=self._console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begin(self, run: Run, label: str) -> None:
        """Add the run's bar."""
        super().begin(run, label)
        shown = Text(label)
        shown.truncate(max(SHORTEST_LABEL, self._console.width - BAR_WIDTH), overflow="ellipsis")
        task = self._progress.add_task(shown.plain, total=run.config.epochs, accuracy="", speed="", left="")
        self._tasks[run.run_id] = task

    def show(self, run: Run, event: Event) -> None:
        """Move the run's bar."""
        update = self._progress.update
        task = self._tasks[run.run_id]
        match event:
            case Step():
                left = run.seconds_left or 0
                update(
                    task,
                    speed=f"{event.images_per_second:,.0f}/s",
                    left=f"≤ {clock(left)} left",
                )
            case Epoch():
                accuracy = f"{100 * event.validation_accuracy:.2f} %"
                update(task, completed=event.epoch, accuracy=accuracy)
            case RunFinished() | RunFailed():
                update(task, left="")
                self._console.print(Text(f"{self._labels[run.run_id]}: {outcome(event)}"))
            case _:
                pass


def make_reporter(*, as_json: bool) -> Reporter:
    """The reporter that fits what standard output is."""
    if as_json:
        return JsonReporter()
    return ProgressReporter() if sys.stdout.isatty() else LineReporter()


def comparison_table(comparison: Comparison) -> Table:
    """The classic table for a terminal."""
    shared = any(row.shared_cores for row in comparison.rows)
    table = Table(
        title="Comparison",
        title_justify="left",
        caption=f"{SHARED} other runs trained at the same time and shared the cores" if shared else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    table.add_column("Model", ratio=1)
    table.add_column("Batch norm")
    for name in ("L2 λ", "Test", "Time", "CPU time", "Converged", "‖w‖"):
        table.add_column(name, justify="right")
    for row in comparison.rows:
        table.add_row(
            Text(row.label),
            "yes" if row.config.batch_norm else "no",
            f"{row.config.l2_lambda:g}" if row.config.l2_lambda else "–",
            percent(summary(row, "test_accuracy")),
            seconds(summary(row, "train_seconds")) + (SHARED if row.shared_cores else ""),
            f"{summary(row, 'cpu_seconds').mean:.1f} s",
            count(summary(row, "convergence_epoch")),
            f"{summary(row, 'weight_norm').mean:.1f}",
        )
    return table


def runs_table(runs: Iterable[Run]) -> Table:
    """The runs of a home directory for a terminal."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("Run", no_wrap=True)
    for name in ("Name", "Status"):
        table.add_column(name, overflow="fold")
    for name in ("Epochs", "Validation", "Test", "Time"):
        table.add_column(name, justify="right")
    for run in runs:
        run_id, name, status, *numbers = _run_cells(run)
        table.add_row(run_id, Text(name), status, *numbers)
    return table


def run_lines(runs: Iterable[Run]) -> Iterator[str]:
    """The same for a pipe: a line each, fields separated by tabs."""
    yield "\t".join(
        ("run", "name", "status", "epochs", "validation_accuracy", "test_accuracy", "train_seconds")
    )
    for run in runs:
        yield "\t".join(_run_cells(run))


def _run_cells(run: Run) -> tuple[str, ...]:
    best = run.finished or (run.epochs[-1] if run.epochs else None)
    validation = f"{100 * best.validation_accuracy:.2f} %" if best else "–"
    test = f"{100 * run.finished.test_accuracy:.2f} %" if run.finished else "–"
    epochs = f"{run.epoch}/{run.config.epochs}"
    return run.run_id, run.name, str(run.status), epochs, validation, test, f"{run.train_seconds:.1f} s"


def benchmark_tables(suite: Suite) -> Iterator[Table]:
    """Speeds, then what they are held to."""
    config = suite.rows[0].config
    sizes = "-".join(map(str, (PIXELS, *config.hidden, CLASSES)))
    title = f"{sizes}, batch {config.batch_size}, gradient descent, float32, {config.threads} threads a run"
    busy = f"Other work was going on (load {suite.load:.1f}): measure again when it is over."
    speeds = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        caption=busy if suite.load > BUSY_LOAD else None,
        caption_justify="left",
    )
    speeds.add_column("Images per second, over all runs")
    for name in ("best round", "median", "of the floor"):
        speeds.add_column(name, justify="right")
    for row in suite.rows:
        if row.speeds:
            share = f"{100 * row.best / suite.rows[0].best:.0f} %"
            speeds.add_row(row.name, f"{row.best:,.0f}", f"{row.median:,.0f}", share)
        else:
            speeds.add_row(row.name, "not installed", "", "")
    yield speeds
    ratios = Table(title="Ratios, best round against best round", title_justify="left", box=box.SIMPLE_HEAD)
    ratios.add_column("Ratio")
    ratios.add_column("measured", justify="right")
    ratios.add_column("wanted")
    ratios.add_column("")
    for ratio in suite.ratios():
        mark = Text("✓ holds", "green") if ratio.holds else Text("✗ missed", "red")
        ratios.add_row(ratio.name, f"{ratio.value:.2f}", ratio.wanted, mark)
    yield ratios


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
