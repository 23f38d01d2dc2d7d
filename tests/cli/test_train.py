"""`mnist-tui train`, with a process that trains."""

import signal
from pathlib import Path

from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run, Status
from mnist_tui.settings.presets import PRESETS
from tests.cli.conftest import SMALL
from tests.command import Command, assert_done, json_lines, mnist_tui, running


def test_a_line_an_epoch_where_there_is_no_terminal(trained_home: tuple[Path, str]) -> None:
    start, *epochs, end = trained_home[1].splitlines()
    assert start.startswith("my run: tiny/ 270 / 30 / 100, ")
    assert [line.split("  ")[0] for line in epochs] == ["my run: epoch 1/2", "my run: epoch 2/2"]
    assert "validation accuracy" in epochs[0]
    assert end.startswith("my run: completed after 2 epochs")
    assert "test accuracy" in end
    assert "\x1b" not in trained_home[1]


def test_events_as_json_lines(tiny_data: Path) -> None:
    result = mnist_tui("train", "--dataset", tiny_data, *SMALL, "--epochs", "2", "--batch-norm", "--json")
    assert_done(result)
    events = json_lines(result)
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
    [path] = list_runs()
    assert Run.load(RunDirectory(path))[0].status is Status.STOPPED


def test_a_run_that_fails_says_why_and_what_to_do(command: Command, tiny_data: Path) -> None:
    result = command("train", "--dataset", tiny_data, *SMALL, "--learning-rate", "100", "--l2-lambda", "1000")
    assert result.returncode == 1
    [sentence] = result.stderr.splitlines()
    assert "learning rate 100 is likely too high" in sentence


def test_a_preset_is_what_flags_change(command: Command, tiny_data: Path) -> None:
    assert_done(command("train", "--preset", "fast", "--dataset", tiny_data, *SMALL, "--epochs", "1"))
    [path] = list_runs()
    config = RunDirectory(path).read_config()
    given = {"hidden": (16,), "batch_size": 64, "threads": 1, "epochs": 1}
    assert {**PRESETS["fast"], **given} != PRESETS["fast"]
    assert vars(config).items() >= {**PRESETS["fast"], **given}.items()
