"""A comparison as Markdown, for people: a table, how to read it, and all that its numbers depend on."""

from collections.abc import Callable
from statistics import fmean
from typing import Any

from mnist_tui.analysis.alterations import alterations
from mnist_tui.analysis.columns import REPORT_MORE, REPORT_RESULTS
from mnist_tui.analysis.commands import commands, unlike_the_study
from mnist_tui.analysis.comparison import Comparison, data_of, summary
from mnist_tui.analysis.formatting import SHARED
from mnist_tui.analysis.stages import stage_milliseconds
from mnist_tui.analysis.statistics import wilson_interval
from mnist_tui.reports.tables import plain, table, table_of_rows
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Status
from mnist_tui.settings.labels import format_value
from mnist_tui.settings.run_config import setting
from mnist_tui.training.stopwatch import STAGES

Lines = list[str]


def markdown(comparison: Comparison) -> str:
    """The report as GitHub-flavoured Markdown."""
    blocks = [block for section in SECTIONS for block in section(comparison)]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def results_table(comparison: Comparison) -> Lines:
    """The classic table as lines of Markdown."""
    return table_of_rows(REPORT_RESULTS, comparison.rows)


def _results(comparison: Comparison) -> list[Lines]:
    return [["# mnist-tui: comparison"], results_table(comparison), _reading(comparison)]


def _more(comparison: Comparison) -> list[Lines]:
    return [["## More of each row"], table_of_rows(REPORT_MORE, comparison.rows)]


def _stages(comparison: Comparison) -> list[Lines]:
    timed = [row for row in comparison.rows if all(stage_milliseconds(run) for run in row.runs)]
    if not timed:
        return []
    return [
        ["## Where the time of a training step went"],
        [
            "Milliseconds a mini-batch, the mean over all epochs"
            + (" and seeds" if any(len(row.runs) > 1 for row in timed) else "")
            + ". *Data*: gathering and augmenting images. *Backward*: gradients, without those of batch "
            "normalisation, which has a column of its own for both ways. *Update*: the optimizer.",
        ],
        table(
            ("Model", *(stage.replace("_", " ").capitalize() for stage in STAGES)),
            [[row.label, *_stage_cells(row)] for row in timed],
            [False, *[True] * len(STAGES)],
        ),
    ]


def _altered(comparison: Comparison) -> list[Lines]:
    altered = [
        [row.label, *alteration]
        for row in comparison.rows
        for run in row.runs
        for alteration in alterations(run)
    ]
    if not altered:
        return []
    return [
        ["## What was changed on the way"],
        ["The settings below are those at the start of a run; those of a fork hold from the fork on."],
        table(("Model", "When", "What"), altered),
    ]


def _differing(comparison: Comparison) -> list[Lines]:
    names = comparison.differing
    if not names:
        return []
    header = ("Model", *(setting(name).label for name in names))
    cells = [[row.label, *(_row_setting(row, name) for name in names)] for row in comparison.rows]
    return [["## Settings in which the rows differ"], table(header, cells)]


def _shared(comparison: Comparison) -> list[Lines]:
    cells = [
        [f"`{name}`", format_value(value), setting(name).help] for name, value in comparison.shared.items()
    ]
    return [["## Settings shared by all rows"], table(("Setting", "Value", "Meaning"), cells)]


def _origin(comparison: Comparison) -> list[Lines]:
    """Data, versions and machine."""
    facts: dict[str, None] = {}  # a set that keeps its order
    for row in comparison.rows:
        data = data_of(row)
        facts[
            f"Data: {data.dataset}, {data.train_images:,} images to train, {data.validation_images:,} to "
            f"validate, {data.test_images:,} to test; SHA-256 `{data.dataset_sha256}`"
        ] = None
    for run in comparison.runs:
        facts[f"Versions: {_pairs(run.manifest.get('versions'))}"] = None
        facts[f"Machine: {_pairs(run.manifest.get('machine'))}"] = None
    seeds = sorted({run.config.seed for run in comparison.runs})
    lines = [f"- {plain(fact)}" for fact in facts] + [f"- Seed: {', '.join(map(str, seeds))}"]
    return [["## Data, versions, machine"], lines]


def _again(comparison: Comparison) -> list[Lines]:
    return [
        ["## Run it again"],
        ["```sh", *commands(comparison), "```"],
        ["Runs: " + ", ".join(f"`{run.run_id}`" for run in comparison.runs) + "."],
    ]


SECTIONS: tuple[Callable[[Comparison], list[Lines]], ...] = (
    _results,
    _more,
    _stages,
    _altered,
    _differing,
    _shared,
    _origin,
    _again,
)
"""What a report consists of, in this order; a section that has nothing to say is empty."""


def _reading(comparison: Comparison) -> Lines:
    """How the numbers were taken, and what they cannot tell."""
    lines = [
        "*Test accuracy*: the weights of the epoch with the lowest validation loss, shown the test images "
        "once, at the end. *Training time*: training steps alone, without evaluation and logging; runs that "
        "shared the processor took longer, their CPU time stays comparable. *Convergence iterations*: the "
        "epoch, from 1, with the lowest validation loss. *±*: standard deviation over seeds.",
    ]
    if differences := unlike_the_study(comparison):
        lines += ["", f"Unlike the study with these three rows: {plain(differences)}."]
    if any(row.shared_cores for row in comparison.rows):
        lines += [
            "",
            f"{SHARED}: other runs trained at the same time and shared the cores; alone, it takes less time.",
        ]
    again = [row.label for row in comparison.rows if any(run.earlier_tests for run in row.runs)]
    if again:
        lines += [
            "",
            f"Stopped, tested and then resumed: {', '.join(map(plain, again))}. The test images "
            "were used more than once there, though nothing was chosen by them.",
        ]
    data = {data_of(row).dataset_sha256: row for row in comparison.rows}
    if len({(data_of(row).dataset_sha256, data_of(row).sizes) for row in comparison.rows}) > 1:
        lines += ["", "The rows were trained and tested on different data: their accuracies do not compare."]
    for row in data.values():
        images, dataset = data_of(row).test_images, plain(data_of(row).dataset)
        low, high = wilson_interval(summary(row, "test_accuracy").mean, images)
        lines += [
            "",
            f"With {images:,} test images ({dataset}), chance alone moves an accuracy by "
            f"about ±{50 * (high - low):.2f} points: smaller differences between single runs say nothing.",
        ]
    if any(run.status is Status.STOPPED for run in comparison.runs):
        lines += ["", "Rows that end with “stopped” were ended by hand before their last epoch."]
    return lines


def _stage_cells(row: Row) -> list[str]:
    times = [stage_milliseconds(run) for run in row.runs]
    means = {stage: fmean(time.get(stage, 0.0) for time in times) for stage in STAGES}
    whole = sum(means.values()) or 1.0
    return [f"{mean:.2f} ({100 * mean / whole:.0f} %)" for mean in means.values()]


def _row_setting(row: Row, name: str) -> str:
    return ", ".join(dict.fromkeys(format_value(getattr(run.config, name)) for run in row.runs))


def _pairs(values: Any) -> str:
    if not isinstance(values, dict):
        return "not recorded"
    return ", ".join(f"{key} {value}" for key, value in values.items())
