"""A comparison as a file: Markdown for people, CSV and JSON for programs."""

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

from mnist_tui.analysis.alterations import alterations
from mnist_tui.analysis.comparison import Comparison, commands, data_of, summary
from mnist_tui.analysis.formatting import SHARED, count, format_value, percent, seconds
from mnist_tui.analysis.stages import stage_milliseconds
from mnist_tui.analysis.statistics import wilson_interval
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.run_config import setting
from mnist_tui.text import printable
from mnist_tui.training.stopwatch import STAGES


def render(comparison: Comparison, kind: str = "md") -> str:
    """The report as text.

    Args:
        comparison: What to report.
        kind: `md`, `csv` or `json`.
    """
    return {"md": markdown, "csv": to_csv, "json": to_json}[kind](comparison)


def markdown(comparison: Comparison) -> str:
    """The report as GitHub-flavoured Markdown."""
    sections = [
        ["# mnist-tui: comparison"],
        results_table(comparison),
        _reading(comparison),
        ["## More of each row"],
        _table(
            (
                "Model",
                "95 % interval",
                "Validation",
                "Test loss",
                "Epochs",
                "CPU time",
                "Images/s",
                "‖w‖",
                "End",
            ),
            [_detail_cells(row) for row in comparison.rows],
            numbers=8,
        ),
    ]
    timed = [row for row in comparison.rows if all(stage_milliseconds(run) for run in row.runs)]
    if timed:
        sections += [
            ["## Where the time of a training step went"],
            [
                "Milliseconds a mini-batch, the mean over all epochs"
                + (" and seeds" if any(len(row.runs) > 1 for row in timed) else "")
                + ". *Data*: gathering and augmenting images. *Backward*: gradients, without those of batch "
                "normalisation, which has a column of its own for both ways. *Update*: the optimizer.",
            ],
            _table(
                ("Model", *(stage.replace("_", " ").capitalize() for stage in STAGES)),
                [[row.label, *_stage_cells(row)] for row in timed],
                numbers=len(STAGES),
            ),
        ]
    altered = [
        [row.label, *alteration]
        for row in comparison.rows
        for run in row.runs
        for alteration in alterations(run)
    ]
    if altered:
        sections += [
            ["## What was changed on the way"],
            ["The settings below are those at the start of a run; those of a fork hold from the fork on."],
            _table(("Model", "When", "What"), altered, numbers=0),
        ]
    if comparison.differing:
        names = comparison.differing
        header = ("Model", *(setting(name).label for name in names))
        cells = [[row.label, *(_row_setting(row, name) for name in names)] for row in comparison.rows]
        sections += [["## Settings in which the rows differ"], _table(header, cells, numbers=0)]
    sections += [
        ["## Settings shared by all rows"],
        _table(
            ("Setting", "Value", "Meaning"),
            [
                [f"`{name}`", format_value(value), setting(name).help]
                for name, value in comparison.shared.items()
            ],
            numbers=0,
        ),
        ["## Data, versions, machine"],
        _provenance(comparison),
        ["## Run it again"],
        ["```sh", *commands(comparison), "```"],
        ["Runs: " + ", ".join(f"`{run.run_id}`" for run in comparison.runs) + "."],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def results_table(comparison: Comparison) -> list[str]:
    """The classic table as lines of Markdown."""
    header = (
        "Model",
        "Batch Normalization",
        "L2 Regularization",
        "Test Accuracy",
        "Training Time",
        "Convergence Iterations",
    )
    return _table(header, [_result_cells(row) for row in comparison.rows], numbers=3)


def _result_cells(row: Row) -> list[str]:
    config = row.config
    return [
        row.label,
        "Yes" if config.batch_norm else "No",
        f"Yes (λ = {config.l2_lambda:g})" if config.l2_lambda else "No",
        percent(summary(row, "test_accuracy")),
        _time(row, "train_seconds"),
        count(summary(row, "convergence_epoch")),
    ]


def _time(row: Row, metric: str) -> str:
    mark = f" {SHARED}" if row.shared_cores else ""
    return f"{seconds(summary(row, metric))}{mark}"


def _detail_cells(row: Row) -> list[str]:
    accuracy = summary(row, "test_accuracy").mean
    low, high = wilson_interval(accuracy, data_of(row).test_images)
    ends = {str(run.status): None for run in row.runs}
    return [
        row.label,
        f"{100 * low:.2f} – {100 * high:.2f} %",
        percent(summary(row, "validation_accuracy")),
        f"{summary(row, 'test_loss').mean:.4f}",
        count(summary(row, "epochs")),
        seconds(summary(row, "cpu_seconds")),
        f"{summary(row, 'images_per_second').mean:,.0f}",
        f"{summary(row, 'weight_norm').mean:.1f}",
        ", ".join(ends),
    ]


def _stage_cells(row: Row) -> list[str]:
    times = [stage_milliseconds(run) for run in row.runs]
    means = {stage: fmean(time.get(stage, 0.0) for time in times) for stage in STAGES}
    whole = sum(means.values()) or 1.0
    return [f"{mean:.2f} ({100 * mean / whole:.0f} %)" for mean in means.values()]


def _row_setting(row: Row, name: str) -> str:
    return ", ".join(dict.fromkeys(format_value(getattr(run.config, name)) for run in row.runs))


def _reading(comparison: Comparison) -> list[str]:
    """How the numbers were taken, and what they cannot tell."""
    lines = [
        "*Test accuracy*: the weights of the epoch with the lowest validation loss, shown the test images "
        "once, at the end. *Training time*: training steps alone, without evaluation and logging; runs that "
        "shared the processor took longer, their CPU time stays comparable. *Convergence iterations*: the "
        "epoch, from 1, with the lowest validation loss. *±*: standard deviation over seeds.",
    ]
    if any(row.shared_cores for row in comparison.rows):
        lines += [
            "",
            f"{SHARED}: other runs trained at the same time and shared the cores; alone, it takes less time.",
        ]
    again = [row.label for row in comparison.rows if any(run.earlier_tests for run in row.runs)]
    if again:
        lines += [
            "",
            f"Stopped, tested and then resumed: {', '.join(map(_plain, again))}. The test images "
            "were used more than once there, though nothing was chosen by them.",
        ]
    data = {data_of(row).dataset_sha256: row for row in comparison.rows}
    if len(data) > 1:
        lines += ["", "The rows were trained and tested on different data: their accuracies do not compare."]
    for row in data.values():
        images, dataset = data_of(row).test_images, _plain(data_of(row).dataset)
        low, high = wilson_interval(summary(row, "test_accuracy").mean, images)
        lines += [
            "",
            f"With {images:,} test images ({dataset}), chance alone moves an accuracy by "
            f"about ±{50 * (high - low):.2f} points: smaller differences between single runs say nothing.",
        ]
    if any(run.status is Status.STOPPED for run in comparison.runs):
        lines += ["", "Rows that end with “stopped” were ended by hand before their last epoch."]
    return lines


def _provenance(comparison: Comparison) -> list[str]:
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
    return [f"- {_plain(fact)}" for fact in facts] + [f"- Seed: {', '.join(map(str, seeds))}"]


def _pairs(values: Any) -> str:
    if not isinstance(values, dict):
        return "not recorded"
    return ", ".join(f"{key} {value}" for key, value in values.items())


def _plain(text: str) -> str:
    """Text of unknown origin that Markdown shows as it is."""
    return printable(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: int) -> list[str]:
    """A Markdown table whose last columns are right-aligned.

    Args:
        header: Column names.
        rows: Cells.
        numbers: How many columns, from the right, hold numbers.
    """
    rules = ["---"] * (len(header) - numbers) + ["---:"] * numbers
    lines = [header, rules, *([_plain(cell) for cell in row] for row in rows)]
    return ["| " + " | ".join(line) + " |" for line in lines]


def records(comparison: Comparison) -> list[dict[str, Any]]:
    """Every run as one flat record: label, run id, settings, data, results."""
    return [
        {
            "label": row.label,
            "run_id": run.run_id,
            **run.config.to_dict(),
            **(
                {"data": run.started.dataset, "data_sha256": run.started.dataset_sha256}
                if run.started
                else {}
            ),
            **_result(run),
            "alterations": [f"{when}: {what}" for when, what in alterations(run)],
        }
        for row in comparison.rows
        for run in row.runs
    ]


def _result(run: Run) -> dict[str, Any]:
    """The result under its event's keys, but for `epochs`, which is a setting too."""
    if not run.finished:
        return {}
    result = dataclasses.asdict(run.finished)
    return {"epochs_completed" if name == "epochs" else name: value for name, value in result.items()}


def to_record(comparison: Comparison) -> dict[str, Any]:
    """The records, what they share, and the commands, as one JSON object."""
    shared = {
        name: list(value) if isinstance(value, tuple) else value for name, value in comparison.shared.items()
    }
    return {"v": 1, "runs": records(comparison), "shared": shared, "commands": commands(comparison)}


def to_json(comparison: Comparison) -> str:
    """`to_record` as text."""
    return json.dumps(to_record(comparison), indent=1) + "\n"


def to_csv(comparison: Comparison) -> str:
    """The records, a line each; the seconds of each stage stand in columns of their own."""
    lines = [_flat(record) for record in records(comparison)]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(lines[0]) if lines else ["label"])
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    stages = record.pop("stage_seconds", {})
    columns = {f"{stage}_seconds": stages.get(stage, "") for stage in STAGES}
    columns["alterations"] = "; ".join(record["alterations"])
    return {**record, "hidden": ",".join(map(str, record["hidden"])), **columns}
