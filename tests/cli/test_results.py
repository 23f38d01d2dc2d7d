"""What commands show of a comparison: differences, for whichever baseline and margin."""

import json
from pathlib import Path

import pytest

from mnist_tui.cli import headless
from mnist_tui.errors import DataError
from mnist_tui.jobs.preparation import settle
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.layout import list_runs
from mnist_tui.settings.run_config import RunConfig
from tests.command import Command, assert_done, assert_refused, json_lines
from tests.reports.helpers import tables
from tests.runs.helpers import finished, make_run, started

pytestmark = pytest.mark.quick

COMPARE = ("compare", "--dataset", "sample")


def rows_that_differ(text: str) -> list[str]:
    """The names in the first table of differences."""
    _, differences, *_ = tables(text)
    assert differences[0][1].startswith("Δ test accuracy")
    return [line[0] for line in differences[2:]]


def test_differences_stand_below_the_table(command: Command, played: ScriptedExecutor) -> None:
    result = command(*COMPARE, "--seeds", "2")
    assert_done(result)
    assert rows_that_differ(result.stdout) == ["batchnorm", "l2 0.1"]
    assert "Baseline: plain. Accuracies within δ = ±0.2 points count as the same." in result.stdout


@pytest.mark.parametrize("named", ["l2 0.1", "3"])
def test_the_baseline_is_named_or_numbered(command: Command, played: ScriptedExecutor, named: str) -> None:
    result = command(*COMPARE, "--seeds", "2", "--baseline", named, "--margin", "1.5")
    assert_done(result)
    assert rows_that_differ(result.stdout) == ["plain", "batchnorm"]
    assert "Baseline: l2 0.1. Accuracies within δ = ±1.5 points" in result.stdout


@pytest.mark.parametrize(
    ("flag", "value", "words"),
    [
        ("--baseline", "bathnorm", "1 plain; 2 batchnorm; 3 l2 0.1"),
        ("--baseline", "4", "“4”"),
        ("--baseline", "0", "“0”"),
        ("--margin", "0", "above 0"),
        ("--margin", "nan", "above 0"),
        ("--margin", "101", "at most 100"),
    ],
)
def test_what_is_no_baseline_and_no_margin_is_refused_before_training(
    command: Command, flag: str, value: str, words: str
) -> None:
    assert_refused(command(*COMPARE, flag, value), 2, flag[2:], words)
    assert list_runs() == []


def test_json_and_the_report_have_the_same_baseline(
    command: Command, played: ScriptedExecutor, tmp_path: Path
) -> None:
    output = tmp_path / "results.md"
    result = command(*COMPARE, "--seeds", "2", "--baseline", "2", "--json", "-o", output, "--figures", "none")
    assert_done(result)
    last = json_lines(result)[-1]
    assert last["baseline"] == "batchnorm"
    assert [one["label"] for one in last["differences"]] == ["plain", "l2 0.1"]
    assert "Baseline: batchnorm." in output.read_text(encoding="utf-8")


def test_a_baseline_that_could_not_be_trained_costs_neither_table_nor_report(
    command: Command, played: ScriptedExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def until_the_third(config: RunConfig, company: int) -> RunConfig:
        if len(list_runs()) == 2:
            raise DataError("/data is no directory: name one with four IDX files.")
        return settle(config, company)

    monkeypatch.setattr(headless, "settle", until_the_third)
    output = tmp_path / "results.md"
    result = command(*COMPARE, "--baseline", "l2 0.1", "-o", output, "--figures", "none")
    assert result.returncode == 1
    assert "l2 0.1 has no result: the baseline is plain instead." in result.stderr
    assert rows_that_differ(result.stdout) == ["batchnorm"]
    assert output.exists()


def test_a_baseline_with_an_automatic_rate_is_found_again(command: Command, played: ScriptedExecutor) -> None:
    result = command(*COMPARE, "--sweep", "learning_rate=0.1,auto", "--seeds", "2", "--baseline", "2")
    assert_done(result)
    assert rows_that_differ(result.stdout) == ["plain, learn rate 0.1"]


def test_seeds_that_are_swept_are_one_row(command: Command, played: ScriptedExecutor) -> None:
    assert_done(command(*COMPARE, "--sweep", "seed=1,2,3", "--baseline", "plain"))


@pytest.mark.parametrize(("ending", "kind"), [("md", "md"), ("json", "json"), ("CSV", "csv"), ("txt", "md")])
def test_the_ending_of_the_output_says_the_format(
    command: Command, played: ScriptedExecutor, tmp_path: Path, ending: str, kind: str
) -> None:
    begins = {"md": "# mnist-tui", "json": "{", "csv": "label,"}[kind]
    for number, act in enumerate((COMPARE, ("report",))):
        output = tmp_path / f"results-{number}.{ending}"
        assert_done(command(*act, "-o", output, "--figures", "none"))
        assert output.read_text(encoding="utf-8").startswith(begins)


def test_a_report_has_a_baseline_and_a_margin_too(command: Command, tmp_path: Path) -> None:
    for name in ("first", "second"):
        for seed in (1, 2):
            make_run([started(), finished(test_accuracy=0.9 + seed / 100)], name=name, seed=seed)
    named = command("report", "--baseline", "second", "--margin", "0.5")
    assert_done(named)
    assert rows_that_differ(named.stdout) == ["first"]
    assert "Baseline: second. Accuracies within δ = ±0.5 points" in named.stdout
    report = json.loads(command("report", "--format", "json", "--baseline", "2").stdout)
    assert report["baseline"] == "second"
    assert_refused(command("report", "--baseline", "third"), 2, "1 first; 2 second")
