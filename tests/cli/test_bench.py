"""`mnist-tui bench`, with contenders to order: tests/benchmark measures for real."""

import json
import re
from pathlib import Path

import pytest

from mnist_tui.cores import auto_threads
from mnist_tui.runs.layout import list_runs
from tests.benchmark.helpers import StandIns
from tests.command import Command, assert_done


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIns:
    """Contenders whose speeds are agreed on."""
    monkeypatch.setenv("COLUMNS", "100")
    return StandIns.make(tmp_path, monkeypatch)


@pytest.mark.usefixtures("stand_ins")
def test_bench_prints_one_json_object(command: Command) -> None:
    result = command("bench", "--rounds", "1", "--steps", "2", "--json")
    assert_done(result)
    [line] = result.stdout.splitlines()
    record = json.loads(line)
    assert record.keys() >= {"rows", "ratios", "versions", "threads"}
    assert record["processor"]
    assert record["backends"]["mnist-tui"] == "products of mnist-tui"
    assert record["threads"] == auto_threads()
    names = [row["name"] for row in record["rows"]]
    assert names[:2] == ["matrix products alone (the floor)", "mnist-tui"]
    assert len(names) == 7
    assert not any("PyTorch" in name for name in names)
    assert all(len(row["rounds"]) == 1 and row["images_per_second"] > 0 for row in record["rows"])
    assert list_runs() == []


def test_bench_prints_speeds_and_ratios_without_a_verdict(command: Command, stand_ins: StandIns) -> None:
    result = command("bench", "--rounds", "2", "--steps", "7")
    assert_done(result)
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
    assert "Matrices: NumPy by products of mnist-tui." in " ".join(result.stdout.split())


def test_bench_says_in_one_sentence_that_a_contender_died(command: Command, stand_ins: StandIns) -> None:
    stand_ins.interpreter.write_text("#!/bin/true\n")
    result = command("bench", "--rounds", "2", "--steps", "7")
    assert (result.returncode, result.stdout) == (1, "")
    [sentence] = result.stderr.splitlines()
    assert sentence.startswith("mnist-tui: The process of “matrix products alone (the floor)” ended")
