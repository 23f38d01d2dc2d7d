"""A comparison as Markdown, for people: a table, how to read it, and all that its numbers depend on."""

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from statistics import fmean
from typing import Any, TypeAlias
from urllib.parse import quote

from mnist_tui.analysis import ablation_cells
from mnist_tui.analysis.ablation import ablation
from mnist_tui.analysis.alterations import alterations
from mnist_tui.analysis.cells import NOTHING
from mnist_tui.analysis.columns import REPORT_MORE, REPORT_RESULTS
from mnist_tui.analysis.commands import commands, unlike_the_study
from mnist_tui.analysis.comparison import Comparison, data_of, summary, timings, waited_for_cores
from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.difference_notes import baseline_note, difference_notes
from mnist_tui.analysis.differences import Verdict
from mnist_tui.analysis.findings import findings
from mnist_tui.analysis.formatting import SHARED, percent
from mnist_tui.analysis.notes import certainty, notes
from mnist_tui.analysis.stages import stage_milliseconds
from mnist_tui.analysis.sweep_curve import SweepGrid, sweep_grid
from mnist_tui.reports.pictures import FigureFile
from mnist_tui.reports.subject import Subject, concluded
from mnist_tui.reports.tables import code, plain, table, table_of_differences, table_of_rows
from mnist_tui.runs.rows import Row
from mnist_tui.settings.labels import format_value
from mnist_tui.settings.run_config import setting
from mnist_tui.training.stopwatch import STAGES

Lines = list[str]

FINDINGS = "## Findings"
"""The heading above the sentences."""


def markdown(subject: Subject, figures: Sequence[FigureFile] = ()) -> str:
    """The report as GitHub-flavoured Markdown.

    Args:
        subject: What it is about.
        figures: Those that stand beside it.
    """
    conclusions = concluded(subject)
    blocks = [
        *(block for section in RESULTS for block in section(conclusions)),
        *_figures(figures),
        *(block for section in ORIGINS for block in section(conclusions)),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def results_table(comparison: Comparison) -> Lines:
    """The classic table as lines of Markdown."""
    return table_of_rows(REPORT_RESULTS, comparison.rows)


def difference_tables(conclusions: Conclusions) -> list[Lines]:
    """Every other row beside the baseline, as Markdown: which it is, two tables, how to read them."""
    found = conclusions.differences
    if not found:
        return []
    keys = ["label", "accuracy_difference", "verdict", "p_value"]
    if any(one.verdict is Verdict.UNCLEAR and one.is_about_methods for one in found):
        keys.append("seeds_needed")
    if any(one.discordant for one in found):
        keys.append("discordant")
    costs = ("label", "time_difference", "epoch_time_difference", "convergence_difference")
    return [
        [plain(baseline_note(conclusions))],
        table_of_differences(keys, found),
        table_of_differences(costs, found),
        *([plain(sentence)] for sentence in difference_notes(conclusions)),
    ]


def effects_table(conclusions: Conclusions) -> list[Lines]:
    """What each switch of an ablation does, and each two together; empty for other comparisons."""
    found = ablation(conclusions.comparison, conclusions.margin)
    if found is None:
        return []
    lines = ablation_cells.effect_cells(found)
    return [
        table(ablation_cells.HEADER, lines, ablation_cells.RIGHT),
        *([plain(sentence)] for sentence in ablation_cells.effect_notes(found)),
    ]


def _results(conclusions: Conclusions) -> list[Lines]:
    comparison = conclusions.comparison
    return [["# mnist-tui: comparison"], results_table(comparison), _reading(comparison)]


def _without_result(conclusions: Conclusions) -> list[Lines]:
    """What became of runs that are in no row: a cliff that everybody saw is not passed over."""
    failed = [run for run in conclusions.comparison.left_out if run.failure and not run.is_active]
    if not failed:
        return []
    header = ("Without a result", "Seed", "What happened")
    lines = [
        (run.name, str(run.config.seed), f"{run.failure_summary or run.status}: {run.failure}")
        for run in failed
    ]
    return [table(header, lines, (False, True, False))]


def _findings(conclusions: Conclusions) -> list[Lines]:
    sentences = [f"- {plain(sentence)}" for sentence in findings(conclusions)]
    return [[FINDINGS], sentences] if sentences else []


def _differences(conclusions: Conclusions) -> list[Lines]:
    blocks = difference_tables(conclusions)
    return [["## Differences"], *blocks] if blocks else []


def _effects(conclusions: Conclusions) -> list[Lines]:
    blocks = effects_table(conclusions)
    return [["## Effects of the switches"], *blocks] if blocks else []


def _grid(conclusions: Conclusions) -> list[Lines]:
    grid = sweep_grid(conclusions.comparison)
    if grid is None:
        return []
    down, across = grid.labels
    header = (f"{down} ↓ {across} →", *map(format_value, grid.columns))
    cells = [
        [format_value(line), *(_grid_cell(grid, line, column) for column in grid.columns)]
        for line in grid.lines
    ]
    return [
        [f"## Test accuracy by {down} and {across}"],
        table(header, cells, [False, *[True] * len(grid.columns)]),
    ]


def _grid_cell(grid: SweepGrid, line: Any, column: Any) -> str:
    point = grid.points.get((line, column))
    return percent(summary(point.row, "test_accuracy")) if point else NOTHING


def _figures(figures: Sequence[FigureFile]) -> list[Lines]:
    blocks: list[Lines] = [["## Figures"]] if figures else []
    for caption, some in groupby(figures, attrgetter("caption")):
        blocks += [[f"![{plain(one.title)}]({quote(one.file)})"] for one in some]
        blocks.append([plain(caption)])
    return blocks


def _more(conclusions: Conclusions) -> list[Lines]:
    comparison = conclusions.comparison
    return [
        ["## More of each row"],
        [
            "*95 % interval*: where the accuracy of the network lies on all such images (Wilson), as far as "
            "the choice of the test images tells. Nothing of the seed is in it"
            + (
                ": a row with several seeds has the interval of one network that is as good as their mean."
                if _has_seeds(comparison)
                else "."
            )
        ],
        table_of_rows(REPORT_MORE, comparison.rows),
    ]


def _stages(conclusions: Conclusions) -> list[Lines]:
    comparison = conclusions.comparison
    timed = [
        (row, part)
        for row in comparison.rows
        if all(stage_milliseconds(run) and not waited_for_cores(run) for run in row.runs)
        for part in timings(row)
    ]
    if not timed:
        return []
    return [
        ["## Where the time of a training step went"],
        [
            "Milliseconds a mini-batch, the mean over all epochs"
            + (" and seeds" if any(len(part.runs) > 1 for _, part in timed) else "")
            + ". *Data*: gathering and augmenting images. *Backward*: gradients, without those of batch "
            "normalisation, which has a column of its own for both ways. *Update*: the optimizer.",
        ],
        table(
            ("Model", *(stage.replace("_", " ").capitalize() for stage in STAGES)),
            [[_stage_label(row, part), *_stage_cells(part)] for row, part in timed],
            [False, *[True] * len(STAGES)],
        ),
    ]


def _altered(conclusions: Conclusions) -> list[Lines]:
    comparison = conclusions.comparison
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


def _differing(conclusions: Conclusions) -> list[Lines]:
    comparison = conclusions.comparison
    names = comparison.differing
    if not names:
        return []
    header = ("Model", *(setting(name).label for name in names))
    cells = [[row.label, *(_row_setting(row, name) for name in names)] for row in comparison.rows]
    tell_rows_apart = all(len(set(column)) > 1 for column in list(zip(*cells, strict=True))[1:])
    what = "rows" if tell_rows_apart else "runs"
    return [[f"## Settings in which the {what} differ"], table(header, cells)]


def _shared(conclusions: Conclusions) -> list[Lines]:
    comparison = conclusions.comparison
    cells = [
        [code(name), format_value(value), setting(name).help] for name, value in comparison.shared.items()
    ]
    whose = (
        ""
        if len(comparison.runs) == 1
        else " shared by all rows"
        if len(comparison.rows) > 1
        else " of the row"
    )
    return [[f"## Settings{whose}"], table(("Setting", "Value", "Meaning"), cells)]


def _origin(conclusions: Conclusions) -> list[Lines]:
    """Data, versions and machine."""
    comparison = conclusions.comparison
    facts: dict[str, None] = {}  # a set that keeps its order
    for row in comparison.rows:
        data = data_of(row)
        facts[
            f"Data: {plain(data.dataset)}, {data.train_images:,} images to train, "
            f"{data.validation_images:,} to validate, {data.test_images:,} to test; "
            f"SHA-256 {code(data.dataset_sha256)}"
        ] = None
    for run in comparison.runs:
        facts[f"Versions: {plain(_pairs(run.manifest.get('versions')))}"] = None
        facts[f"Machine: {plain(_pairs(run.manifest.get('machine')))}"] = None
    seeds = sorted({run.config.seed for run in comparison.runs})
    lines = [f"- {fact}" for fact in facts] + [f"- Seed: {', '.join(map(str, seeds))}"]
    return [["## Data, versions, machine"], lines]


def _again(conclusions: Conclusions) -> list[Lines]:
    comparison = conclusions.comparison
    return [
        ["## Run it again"],
        ["```sh", *commands(comparison), "```"],
        ["Runs: " + ", ".join(code(run.run_id) for run in comparison.runs) + "."],
    ]


Section: TypeAlias = Callable[[Conclusions], list[Lines]]
"""A part of the report in blocks of lines; empty where it has nothing to say."""

RESULTS: tuple[Section, ...] = (_results, _without_result, _findings, _effects, _differences, _grid)
"""What a report begins with, in this order; figures follow."""

ORIGINS: tuple[Section, ...] = (
    _more,
    _stages,
    _altered,
    _differing,
    _shared,
    _origin,
    _again,
)
"""What its numbers depend on, in this order."""


def _reading(comparison: Comparison) -> Lines:
    """How the numbers were taken, and what they cannot tell."""
    spread = " *±*: standard deviation over seeds, of single runs, not of the mean; their number in brackets."
    taken = (
        "*Test accuracy*: the weights of the epoch with the lowest validation loss, shown the test images "
        "once, at the end. *Training time*: training steps alone, without evaluation and logging. "
        "*Convergence iterations*: the epoch, from 1, with the lowest validation loss."
        + (spread if _has_seeds(comparison) else "")
    )
    sentences = [*notes(comparison), *certainty(comparison)]
    if differences := unlike_the_study(comparison):
        sentences.insert(0, f"Unlike the study with these three rows: {differences}.")
    return [taken, *(line for sentence in sentences for line in ("", plain(sentence)))]


def _has_seeds(comparison: Comparison) -> bool:
    return any(len(row.runs) > 1 for row in comparison.rows)


def _stage_label(row: Row, part: Row) -> str:
    """A row's name, and that of the part of it whose times were taken alike."""
    seeds = "" if len(part.runs) == len(row.runs) else f", seed {', '.join(map(str, part.seeds))}"
    return f"{row.label}{seeds}{f' {SHARED}' if part.shared_cores else ''}"


def _stage_cells(row: Row) -> list[str]:
    times = [stage_milliseconds(run) for run in row.runs]
    means = {stage: fmean(time.get(stage, 0.0) for time in times) for stage in STAGES}
    whole = sum(means.values()) or 1.0
    return [f"{mean:.2f} ({100 * mean / whole:.0f} %)" for mean in means.values()]


def _row_setting(row: Row, name: str) -> str:
    return ", ".join(dict.fromkeys(format_value(getattr(run.config, name)) for run in row.runs))


def _pairs(values: Any) -> str:
    if not isinstance(values, dict) or not values:
        return "not recorded"
    return ", ".join(f"{key} {value}" for key, value in values.items())
