"""Comparisons to order, and the tables of a report read back."""

import re
from pathlib import Path
from typing import Any

from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed, Event, Forked
from tests.runs.helpers import MANIFEST, epoch, finished, finished_run, started

BASE = RunConfig(dataset="sample", learning_rate=0.5, threads=2, seed=7)

PARENT = "20260101-000000000-plain-000000"
CHANGED = Changed(1075, 5, {"learning_rate": 0.1}, {"learning_rate": 0.4})
FORKED = Forked(8, 2, PARENT, {"dropout": "0.5", "epochs": "9"}, {"dropout": "0", "epochs": "3"})


def comparison_of(*changes: dict[str, Any], **result: Any) -> Comparison:
    """A row for each of these changes to `BASE`."""
    return compare(
        finished_run(BASE.replace(**change), f"run-{number}", **result)
        for number, change in enumerate(changes)
    )


def classic_comparison() -> Comparison:
    """The three rows of the study."""
    return compare(finished_run(config, f"run-{config.display_name}") for config in classic_rows(BASE))


def altered_run(*events: Event, config: RunConfig = BASE) -> Run:
    """A finished run in which these things happened."""
    run = Run(RunDirectory(Path("20260102-000000000-x-000000")), config, dict(MANIFEST))
    for event in (started(), *events, finished()):
        run.apply(event)
    return run


def timed_run(config: RunConfig, *seconds: float) -> Run:
    """A finished run of one epoch with 4 steps that took so long in the five stages."""
    stages = dict(zip(("data", "forward", "batch_norm", "backward", "update"), seconds, strict=True))
    run = finished_run(config, f"run-{config.display_name}-{config.seed}", stage_seconds=stages)
    run.apply(epoch(1, stage_seconds=stages))
    return run


def cells(line: str) -> list[str]:
    """The cells of a line of a table, read as GitHub-flavoured Markdown does."""
    assert re.fullmatch(r"\|.*(?<!\\)(\\\\)*\|", line)
    parts = re.split(r"(?<!\\)((?:\\\\)*)\|", line[1:-1])
    return ["".join(parts[index : index + 2]).strip() for index in range(0, len(parts), 2)]


def tables(text: str) -> list[list[list[str]]]:
    """The cells of every table, line by line."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append(cells(line))
        elif found[-1]:
            found.append([])
    return [table for table in found if table]
