"""What commands print while runs train: bars on a terminal, lines in a pipe, or JSON."""

import json
import sys
from abc import ABC, abstractmethod
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
)
from rich.text import Text

from mnist_tui.analysis.formatting import clock, ordinal
from mnist_tui.cli.output import Listener
from mnist_tui.reports.description import outcome
from mnist_tui.runs.run import Run
from mnist_tui.training.events import (
    VERSION,
    Epoch,
    Event,
    Resumed,
    RunFailed,
    RunFinished,
    RunStarted,
    Step,
    to_dict,
)


class Plan(Protocol):
    """What is about to be trained."""

    def lines(self) -> list[str]:
        """It in words."""

    def to_dict(self) -> dict[str, Any]:
        """It as an event for programs."""


SHORTEST_LABEL = 12
BAR_WIDTH = 60
"""Columns that a progress bar and the numbers beside it take."""


class Reporter(ABC):
    """Shows the events of runs as they come; a context manager around all of them.

    Args:
        listener: Where lines for standard output go; one of its own where none is named.
    """

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener or Listener()
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

    def plan(self, plan: Plan) -> None:
        """Say what is about to be trained."""
        for line in plan.lines():
            self._listener.line(line)

    def take(self, run: Run, label: str) -> None:
        """A run was trained earlier, and is not trained again.

        Args:
            run: Which.
            label: As for `begin`.
        """
        self._listener.line(_taken(run, label))

    @abstractmethod
    def show(self, run: Run, event: Event) -> None:
        """Show an event that was just applied to its run."""


def _taken(run: Run, label: str) -> str:
    return f"{label}: taken from {run.run_id}, trained earlier"


class JsonReporter(Reporter):
    """Every event as a line of JSON on standard output, with the run's id."""

    def plan(self, plan: Plan) -> None:
        """Print the numbers."""
        self._listener.line(json.dumps(plan.to_dict()))

    def take(self, run: Run, label: str) -> None:
        """Print which run it is; its result stands in the comparison."""
        values = {"event": "taken", "v": VERSION, "run_id": run.run_id, "label": label}
        self._listener.line(json.dumps({**values, "seed": run.config.seed}))

    def show(self, run: Run, event: Event) -> None:
        """Print the event."""
        self._listener.line(json.dumps({**to_dict(event), "run_id": run.run_id}))


class LineReporter(Reporter):
    """A line an epoch on standard output, for pipes and log files."""

    def show(self, run: Run, event: Event) -> None:
        """Print what matters."""
        label = self._labels[run.run_id]
        match event:
            case RunStarted():
                self._listener.line(
                    f"{label}: {event.dataset} {event.train_images:,} / {event.validation_images:,} / "
                    f"{event.test_images:,}, {event.parameters:,} parameters, threads {event.threads}, "
                    f"run {run.run_id}"
                )
            case Epoch():
                self._listener.line(
                    f"{label}: epoch {event.epoch}/{run.config.epochs}  "
                    f"train loss {event.train_loss:.4f}  validation loss {event.validation_loss:.4f}  "
                    f"validation accuracy {100 * event.validation_accuracy:.2f} %  "
                    f"{event.train_seconds:.1f} s  {event.images_per_second:,.0f} images/s"
                )
            case RunFinished() | RunFailed():
                self._listener.line(f"{label}: {outcome(event)}")
            case Resumed() if event.note:
                self._listener.line(f"{label}: {event.note}")
            case _:
                pass


class ProgressReporter(Reporter):
    """A progress bar a run, on a terminal."""

    def __init__(self, listener: Listener | None = None) -> None:
        super().__init__(listener)
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

    def take(self, run: Run, label: str) -> None:
        """Say so above the bars."""
        self._console.print(Text(_taken(run, label)))

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
                if isinstance(event, RunFinished):  # the whole run's, as tables have it
                    update(task, speed=f"{event.images_per_second:,.0f}/s")
                update(task, left="")
                how = outcome(event).rstrip(".")
                self._console.print(Text(f"{self._labels[run.run_id]}: {how} · run {run.run_id}"))
            case Resumed() if event.note:
                self._console.print(Text(f"{self._labels[run.run_id]}: {event.note}"))
            case _:
                pass


def make_reporter(listener: Listener, *, as_json: bool) -> Reporter:
    """The reporter that fits what standard output is."""
    if as_json:
        return JsonReporter(listener)
    return ProgressReporter(listener) if sys.stdout.isatty() else LineReporter(listener)
