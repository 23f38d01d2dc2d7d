"""Tables of the command line: for a terminal, and as plain lines for a pipe."""

from collections.abc import Iterable, Iterator

from rich import box
from rich.table import Table
from rich.text import Text

from mnist_tui.analysis.ablation import Ablation
from mnist_tui.analysis.ablation_cells import HEADER, RIGHT, effect_cells, effect_notes
from mnist_tui.analysis.columns import COLUMNS, COMPARISON, RUNS_LIST
from mnist_tui.analysis.comparison import Comparison
from mnist_tui.analysis.conclusions import Conclusions
from mnist_tui.analysis.difference_cells import DIFFERENCE_COLUMNS
from mnist_tui.analysis.difference_notes import baseline_note, difference_notes
from mnist_tui.analysis.notes import notes
from mnist_tui.benchmark.suite import Suite
from mnist_tui.data.dataset import CLASSES, PIXELS
from mnist_tui.machine import processor
from mnist_tui.reports.tables import NUMBERS, number_cells
from mnist_tui.reports.verification import Number
from mnist_tui.runs.run import Run
from mnist_tui.runs.view import RunView

BUSY_LOAD = 0.7
"""A machine with more work than this is too busy to be measured."""


def comparison_table(comparison: Comparison) -> Table:
    """The classic table for a terminal."""
    caption = notes(comparison)
    table = Table(
        title="Comparison",
        title_justify="left",
        caption=Text("\n".join(caption)) if caption else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    columns = [COLUMNS[key] for key in COMPARISON]
    for column in columns:
        is_name = column.key == "label"
        table.add_column(
            column.heading, ratio=1 if is_name else None, justify="right" if column.right else "left"
        )
    for row in comparison.rows:
        table.add_row(*(Text(column.of_row(row)) for column in columns if column.of_row))
    return table


DIFFERENCES = (
    "label",
    "accuracy_difference",
    "verdict_and_seeds",
    "p_value",
    "discordant",
    "time_difference",
    "epoch_time_difference",
    "convergence_difference",
)
"""The table of differences that a command prints."""


def differences_table(conclusions: Conclusions) -> Table:
    """Every other row beside the baseline, for a terminal."""
    table = Table(
        title=Text(baseline_note(conclusions)),
        title_justify="left",
        caption=Text("\n".join(difference_notes(conclusions))),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    has_digits = any(one.discordant for one in conclusions.differences)
    keys = [key for key in DIFFERENCES if key != "discordant" or has_digits]
    for column in (columns := [DIFFERENCE_COLUMNS[key] for key in keys]):
        is_name = column.key == "label"
        heading = column.title[0].upper() + column.title[1:]
        table.add_column(heading, ratio=1 if is_name else None, justify="right" if column.right else "left")
    for difference in conclusions.differences:
        table.add_row(*(Text(column.text(difference)) for column in columns))
    return table


def effects_table(ablation: Ablation) -> Table:
    """What each switch of an ablation does, and each two together, for a terminal."""
    table = Table(
        title="Effects of the switches",
        title_justify="left",
        caption=Text("\n".join(effect_notes(ablation))),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for heading, is_number in zip(HEADER, RIGHT, strict=True):
        table.add_column(heading, justify="right" if is_number else "left")
    for cells in effect_cells(ablation):
        table.add_row(*map(Text, cells))
    return table


def numbers_table(numbers: Iterable[Number]) -> Table:
    """The numbers of a report beside those that were measured here, for a terminal."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for title in NUMBERS:
        is_number = title in {"Seed", "Report", "Here"}
        table.add_column(title, justify="right" if is_number else "left")
    for number in numbers:
        table.add_row(*map(Text, number_cells(number)))
    return table


def runs_table(runs: Iterable[Run]) -> Table:
    """The runs of a home directory for a terminal."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in (COLUMNS[key] for key in RUNS_LIST):
        table.add_column(
            column.heading,
            no_wrap=column.key == "run",
            overflow="ellipsis" if column.right else "fold",
            justify="right" if column.right else "left",
        )
    for cells in map(_run_cells, runs):
        table.add_row(*map(Text, cells))
    return table


def run_lines(runs: Iterable[Run]) -> Iterator[str]:
    """The same for a pipe: a line each, fields separated by tabs."""
    yield "\t".join(RUNS_LIST)
    for run in runs:
        yield "\t".join(_run_cells(run))


def _run_cells(run: Run) -> list[str]:
    view = RunView(run, run.name)
    return [COLUMNS[key].of_run(view) for key in RUNS_LIST]


def benchmark_tables(suite: Suite) -> Iterator[Table]:
    """Speeds, then how they compare."""
    config = suite.entries[0].config
    sizes = "-".join(map(str, (PIXELS, *config.hidden, CLASSES)))
    title = f"{sizes}, batch {config.batch_size}, gradient descent, float32, {config.threads} threads a run"
    notes = [f"On {processor()}. {_multiplied(suite.backends)}"]
    if suite.load > BUSY_LOAD:
        notes.append(f"Other work was going on (load {suite.load:.1f}): measure again when it is over.")
    speeds = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        caption="\n".join(notes),
        caption_justify="left",
    )
    speeds.add_column("Images per second, over all runs")
    for name in ("best round", "median", "of the floor"):
        speeds.add_column(name, justify="right")
    for entry in suite.entries:
        if entry.speeds:
            share = f"{100 * entry.best / suite.entries[0].best:.0f} %"
            speeds.add_row(entry.name, f"{entry.best:,.0f}", f"{entry.median:,.0f}", share)
        else:
            speeds.add_row(entry.name, "not installed", "", "")
    yield speeds
    ratios = Table(title="Ratios, best round against best round", title_justify="left", box=box.SIMPLE_HEAD)
    ratios.add_column("Ratio")
    ratios.add_column("measured", justify="right")
    for ratio in suite.ratios():
        ratios.add_row(ratio.name, f"{ratio.value:.2f}")
    yield ratios


def _multiplied(backends: dict[str, str]) -> str:
    """Who multiplies matrices with what."""
    ours, theirs = backends.get("mnist-tui", "not known"), backends.get("pytorch")
    return f"Matrices: NumPy by {ours}" + (f", PyTorch by {theirs}." if theirs else ".")
