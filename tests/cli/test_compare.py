"""`mnist-tui compare`: the classic rows and sweeps, trained once, played else."""

import io
import sys
from pathlib import Path

import pytest

from mnist_tui.cli import main
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig
from tests.cli.conftest import SMALL
from tests.command import Command, assert_done, assert_refused, json_lines

HEADER = "| Model | Batch Normalization | L2 Regularization | Test Accuracy |"


def configs_of_runs() -> list[RunConfig]:
    """The settings of every run, oldest first."""
    return [RunDirectory(path).read_config() for path in list_runs()]


def test_the_report_is_written_and_the_table_printed(
    command: Command, tiny_data: Path, tmp_path: Path
) -> None:
    output = tmp_path / "results.md"
    result = command("compare", "--dataset", tiny_data, "--hidden", "16", "--epochs", "1", "--output", output)
    assert_done(result)
    report = output.read_text(encoding="utf-8")
    rows = [
        line for line in report.splitlines() if line.startswith(("| plain |", "| batchnorm |", "| l2 0.1 |"))
    ]
    assert HEADER in report
    assert HEADER in result.stdout
    assert all(row in result.stdout for row in rows[:3])
    assert "mnist-tui compare --dataset" in report
    assert "- batchnorm beside plain: " in result.stdout, "findings"
    assert result.stdout.endswith(f"Report: {output}\n")
    assert len(list_runs()) == 3


@pytest.mark.quick
def test_a_report_that_is_there_is_kept(command: Command, played: ScriptedExecutor, tmp_path: Path) -> None:
    output = tmp_path / "results.md"
    output.write_text("old")
    refused = command("compare", "--dataset", "sample", "--output", output)
    assert_refused(refused, 2, str(output), "exists already", "--force")
    assert output.read_text() == "old"
    assert list_runs() == [], "refused before anything was trained"
    assert_done(command("compare", "--dataset", "sample", "--output", output, "--figures", "none", "--force"))
    assert HEADER in output.read_text(encoding="utf-8")


@pytest.mark.quick
def test_json_with_seeds(command: Command, played: ScriptedExecutor, tmp_path: Path) -> None:
    output = tmp_path / "results.md"
    seeds = ("--seed", "5", "--seeds", "2")
    result = command("compare", "--dataset", "sample", *seeds, "--json", "-o", output, "--figures", "none")
    assert_done(result)
    *events, last = json_lines(result)
    assert sum(event["event"] == "run_finished" for event in events) == 6
    assert last["event"] == "comparison"
    assert sorted(run["seed"] for run in last["runs"]) == [5, 5, 5, 6, 6, 6]
    assert last["commands"][0].startswith("mnist-tui compare --seeds 2 ")
    assert "Batch normalisation: the same network in each of 2 seeds: same." in last["findings"]
    assert "Seed: 5, 6" in output.read_text(encoding="utf-8")


@pytest.mark.quick
def test_force_refuses_a_place_that_is_not_there_before_it_trains(command: Command, tmp_path: Path) -> None:
    output = tmp_path / "missing" / "results.md"
    result = command("compare", "--dataset", "sample", "--force", "-o", output)
    assert_refused(result, 1, str(output.parent))
    assert list_runs() == []


@pytest.mark.quick
def test_what_the_rows_set_themselves_is_refused(command: Command) -> None:
    assert_refused(command("compare", "--dataset", "sample", "--l2-lambda", "5"), 2, "--l2-lambda")


@pytest.mark.quick
def test_the_rows_share_what_is_given(command: Command, played: ScriptedExecutor) -> None:
    options = ("--optimizer", "adam", "--learning-rate", "0.002", "--dropout", "0.1", *SMALL)
    result = command("compare", "--dataset", "sample", *options)
    assert_done(result)
    shared = RunConfig(
        dataset="sample",
        optimizer="adam",
        learning_rate=0.002,
        dropout=0.1,
        hidden=(16,),
        batch_size=64,
        threads=1,
    )
    assert configs_of_runs() == classic_rows(shared)
    assert result.stdout.splitlines()[-1] == (
        "Unlike the study with these three rows: Batch 64, not 256; Optimizer adam, not sgd; "
        "Dropout 0.1, not 0."
    )


@pytest.mark.quick
def test_output_that_cannot_say_lambda_costs_no_report(
    played: ScriptedExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed, report = io.BytesIO(), tmp_path / "results.md"
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="latin-1"))
    monkeypatch.setattr(sys, "argv", ["mnist-tui", "compare", "--dataset", "sample", "-o", str(report)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert b"Yes (? = 0.1)" in printed.getvalue()
    assert "λ = 0.1" in report.read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------ sweeps


@pytest.mark.quick
def test_a_sweep_is_a_row_for_each_value_and_reports_the_command(
    command: Command, played: ScriptedExecutor, tmp_path: Path
) -> None:
    output = tmp_path / "results.md"
    sweep = ("compare", "--sweep", "l2_lambda=0,0.1")
    result = command(*sweep, "--dataset", "sample", *SMALL, "--output", output, "--figures", "none")
    assert_done(result)
    assert [config.l2_lambda for config in configs_of_runs()] == [0, 0.1]
    report = output.read_text(encoding="utf-8")
    for row in ("| plain | No | No |", "| l2 0.1 | No | Yes (λ = 0.1) |"):
        assert row in result.stdout
        assert row in report
    assert "| batchnorm |" not in report
    assert "study" not in report
    _, block, _ = report.split("```")
    [_, again] = block.splitlines()
    assert again.startswith("mnist-tui compare --sweep l2_lambda=0,0.1 --dataset sample --hidden 16 ")


@pytest.mark.quick
def test_two_sweeps_are_a_grid_whose_lines_tell_the_rows_apart(
    command: Command, played: ScriptedExecutor
) -> None:
    sweeps = ("--sweep", "hidden=4;8,4", "--sweep", "l2-lambda=0,0.1")
    result = command("compare", *sweeps, "--preset", "batchnorm", "--dataset", "sample", "--threads", "1")
    assert_done(result)
    grid = [((4,), 0), ((4,), 0.1), ((8, 4), 0), ((8, 4), 0.1)]
    configs = configs_of_runs()
    assert [(config.hidden, config.l2_lambda) for config in configs] == grid
    assert all(config.batch_norm for config in configs)
    labels = [f"batchnorm{l2}, hidden {hidden}" for hidden in ("4", "8, 4") for l2 in ("", " + l2 0.1")]
    lines, table, *_ = result.stdout.split("\n\n")
    planned, *shown = [line.partition(":")[0] for line in lines.splitlines()]
    assert planned.startswith("4 runs, ")
    assert list(dict.fromkeys(shown)) == labels
    assert [line.split(" | ")[0] for line in table.splitlines()[2:]] == [f"| {label}" for label in labels]
