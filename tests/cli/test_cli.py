"""The real command in a process of its own: what it prints, writes, refuses, and its exit codes."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mnist_tui import __version__
from mnist_tui.cores import auto_threads
from mnist_tui.runs.layout import create, list_runs
from mnist_tui.settings.presets import PRESETS
from tests.benchmark.helpers import StandIns
from tests.command import assert_refused, mnist_tui, running
from tests.conftest import write_idx
from tests.runs.helpers import finished, make_run, started, tiny_config

SMALL = ("--hidden", "16", "--batch-size", "64", "--threads", "1")


@pytest.fixture(scope="module")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home with one run that the command trained, and what it printed."""
    home = tmp_path_factory.mktemp("trained")
    data = write_idx(tmp_path_factory.mktemp("data") / "tiny", 300, 100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(home))
        result = mnist_tui("train", "--dataset", data, *SMALL, "--epochs", "2", "--name", "my run")
    assert (result.returncode, result.stderr) == (0, "")
    return home, result.stdout


@pytest.fixture
def run_id(trained_home: tuple[Path, str], home: Path) -> str:
    """The id of a trained run in the test's own home."""
    shutil.copytree(trained_home[0], home, dirs_exist_ok=True)
    [path] = list_runs()
    return path.name


# ---------------------------------------------------------------------------------------------- training


def test_train_prints_a_line_an_epoch_where_there_is_no_terminal(trained_home: tuple[Path, str]) -> None:
    start, *epochs, end = trained_home[1].splitlines()
    assert start.startswith("my run: tiny/ 270 / 30 / 100, ")
    assert [line.split("  ")[0] for line in epochs] == ["my run: epoch 1/2", "my run: epoch 2/2"]
    assert "validation accuracy" in epochs[0]
    assert end.startswith("my run: completed after 2 epochs")
    assert "test accuracy" in end
    assert "\x1b" not in trained_home[1]


def test_train_streams_events_as_json_lines(tiny_data: Path) -> None:
    result = mnist_tui("train", "--dataset", tiny_data, *SMALL, "--epochs", "2", "--batch-norm", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    kinds = [event["event"] for event in events]
    assert kinds[0] == "run_started"
    assert kinds[-1] == "run_finished"
    assert kinds.count("epoch") == 2
    assert {event["v"] for event in events} == {1}
    assert {event["run_id"] for event in events} == {path.name for path in list_runs()}
    assert events[-1]["status"] == "completed"


def test_sigint_stops_the_run_and_keeps_it(tiny_data: Path) -> None:
    with running(
        "train", "--dataset", str(tiny_data), *SMALL, "--epochs", "10000", "--early-stopping", "0"
    ) as process:
        assert process.stdout
        assert process.stderr
        assert next(line for line in process.stdout if "epoch 1/" in line)
        process.send_signal(signal.SIGINT)
        *_, end = process.stdout
        assert process.wait() == 130
        assert process.stderr.read() == ""
    assert "stopped after" in end
    assert "test accuracy" in end
    [line] = mnist_tui("runs", "--json").stdout.splitlines()
    assert json.loads(line)["status"] == "stopped"


def test_a_run_that_fails_says_why_and_what_to_do(tiny_data: Path) -> None:
    result = mnist_tui(
        "train", "--dataset", tiny_data, *SMALL, "--learning-rate", "100", "--l2-lambda", "1000"
    )
    assert result.returncode == 1
    assert "learning rate 100 is likely too high" in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_compare_writes_the_report_and_prints_the_table(tiny_data: Path, tmp_path: Path) -> None:
    output = tmp_path / "results.md"
    result = mnist_tui(
        "compare", "--dataset", tiny_data, "--hidden", "16", "--epochs", "1", "--output", output
    )
    assert (result.returncode, result.stderr) == (0, "")
    report = output.read_text(encoding="utf-8")
    rows = [
        line for line in report.splitlines() if line.startswith(("| plain |", "| batchnorm |", "| l2 0.1 |"))
    ]
    header = "| Model | Batch Normalization | L2 Regularization | Test Accuracy |"
    assert header in report
    assert header in result.stdout
    assert all(row in result.stdout for row in rows[:3])
    assert "mnist-tui compare --dataset" in report
    assert result.stdout.endswith(f"Report: {output}\n")
    assert len(list_runs()) == 3

    before = output.read_bytes()
    again = mnist_tui("compare", "--dataset", tiny_data, "--epochs", "1", "--output", output)
    assert_refused(again, 2, str(output), "exists already", "--force")
    assert output.read_bytes() == before
    assert len(list_runs()) == 3, "refused before anything was trained"


def test_compare_json_with_seeds_and_force(tiny_data: Path, tmp_path: Path) -> None:
    output = tmp_path / "results.md"
    output.write_text("old")
    result = mnist_tui(
        *("compare", "--dataset", tiny_data, "--hidden", "4", "--epochs", "1", "--seed", "5", "--seeds", "2"),
        *("--json", "--force", "-o", output),
    )
    assert (result.returncode, result.stderr) == (0, "")
    *events, last = [json.loads(line) for line in result.stdout.splitlines()]
    assert sum(event["event"] == "run_finished" for event in events) == 6
    assert last["event"] == "comparison"
    assert sorted(run["seed"] for run in last["runs"]) == [5, 5, 5, 6, 6, 6]
    assert last["commands"][0].startswith("mnist-tui compare --seeds 2 ")
    assert "Seed: 5, 6" in output.read_text(encoding="utf-8")


def test_compare_with_force_refuses_a_place_that_is_not_there_before_it_trains(
    tiny_data: Path, tmp_path: Path
) -> None:
    output = tmp_path / "missing" / "results.md"
    result = mnist_tui(
        "compare", "--dataset", tiny_data, "--hidden", "4", "--epochs", "1", "--force", "-o", output
    )
    assert_refused(result, 1, str(output.parent))
    assert list_runs() == []


# ------------------------------------------------------------------------------------- what was trained


def test_runs_lists_what_was_trained(run_id: str) -> None:
    header, line = mnist_tui("runs").stdout.splitlines()
    assert header.split("\t")[:3] == ["run", "name", "status"]
    assert line.split("\t")[:4] == [run_id, "my run", "completed", "2/2"]


def test_no_runs_say_how_to_make_one() -> None:
    result = mnist_tui("runs")
    assert result.returncode == 0
    assert "mnist-tui train" in result.stdout
    assert mnist_tui("runs", "--json").stdout == ""


def test_runs_show_tells_everything_and_the_command_to_train_it_again(run_id: str) -> None:
    result = mnist_tui("runs", "show", run_id[-6:])
    assert result.returncode == 0
    for words in (
        run_id,
        "status: completed",
        "epochs           2",
        "again: mnist-tui train ",
        "--name 'my run'",
    ):
        assert words in result.stdout
    record = json.loads(mnist_tui("runs", "show", run_id, "--json").stdout)
    assert record["run_id"] == run_id
    assert record["config"]["hidden"] == [16]
    assert record["result"]["status"] == "completed"
    assert Path(record["directory"], "model.safetensors").exists()


def test_delete_asks_and_deletes(run_id: str) -> None:
    assert_refused(mnist_tui("runs", "delete", run_id), 2, "--yes")
    assert len(list_runs()) == 1
    result = mnist_tui("runs", "delete", run_id, "--yes")
    assert (result.returncode, result.stdout) == (0, f"Deleted {run_id}.\n")
    assert list_runs() == []


def test_delete_leaves_a_run_that_trains_alone() -> None:
    directory = make_run([started()])
    with directory.lock():
        assert_refused(mnist_tui("runs", "delete", directory.run_id, "--yes"), 1, "is being trained")
    assert directory.path.exists()


def test_report_formats(run_id: str, tmp_path: Path) -> None:
    assert "| my run | No | No |" in mnist_tui("report").stdout
    [record] = csv.DictReader(io.StringIO(mnist_tui("report", run_id, "--format", "csv").stdout))
    assert record["run_id"] == run_id
    assert json.loads(mnist_tui("report", "--format", "json").stdout)["runs"][0]["run_id"] == run_id
    output = tmp_path / "report.md"
    output.touch()
    assert_refused(mnist_tui("report", "--output", output), 2, str(output), "exists already")
    assert mnist_tui("report", "--output", output, "--force").returncode == 0
    assert f"`{run_id}`" in output.read_text(encoding="utf-8")


def test_report_without_a_finished_run_says_how_to_get_one() -> None:
    assert_refused(mnist_tui("report"), 1, "mnist-tui train")


def test_a_damaged_run_does_not_get_in_the_way_of_the_others(tiny_data: Path) -> None:
    damaged = create(tiny_config(tiny_data))
    damaged.config_path.write_text('{"l2_lambda": 1' + "0" * 400 + "}")
    good = make_run([started(), finished()])
    result = mnist_tui("runs", "--json")
    assert [json.loads(line)["run_id"] for line in result.stdout.splitlines()] == [good.run_id]
    assert (result.returncode, result.stderr) == (0, "")


def test_a_reader_that_has_seen_enough_is_no_error(run_id: str) -> None:
    with running("runs") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.wait() == 0
        assert process.stderr.read() == ""


# -------------------------------------------------------------------------------------------------- data


def test_data_status_tells_what_auto_means() -> None:
    result = mnist_tui("data")
    assert result.returncode == 0
    assert "MNIST sample 3,600 / 400 / 1,000" in result.stdout
    assert "mnist-tui data fetch" in result.stdout


def test_data_status_verifies_what_is_there(tiny_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tiny_data))
    result = mnist_tui("data", "status")
    assert result.returncode == 2
    assert "SHA-256" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "complete" not in result.stdout


@pytest.mark.full_mnist
def test_data_status_of_full_mnist(full_mnist: Path) -> None:
    result = mnist_tui("data", "status")
    assert result.returncode == 0
    assert "MNIST 55,000 / 5,000 / 10,000" in result.stdout
    assert str(full_mnist) in result.stdout


# --------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train", "--l2-lambda", "-1"), ("l2_lambda", "-1", "0 to 1,000")),
        (("train", "--l2-lambda", "nan"), ("l2_lambda", "nan", "finite")),
        (("train", "--l2-lambda", "much"), ("l2_lambda", "“much”", "a number")),
        (("train", "--hidden", "0"), ("hidden", "0", "1 to 4,096")),
        (("compare", "--hidden", "10000000"), ("hidden", "10000000", "1 to 4,096")),
        (("train", "--name", "a\nb\x1b[31m"), ("name", "printable")),
        (("train", "--dataset", "/no/such/place"), ("/no/such/place", "directory")),
        (("train", "--dataset", "mnist"), ("mnist-tui data fetch",)),
        (("train", "--warp-drive"), ("--warp-drive", "--help")),
        (("train", "--epochs"), ("--epochs", "--help")),
        (("compare", "--seeds", "0"), ("seeds", "1 to 100", "0")),
        (("report", "--format", "pdf"), ("pdf", "md")),
        (("dance",), ("dance", "--help")),
        (("train", "--preset", "turbo"), ("turbo", "fast", "best")),
        (("compare", "--sweep", "lambda=0,1"), ("sweep", "SETTING=VALUE", "l2_lambda")),
        (("compare", "--sweep", "batch_norm=off,on", "--no-batch-norm"), ("--batch-norm", "row by row")),
        (("compare", "--sweep", "seed=1,2", "--seeds", "2"), ("seeds", "sweep over seed")),
        (
            ("compare", "--sweep", "augment=shift,affine", "--augment-strength", "1.5"),
            ("whole pixels", "1.5"),
        ),
        (("bench", "--rounds", "0"), ("rounds", "1 to 10,000", "0")),
        (("bench", "--steps", "10001"), ("steps", "1 to 10,000", "10001")),
    ],
    ids=lambda value: " ".join(value).encode("unicode_escape").decode() if isinstance(value, tuple) else None,
)
def test_bad_input_gets_one_sentence(arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    assert_refused(mnist_tui(*arguments), 2, *words)
    assert list_runs() == []


@pytest.mark.parametrize("query", ["../../etc", "nothing"])
def test_a_run_that_is_not_there_is_said_to_be_missing(query: str) -> None:
    assert_refused(mnist_tui("runs", "show", query), 1, query, "mnist-tui runs")


def test_a_data_directory_without_the_files_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_TUI_DATA_DIR", str(tmp_path))
    assert_refused(mnist_tui("train"), 2, "MNIST_TUI_DATA_DIR", "train-images-idx3-ubyte.gz")


@pytest.mark.parametrize(("place", "code"), [("a file", 1), ("~no-such-user-here/x", 2)])
def test_a_home_that_cannot_be_used_names_the_variable(
    tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, code: int
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("MNIST_TUI_HOME", place if place.startswith("~") else str(tmp_path / place))
    assert_refused(mnist_tui("train", "--dataset", tiny_data, *SMALL), code, "MNIST_TUI_HOME")


def test_the_dashboard_without_a_terminal_says_what_to_use_instead() -> None:
    assert_refused(mnist_tui(), 2, "terminal", "mnist-tui train", "mnist-tui compare")


def test_help_and_version_need_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TUI_HOME", os.devnull)
    text = mnist_tui("train", "--help").stdout
    assert "--l2-lambda" in text
    assert "--batch-norm" in text
    assert mnist_tui("--version").stdout.strip() == __version__


def test_compare_refuses_what_its_rows_set_themselves(tiny_data: Path) -> None:
    assert_refused(mnist_tui("compare", "--dataset", tiny_data, "--l2-lambda", "5"), 2, "--l2-lambda")


def test_compare_takes_what_its_rows_share(tiny_data: Path) -> None:
    options = ("--optimizer", "adam", "--dropout", "0.1", "--epochs", "1", *SMALL)
    assert mnist_tui("compare", "--dataset", tiny_data, *options).returncode == 0
    runs = [json.loads(line)["config"] for line in mnist_tui("runs", "--json").stdout.splitlines()]
    assert {(run["optimizer"], run["dropout"], run["batch_size"]) for run in runs} == {("adam", 0.1, 64)}
    assert [(run["batch_norm"], run["l2_lambda"]) for run in runs] == [(False, 0), (True, 0), (False, 0.1)]


def test_output_that_cannot_say_lambda_costs_no_report(
    tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    report = tmp_path / "results.md"
    result = mnist_tui("compare", "--dataset", tiny_data, *SMALL, "--output", report)
    assert result.returncode == 0
    assert "λ = 0.1" in report.read_text(encoding="utf-8")


def test_a_directory_without_the_files_is_refused_before_a_run_is_made(tmp_path: Path, home: Path) -> None:
    assert_refused(mnist_tui("train", "--dataset", tmp_path), 2, "train-images-idx3-ubyte.gz")
    assert not (home / "runs").exists()


def test_report_names_the_run_that_has_no_result(tiny_data: Path) -> None:
    mnist_tui("train", "--dataset", tiny_data, "--learning-rate", "100", "--l2-lambda", "1000")
    [run] = map(json.loads, mnist_tui("runs", "--json").stdout.splitlines())
    assert_refused(mnist_tui("report", run["run_id"]), 1, "no result")


# --------------------------------------------------------------------------------------- presets, sweeps


def configs_of_runs() -> list[dict[str, Any]]:
    """The settings of every run, oldest first."""
    return [json.loads(line)["config"] for line in mnist_tui("runs", "--json").stdout.splitlines()]


def test_a_preset_is_what_flags_change(tiny_data: Path) -> None:
    result = mnist_tui("train", "--preset", "fast", "--dataset", tiny_data, *SMALL, "--epochs", "1")
    assert (result.returncode, result.stderr) == (0, "")
    [config] = configs_of_runs()
    given = {"hidden": [16], "batch_size": 64, "threads": 1, "epochs": 1}
    assert config.items() >= {**PRESETS["fast"], **given}.items()
    assert {**PRESETS["fast"], **given} != PRESETS["fast"]


def test_a_sweep_trains_a_row_for_each_value_and_reports_the_command(tiny_data: Path, tmp_path: Path) -> None:
    output = tmp_path / "results.md"
    result = mnist_tui(
        *("compare", "--sweep", "l2_lambda=0,0.1", "--dataset", tiny_data, *SMALL, "--epochs", "1"),
        *("--output", output),
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert [config["l2_lambda"] for config in configs_of_runs()] == [0, 0.1]
    report = output.read_text(encoding="utf-8")
    for row in ("| plain | No | No |", "| l2 0.1 | No | Yes (λ = 0.1) |"):
        assert row in result.stdout
        assert row in report
    assert "| batchnorm |" not in report
    _, block, _ = report.split("```")
    [_, command] = block.splitlines()
    assert command.startswith(f"mnist-tui compare --sweep l2_lambda=0,0.1 --dataset {tiny_data} --hidden 16 ")


def test_two_sweeps_are_a_grid_whose_lines_tell_the_rows_apart(tiny_data: Path) -> None:
    sweeps = ("--sweep", "hidden=4;8,4", "--sweep", "l2-lambda=0,0.1")
    options = ("--preset", "batchnorm", "--dataset", tiny_data, "--epochs", "1", "--threads", "1")
    result = mnist_tui("compare", *sweeps, *options)
    assert (result.returncode, result.stderr) == (0, "")
    grid = [([4], 0), ([4], 0.1), ([8, 4], 0), ([8, 4], 0.1)]
    configs = configs_of_runs()
    assert [(config["hidden"], config["l2_lambda"]) for config in configs] == grid
    assert all(config["batch_norm"] for config in configs)
    labels = [f"batchnorm{l2}, hidden {hidden}" for hidden in ("4", "8, 4") for l2 in ("", " + l2 0.1")]
    lines, table = result.stdout.split("\n\n")
    assert [line.partition(":")[0] for line in lines.splitlines()] == [
        one for one in labels for _ in range(3)
    ]
    assert [line.split(" | ")[0] for line in table.splitlines()[2:]] == [f"| {label}" for label in labels]


# ------------------------------------------------------------------------------------------------- speed


def test_bench_prints_one_json_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured for real, on a machine without PyTorch."""
    (tmp_path / "torch.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    result = mnist_tui("bench", "--rounds", "1", "--steps", "2", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    [line] = result.stdout.splitlines()
    record = json.loads(line)
    assert record.keys() >= {"rows", "ratios", "versions", "threads"}
    assert record["threads"] == auto_threads()
    names = [row["name"] for row in record["rows"]]
    assert names[:2] == ["matrix products alone (the floor)", "mnist-tui"]
    assert len(names) == 7
    assert not any("PyTorch" in name for name in names)
    assert all(len(row["rounds"]) == 1 and row["images_per_second"] > 0 for row in record["rows"])
    assert list_runs() == []


def bench_with(stand_ins: StandIns) -> subprocess.CompletedProcess[str]:
    """`mnist-tui bench` with contenders whose speeds are agreed on."""
    code = "import sys; from mnist_tui.cli import main; sys.executable = sys.argv.pop(1); main()"
    return subprocess.run(
        [sys.executable, "-c", code, stand_ins.interpreter, "bench", "--rounds", "2", "--steps", "7"],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_bench_prints_speeds_and_ratios_without_a_verdict(tmp_path: Path) -> None:
    stand_ins = StandIns.make(tmp_path)
    result = bench_with(stand_ins)
    assert (result.returncode, result.stderr) == (0, "")
    assert sum(turn.endswith("begins 7") for turn in stand_ins.turns) == (2 + 1) * (6 + 3)
    cells = [re.split(r"  +", line.strip()) for line in result.stdout.splitlines()]
    assert ["Images per second, over all runs", "best round", "median", "of the floor"] in cells
    assert ["mnist-tui, batch norm", "3,584", "3,584", "100 %"] in cells
    assert ["mnist-tui, three runs at once", "10,752", "10,752", "300 %"] in cells
    assert ["PyTorch eager, batch norm", "not installed"] in cells
    assert ["Ratio", "measured"] in cells
    assert ["time of a step / floor", "1.00"] in cells
    assert ["time of a step with elastic / without", "1.00"] in cells
    assert "784-512-256-10, batch 256" in result.stdout


def test_bench_says_in_one_sentence_that_a_contender_died(tmp_path: Path) -> None:
    stand_ins = StandIns.make(tmp_path)
    stand_ins.interpreter.write_text(f"#!{sys.executable}\n")
    result = bench_with(stand_ins)
    assert (result.returncode, result.stdout) == (1, "")
    [sentence] = result.stderr.splitlines()
    assert sentence.startswith("mnist-tui: The process of “matrix products alone (the floor)” ended")
