"""Where the time of a training step went, as a report tells it."""

import pytest

from mnist_tui.analysis.comparison import Comparison, compare
from mnist_tui.reports.markdown import markdown
from tests.reports.helpers import BASE, classic_comparison, tables, timed_run
from tests.runs.helpers import finished_run

pytestmark = pytest.mark.quick

STAGES = ["Data", "Forward", "Batch norm", "Backward", "Update"]

WHERE = "## Where the time of a training step went"


def time_table(comparison: Comparison) -> list[list[str]]:
    """The table below the heading, but for its rule."""
    _, _, section = markdown(comparison).partition(f"\n{WHERE}\n")
    header, _, *rows = tables(section)[0]
    return [header, *rows]


def test_time_of_a_step_is_split_into_stages_row_by_row() -> None:
    runs = [
        timed_run(BASE, 0.008, 0.016, 0.0, 0.0144, 0.0016),
        timed_run(BASE.replace(batch_norm=True), 0.004, 0.004, 0.004, 0.004, 0.004),
    ]
    assert time_table(compare(runs)) == [
        ["Model", *STAGES],
        ["plain", "2.00 (20 %)", "4.00 (40 %)", "0.00 (0 %)", "3.60 (36 %)", "0.40 (4 %)"],
        ["batchnorm", *["1.00 (20 %)"] * 5],
    ]
    assert "Milliseconds a mini-batch, the mean over all epochs. " in markdown(compare(runs))


def test_time_of_a_step_is_the_mean_over_seeds() -> None:
    runs = [
        timed_run(BASE, 0.004, 0.0, 0.0, 0.0, 0.0),
        timed_run(BASE.replace(seed=8), 0.0, 0.0, 0.0, 0.004, 0.008),
    ]
    _, row = time_table(compare(runs))
    assert row == ["plain", "0.50 (25 %)", "0.00 (0 %)", "0.00 (0 %)", "0.50 (25 %)", "1.00 (50 %)"]
    assert "Milliseconds a mini-batch, the mean over all epochs and seeds. " in markdown(compare(runs))


def test_times_of_a_step_that_were_not_taken_alike_make_no_mean() -> None:
    runs = [timed_run(BASE.replace(seed=seed), *[0.004] * 5) for seed in (7, 8, 9)]
    runs[2].manifest = {"machine": {"processor": "Slide rule"}}
    runs[2].epochs[0].stage_seconds["data"] = 0.4
    assert [row[:2] for row in time_table(compare(runs))[1:]] == [
        ["plain, seed 7, 8", "1.00 (20 %)"],
        ["plain, seed 9", "100.00 (96 %)"],
    ]


def test_time_of_a_step_is_left_out_for_runs_that_did_not_measure_it() -> None:
    assert WHERE not in markdown(classic_comparison())
    measured, old = timed_run(BASE, *[0.004] * 5), finished_run(BASE.replace(batch_norm=True))
    assert [row[0] for row in time_table(compare([measured, old]))] == ["Model", "plain"]
    half = finished_run(BASE.replace(seed=8))
    assert WHERE not in markdown(compare([measured, half]))


def test_stages_that_took_no_time_at_all_do_no_harm() -> None:
    assert time_table(compare([timed_run(BASE, *[0.0] * 5)]))[1] == ["plain", *["0.00 (0 %)"] * 5]
