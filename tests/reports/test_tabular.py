"""Comparisons as comma-separated values, for spreadsheets."""

import csv
import io

import pytest

from mnist_tui.analysis.comparison import compare
from mnist_tui.reports.tabular import to_csv
from tests.reports.helpers import BASE, CHANGED, altered_run, comparison_of, timed_run
from tests.runs.helpers import finished_run

pytestmark = pytest.mark.quick


def test_csv_parses_back() -> None:
    comparison = comparison_of({"name": 'a,"b"\'c'}, {"batch_norm": True, "seed": 8}, test_accuracy=0.875)
    first, second = csv.DictReader(io.StringIO(to_csv(comparison)))
    assert first["label"] == first["name"] == 'a,"b"\'c'
    assert second["run_id"] == "run-1"
    assert second["hidden"] == "512,256"
    assert (second["seed"], second["batch_norm"], second["test_accuracy"]) == ("8", "True", "0.875")
    assert second["data_sha256"] == "ab" * 32


@pytest.mark.parametrize("name", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_a_text_is_no_formula_for_a_spreadsheet(name: str) -> None:
    [line] = csv.DictReader(io.StringIO(to_csv(comparison_of({"name": name, "dataset": name}))))
    assert line["label"] == line["name"] == line["dataset"] == f"'{name}"


def test_numbers_below_0_stay_numbers() -> None:
    [line] = csv.DictReader(io.StringIO(to_csv(comparison_of({}, test_loss=-1.5))))
    assert line["test_loss"] == "-1.5"


def test_lines_end_as_on_this_side_of_the_pipe() -> None:
    assert "\r" not in to_csv(comparison_of({}))


def test_seconds_of_each_stage_are_columns_of_their_own() -> None:
    measured, old = timed_run(BASE, 1, 2, 0, 4, 0.5), finished_run(BASE.replace(batch_norm=True))
    text = to_csv(compare([measured, old]))
    first, second = csv.DictReader(io.StringIO(text))
    names = ["data_seconds", "forward_seconds", "batch_norm_seconds", "backward_seconds", "update_seconds"]
    assert [float(first[name]) for name in names] == [1, 2, 0, 4, 0.5]
    assert [second[name] for name in names] == [""] * 5
    assert "stage_seconds" not in text


def test_alterations_are_told_in_words() -> None:
    comparison = compare([altered_run(CHANGED), finished_run(BASE.replace(batch_norm=True))])
    told = "in epoch 5, after step 1,075: Learn rate 0.4 → 0.1"
    assert [line["alterations"] for line in csv.DictReader(io.StringIO(to_csv(comparison)))] == [told, ""]
