"""What the numbers of a comparison cannot tell: the same sentences in tables, reports and JSON."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from mnist_tui.analysis.comparison import (
    Comparison,
    circumstances,
    data_of,
    summary,
    tested_on,
    waited_for_cores,
)
from mnist_tui.analysis.formatting import SHARED, ranges
from mnist_tui.analysis.statistics import pooled_deviation, wilson_interval
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run, Status

MOST_NAMED = 6
"""Runs without a result that are named one by one."""

UNLIKE = 1.5
"""How much wider one interval is than another that cannot stand for both."""


def notes(comparison: Comparison) -> list[str]:
    """What keeps rows from being compared as if they were alike; empty where nothing does."""
    return [sentence for note in NOTES for sentence in note(comparison)]


def certainty(comparison: Comparison) -> list[str]:
    """How far accuracies move without any cause in the settings: a paragraph for each data set."""
    by_data: dict[tuple[str, tuple[int, int, int]], list[Row]] = defaultdict(list)
    for row in comparison.rows:
        by_data[data_of(row).dataset_sha256, data_of(row).sizes].append(row)
    return [_certainty(rows) for rows in by_data.values()]


def _certainty(rows: list[Row]) -> str:
    data, accuracies = data_of(rows[0]), [summary(row, "test_accuracy") for row in rows]
    bounds = [wilson_interval(accuracy.mean, data.test_images) for accuracy in accuracies]
    halves = [50 * (high - low) for low, high in bounds]
    chance, where = f"±{max(halves):.2f}", " here"
    if max(halves) > UNLIKE * min(halves):  # one row near chance must not make all others look uncertain
        chance, where = f"±{min(halves):.2f} to {chance}", ", by the row"
    deviation = pooled_deviation(accuracies)
    repeated = sum(accuracy.count > 1 for accuracy in accuracies)
    alone = "one run does not tell how far" if len(rows) == 1 else "one run a row does not tell how far"
    if deviation is None:
        seed = f"and {alone}: several seeds (--seeds) do"
    elif len(rows) == 1:
        seed = f"here by a standard deviation of {100 * deviation:.2f} points"
    else:
        within = "the row that has several" if repeated == 1 else f"the {repeated} rows that have several"
        seed = f"here by a standard deviation of {100 * deviation:.2f} points within {within}"
    sentence = (
        f"With {data.test_images:,} test images ({data.dataset}), their choice alone leaves "
        f"{chance} points on an accuracy{where} (95 %). Another seed moves it too, {seed}."
    )
    if len(rows) == 1:
        return sentence
    return (
        f"{sentence} Neither is the interval of a difference: rows share the test images, and mostly the "
        "seeds, so differences have intervals of their own."
    )


def _shared_cores(comparison: Comparison) -> Iterator[str]:
    if any(row.shared_cores for row in comparison.rows):
        yield (
            f"{SHARED}: other runs trained at the same time and shared the cores; alone, it takes less time. "
            "CPU time is not what it is alone either, and not by the same share in every row: neither "
            f"compares with a row without {SHARED}."
        )


def _times_apart(comparison: Comparison) -> Iterator[str]:
    for row in comparison.rows:
        if differing := _differing(row.runs):
            yield (
                f"Times of {row.label} stand apart, with “;” between them: its runs differ in "
                f"{_listed(differing)}."
            )


def _other_machines(comparison: Comparison) -> Iterator[str]:
    # A sweep over threads is there to compare times, and company has a mark of its own.
    if differing := [name for name in _differing(comparison.runs) if name in {"machine", "versions"}]:
        yield f"The runs differ in {_listed(differing)}: their times do not compare."


def _differing(runs: Iterable[Run]) -> list[str]:
    """In which circumstances of their times some runs differ."""
    seen = [circumstances(run) for run in runs]
    return [name for name in (seen[0] if seen else {}) if len({one[name] for one in seen}) > 1]


def _waited(comparison: Comparison) -> Iterator[str]:
    """What no log tells of: another program that had the cores."""
    waited = [run for run in comparison.runs if waited_for_cores(run)]
    shares = [run.finished.cpu_seconds / run.finished.train_seconds for run in waited if run.finished]
    if shares:
        low, high = f"{min(shares):.1f}", f"{max(shares):.1f}"
        cores = low if low == high else f"{low} to {high}"
        which = f"{len(waited)} of the {len(comparison.runs)} runs"
        yield (
            f"The machine was busy with something else while {which} trained: they had {cores} "
            "cores on average. Their training times and images a second are those of the waiting, and "
            "compare with nothing; nor is told where the time of a step went. CPU time tells more."
        )


def _seeds(comparison: Comparison) -> Iterator[str]:
    rows = [row for row in comparison.rows if not row.is_cut_short]
    if len({tuple(sorted(row.seeds)) for row in rows}) > 1:
        told = (f"{row.label} {len(row.seeds)} ({ranges(row.seeds)})" for row in rows)
        yield f"The rows have different seeds: {'; '.join(told)}."


def _cut_short(comparison: Comparison) -> Iterator[str]:
    endings = {
        Status.STOPPED: "Rows that end with “stopped” were ended by hand before their last epoch",
        Status.FAILED: "Failed after they had been tested",
        Status.INTERRUPTED: "Interrupted after they had been tested",
    }
    for status, words in endings.items():
        told = [
            f"{row.label} ({result.epochs} of {row.config.epochs} epochs)"
            for row in comparison.rows
            for result in row.results
            if row.runs[0].status is status
        ]
        if told:
            yield f"{words}: {', '.join(told)}. No mean has them in it."


def _left_out(comparison: Comparison) -> Iterator[str]:
    told = [f"{run.name}, seed {run.config.seed} ({run.status})" for run in comparison.left_out[:MOST_NAMED]]
    if more := len(comparison.left_out) - len(told):
        told.append(f"and {more} more")
    if told:
        yield f"No result, and in no row: {'; '.join(told)}."


def _tested_again(comparison: Comparison) -> Iterator[str]:
    if again := [row.label for row in comparison.rows if any(run.earlier_tests for run in row.runs)]:
        yield (
            f"Stopped, tested and then resumed: {', '.join(again)}. The test images were used more than once "
            "there, though nothing was chosen by them."
        )


def _other_data(comparison: Comparison) -> Iterator[str]:
    if len({tested_on(row) for row in comparison.rows}) > 1:
        yield "The rows were trained and tested on different data: their accuracies do not compare."
    elif len({data_of(row).sizes for row in comparison.rows}) > 1:
        yield (
            "The rows have the same test images, but other images to train on: how many are kept for "
            "validation is one of the things in which they differ."
        )


NOTES: tuple[Callable[[Comparison], Iterator[str]], ...] = (
    _shared_cores,
    _times_apart,
    _other_machines,
    _waited,
    _seeds,
    _cut_short,
    _left_out,
    _tested_again,
    _other_data,
)
"""What there may be to say, in this order."""


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
