"""Runs that came to no result, told by themselves: what happened to each, and how to see it again."""

from collections.abc import Sequence

from mnist_tui.analysis.cells import NOTHING
from mnist_tui.analysis.commands import again
from mnist_tui.reports.tables import code, plain, table
from mnist_tui.runs.run import Run

HEADER = ("Without a result", "Seed", "Learn rate", "Epoch", "What happened")
RIGHT = (False, True, True, True, False)


def can_be_told(runs: Sequence[Run]) -> bool:
    """Whether all of some runs are over, and say why they have no result."""
    return bool(runs) and all(run.failure and not run.is_active for run in runs)


def report_of_failures(runs: Sequence[Run]) -> str:
    """What became of runs without a result, as GitHub-flavoured Markdown; it claims no number.

    Args:
        runs: See `can_be_told`.
    """
    lines = [
        (
            run.name,
            str(run.config.seed),
            f"{run.config.peak_learning_rate:g}",
            str(run.epoch) if run.epoch else NOTHING,
            f"{run.failure_summary or run.status}: {run.failure}",
        )
        for run in runs
    ]
    data = dict.fromkeys(
        f"- Data: {plain(run.started.dataset)}, {run.started.train_images:,} images to train; "
        f"SHA-256 {code(run.started.dataset_sha256)}"
        for run in runs
        if run.started
    )
    blocks = [
        ["# mnist-tui: no result"],
        table(HEADER, lines, RIGHT),
        *([["## Data"], [*data]] if data else []),
        ["## See it again"],
        ["```sh", *(line for run in runs for line in again(run)), "```"],
        ["Runs: " + ", ".join(code(run.run_id) for run in runs) + "."],
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"
