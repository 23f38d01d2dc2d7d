"""`mnist-tui compare` trains what is missing, and says which runs it takes from the home."""

import json
from pathlib import Path
from typing import Any

import pytest

from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.groups import list_groups
from mnist_tui.runs.layout import list_runs
from mnist_tui.settings.run_config import RunConfig
from tests.cli.conftest import SMALL
from tests.command import Command, Result, assert_done, assert_refused, json_lines
from tests.runs.helpers import epoch, finished, started_on, step

pytestmark = pytest.mark.quick

COMPARE = ("compare", "--dataset", "sample", *SMALL)
TRAIN = ("train", "--dataset", "sample", *SMALL)


@pytest.fixture(autouse=True)
def on_the_sample(played: ScriptedExecutor) -> None:
    """Runs are over as soon as they are started, on the data that they were asked for."""
    config = RunConfig(dataset="sample", threads=1)
    played.script = (started_on(config), step(1), epoch(1), finished())


def ids() -> list[str]:
    return [path.name for path in list_runs()]


def lines(result: Result) -> list[str]:
    """What it said before the table."""
    assert_done(result)
    return result.stdout.partition("\n\n")[0].splitlines()


def report(result: Result) -> dict[str, Any]:
    assert_done(result)
    return json_lines(result)[-1]


def test_what_was_compared_is_compared_again_without_training(command: Command, tmp_path: Path) -> None:
    first = report(command(*COMPARE, "--json"))
    trained = ids()
    output = tmp_path / "results.md"
    again = command(*COMPARE, "--output", output)
    labels = ["plain", "batchnorm", "l2 0.1"]
    assert lines(again) == [
        "3 runs, trained earlier",
        *(
            f"{label}: taken from {run_id}, trained earlier"
            for label, run_id in zip(labels, trained, strict=True)
        ),
    ]
    assert ids() == trained
    assert all(run_id in output.read_text(encoding="utf-8") for run_id in trained)
    assert report(command(*COMPARE, "--json")) == first


def test_only_missing_rows_and_seeds_are_trained(command: Command) -> None:
    assert_done(command(*TRAIN, "--seed", "1"))
    [plain] = ids()
    said = lines(command(*COMPARE, "--seeds", "2"))
    assert said[0].startswith("6 runs, 1 of them trained earlier, ")
    assert said[1:2] == [
        f"plain, seed 1: taken from {plain}, trained earlier",
    ]
    assert len(ids()) == 6
    assert "batchnorm, seed 0: " in said[-10]
    assert not [line for line in said[2:] if line.startswith("plain, seed 1:")]


def test_programs_are_told_of_the_plan_and_of_each_run_that_is_taken(command: Command) -> None:
    assert_done(command(*TRAIN, "--l2-lambda", "0.1"))
    [taken] = ids()
    planned, told, *events, comparison = json_lines(command(*COMPARE, "--json"))
    assert planned == planned | {"event": "plan", "v": 1, "runs": 3, "taken": 1}
    assert told == {"event": "taken", "v": 1, "run_id": taken, "label": "l2 0.1", "seed": 0}
    assert {event["run_id"] for event in events} == {*ids()} - {taken}
    assert [(row["label"], row["runs"]) for row in comparison["rows"]] == [
        ("plain", [ids()[1]]),
        ("batchnorm", [ids()[2]]),
        ("l2 0.1", [taken]),
    ]


def test_a_run_under_another_name_is_taken_under_the_name_of_its_row(command: Command) -> None:
    assert_done(command(*TRAIN, "--name", "first try"))
    result = report(command(*COMPARE, "--seeds", "2", "--json"))
    assert [(row["label"], row["seeds"]) for row in result["rows"]] == [
        ("plain", [0, 1]),
        ("batchnorm", [0, 1]),
        ("l2 0.1", [0, 1]),
    ]


def test_more_seeds_of_a_sweep_train_only_those(command: Command) -> None:
    sweep = ("--sweep", "l2_lambda=0,0.1,1")
    assert_done(command(*COMPARE, *sweep))
    assert_done(command(*COMPARE, *sweep, "--seeds", "3"))
    assert len(ids()) == 9
    assert [group.seeds for group in list_groups()] == [(0,), (0, 1, 2)]
    result = json.loads(command("report", "--format", "json").stdout)
    assert [row["seeds"] for row in result["rows"]] == [[0, 1, 2]] * 3


def test_fresh_trains_all_the_same(command: Command) -> None:
    assert_done(command(*COMPARE))
    before = ids()
    assert lines(command(*COMPARE, "--fresh"))[0].startswith("3 runs, at most ")
    assert len(ids()) == 6
    later = report(command(*COMPARE, "--json"))
    assert [run for row in later["rows"] for run in row["runs"]] == ids()[3:], "the newest are taken"
    assert not set(before) & {run["run_id"] for run in later["runs"]}


def test_train_always_trains(command: Command) -> None:
    for number in (1, 2):
        assert_done(command(*TRAIN))
        assert len(ids()) == number


# Switches


def test_an_ablation_is_a_row_for_each_combination(command: Command) -> None:
    switches = ("--ablate", "batch_norm,dropout=0.2")
    result = report(command(*COMPARE, *switches, "--seeds", "2", "--json"))
    labels = ["plain", "dropout 0.2", "batchnorm", "batchnorm + dropout 0.2"]
    assert [(row["label"], row["seeds"]) for row in result["rows"]] == [(label, [0, 1]) for label in labels]
    assert result["commands"][0].startswith("mnist-tui compare --ablate batch_norm,dropout=0.2 --seeds 2 ")
    assert report(command(*COMPARE, *switches, "--seeds", "2", "--json")) == result


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--ablate", "batch_norm", "--sweep", "epochs=1,2"), ["ablate and sweep", "leave one"]),
        (("--ablate", "batch_norm", "--batch-norm"), ["--batch-norm", "row by row"]),
        (("--ablate", "l2_lambda"), ["l2_lambda=0.01"]),
        (("--ablate", ""), ["1 to 6 switches"]),
        (("--seeds", "0"), ["seeds must be from 1 to 100, not 0"]),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_trains(
    command: Command, options: tuple[str, ...], words: list[str]
) -> None:
    assert_refused(command("compare", "--dataset", "sample", *options), 2, *words)
    assert ids() == []
