"""Columns: what stands in the cells of a run and of a row, asked for by key."""

from typing import Any

import pytest

from mnist_tui.analysis import columns
from mnist_tui.analysis.column import column
from mnist_tui.analysis.columns import COLUMNS
from mnist_tui.analysis.comparison import compare
from mnist_tui.runs.rows import Row
from mnist_tui.runs.run import Run
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig, setting_names
from mnist_tui.training.events import Event, RunFailed
from tests.runs.helpers import epoch, finished, finished_run, started, step

pytestmark = pytest.mark.quick

BASE = RunConfig(dataset="sample", learning_rate=0.5, threads=2)


def run_of(*events: Event, **settings: Any) -> Run:
    run = finished_run(BASE.replace(**settings))
    fresh = Run(run.directory, run.config, run.manifest)
    for event in events:
        fresh.apply(event)
    return fresh


def cell(key: str, run: Run, **looks: Any) -> str:
    return COLUMNS[key].of_run(RunView(run, "a label", **looks))


def row_cell(key: str, *runs: Run) -> str:
    [row] = compare(runs).rows
    of_row = COLUMNS[key].of_row
    assert of_row
    return of_row(row)


DONE = run_of(started(), step(4), epoch(1), epoch(2), epoch(3), finished())
YOUNG = run_of(started(), step(2))
HALF = run_of(started(), step(4), epoch(1), step(6, 2))
UNBORN = run_of()


@pytest.mark.parametrize(
    ("key", "cells"),
    [
        ("run", ["20260101-000000000-x-000000"] * 4),
        ("label", ["a label"] * 4),
        ("name", ["plain"] * 4),
        ("status", ["completed", "training", "training", "starting"]),
        ("status_words", ["completed", "training", "training", "starting"]),
        ("test_accuracy", ["90.00 %", "–", "–", "–"]),
        ("interval", ["87.06 – 92.33 %", "–", "–", "–"]),
        ("validation_accuracy", ["91.00 %", "–", "75.00 %", "–"]),
        ("test_loss", ["0.3100", "–", "–", "–"]),
        ("time", ["1.2 s", "–", "0.4 s", "–"]),
        ("training_time", ["1.2 s", "–", "0.4 s", "–"]),
        ("train_seconds", ["1.2 s", "0.2 s", "0.6 s", "0.0 s"]),
        ("cpu_seconds", ["2.5 s", "–", "–", "–"]),
        ("images_per_second", ["2,400", "2,500", "2,500", "–"]),
        ("convergence_epoch", ["2", "–", "–", "–"]),
        ("epochs_completed", ["3/30", "0/30", "1/30", "0/30"]),
        ("epochs", ["3/30", "1/30", "2/30", "0/30"]),
        ("weight_norm", ["13.0", "–", "–", "–"]),
        ("dataset", ["MNIST", "MNIST", "MNIST", "sample"]),
    ],
)
def test_cells_of_a_run_that_is_done_or_on_its_way(key: str, cells: list[str]) -> None:
    assert [cell(key, run) for run in (DONE, YOUNG, HALF, UNBORN)] == cells


@pytest.mark.parametrize(
    ("key", "settings", "text"),
    [
        ("batch_norm", {}, "no"),
        ("batch_norm", {"batch_norm": True}, "yes"),
        ("batch_normalization", {}, "No"),
        ("batch_normalization", {"batch_norm": True}, "Yes"),
        ("l2_lambda", {}, "–"),
        ("l2_lambda", {"l2_lambda": 0.1}, "0.1"),
        ("l2_regularization", {}, "No"),
        ("l2_regularization", {"l2_lambda": 0.1}, "Yes (λ = 0.1)"),
        ("dropout", {}, "–"),
        ("dropout", {"dropout": 0.5}, "0.5"),
        ("augment", {}, "–"),
        ("augment", {"augment": "shift"}, "shift"),
        ("hidden", {"hidden": (32, 16)}, "32, 16"),
        ("learning_rate", {"learning_rate": None}, "0.4"),
        ("seed", {"seed": 0}, "0"),
        ("threads", {"threads": None}, "auto"),
    ],
)
def test_settings_read_the_same_for_a_run_and_its_row(key: str, settings: dict[str, Any], text: str) -> None:
    run = run_of(started(), finished(), **settings)
    assert cell(key, run) == row_cell(key, run) == text


def test_every_setting_has_a_column() -> None:
    assert set(setting_names()) <= set(COLUMNS)


def test_a_row_of_several_seeds_has_means_and_spreads() -> None:
    runs = [
        finished_run(
            BASE.replace(seed=seed),
            test_accuracy=accuracy,
            train_seconds=time,
            cpu_seconds=2.5,
            epochs=epochs,
        )
        for seed, accuracy, time, epochs in ((1, 0.9, 1.0, 3), (2, 0.92, 3.0, 4))
    ]
    cells = {key: row_cell(key, *runs) for key in (*columns.COMPARISON, *columns.REPORT_MORE)}
    assert cells["test_accuracy"] == "91.00 ± 1.41 % (2)"
    assert cells["time"] == "2.0 ± 1.4 s (2)"
    assert cells["epochs"] == "3.5 ± 0.7 (2)"
    assert cells["cpu_seconds"] == "2.5 s (2)"
    assert cells["cpu_time"] == "2.5 ± 0.0 s (2)"
    assert cells["test_loss"] == "0.3100 (2)"
    assert cells["images_per_second"] == "2,400 (2)"
    assert cells["weight_norm"] == "13.0 (2)"
    assert cells["interval"] == "88.17 – 93.21 %"
    assert cells["end"] == "completed"
    assert row_cell("seed", *runs) == "1, 2"


def test_times_that_were_taken_in_company_are_marked() -> None:
    alone, shared = finished_run(BASE), finished_run(BASE, other_runs=1)
    for key, mark in (("time", "∥"), ("training_time", " ∥")):
        assert (cell(key, alone), cell(key, shared)) == ("1.2 s", f"1.2 s{mark}")
        assert (row_cell(key, alone), row_cell(key, shared)) == ("1.2 s", f"1.2 s{mark}")


TIMES = ("time", "training_time", "train_seconds", "cpu_seconds", "cpu_time", "images_per_second")


@pytest.mark.parametrize("key", TIMES)
def test_a_mark_of_company_stands_at_every_time_of_a_row(key: str) -> None:
    alone, shared = finished_run(BASE), finished_run(BASE, other_runs=1)
    assert row_cell(key, shared).replace(" ∥", "∥") == f"{row_cell(key, alone)}∥"


@pytest.mark.parametrize(
    "unlike",
    [
        {"machine": {"processor": "Slide rule"}},
        {"versions": {"numpy": "1"}},
        {"machine": None},
        {"other_runs": 2},
        {"threads": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("key", TIMES)
def test_times_that_were_not_taken_alike_are_never_pooled(key: str, unlike: dict[str, Any]) -> None:
    def of(*names: str) -> dict[str, Any]:
        return {name: unlike[name] for name in names if name in unlike}

    slow = {"train_seconds": 60.0, "cpu_seconds": 60.0, "images_per_second": 10.0, **of("other_runs")}
    runs = [finished_run(BASE.replace(seed=seed), train_seconds=10.0, cpu_seconds=10.0) for seed in (0, 1)]
    runs.append(finished_run(BASE.replace(seed=2), data=started(**of("threads")), **slow))
    runs[2].manifest = {**runs[2].manifest, **of("machine", "versions")}
    same, other = row_cell(key, *runs).split("; ")
    assert (same, other) == (row_cell(key, *runs[:2]), row_cell(key, runs[2]))


def test_only_one_of_the_two_statuses_says_more_than_a_word() -> None:
    failed = run_of(started(), RunFailed("The disk is full.", "disk full"))
    assert (cell("status", failed), cell("status_words", failed)) == ("failed", "failed: disk full")
    assert (cell("status", UNBORN, place=2), cell("status_words", UNBORN, place=2)) == (
        "waiting",
        "waiting 2",
    )


def test_a_stopped_run_of_which_a_summary_was_read_tells_its_epochs_and_time() -> None:
    """The end of a long log may hold no `epoch` event: the result knows."""
    run = run_of(started(), finished(status="stopped", epochs=12))
    assert (cell("epochs_completed", run), cell("time", run)) == ("12/30", "1.2 s")


def test_plain_values_are_numbers_or_nothing() -> None:
    view = RunView(DONE, "a label")
    assert COLUMNS["test_accuracy"].value(view) == 0.9
    assert COLUMNS["time"].value(view) == 1.25
    assert COLUMNS["epochs_completed"].value(view) == 3
    assert COLUMNS["l2_lambda"].value(view) == 0.0
    assert COLUMNS["hidden"].value(view) == (512, 256)
    assert COLUMNS["test_accuracy"].value(RunView(HALF, "a label")) is None


def test_titles_of_the_classic_table_are_those_of_the_study() -> None:
    assert [COLUMNS[key].long_title for key in columns.REPORT_RESULTS] == [
        "Model",
        "Batch Normalization",
        "L2 Regularization",
        "Test Accuracy",
        "Training Time",
        "Convergence Iterations",
    ]


def test_the_lists_of_a_report_have_a_cell_for_a_row() -> None:
    [row] = compare([finished_run(BASE)]).rows
    for key in (*columns.COMPARISON, *columns.REPORT_RESULTS, *columns.REPORT_MORE):
        of_row = COLUMNS[key].of_row
        assert of_row
        assert of_row(row)


def test_a_new_column_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    new = column("changes", "changes", "times it was changed", lambda view: len(view.run.changes))
    monkeypatch.setitem(COLUMNS, new.key, new)
    assert (cell("changes", DONE), COLUMNS["changes"].heading) == ("0", "Changes")


def test_rows_are_told_by_their_label() -> None:
    [run] = compare([finished_run(BASE)]).runs
    of_row = COLUMNS["label"].of_row
    assert of_row
    assert of_row(Row("plain, hidden 8", BASE, (run,))) == "plain, hidden 8"
