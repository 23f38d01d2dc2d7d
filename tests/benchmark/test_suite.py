"""The benchmark: processes that take turns, and what comes of it."""

import json
import os
import runpy
import subprocess
import sys
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mnist_tui.benchmark import child
from mnist_tui.benchmark.contenders import CONTENDERS
from mnist_tui.benchmark.suite import Entry, Suite
from mnist_tui.errors import RunError
from mnist_tui.machine import blas
from tests.benchmark.helpers import SMALL, Recorder, StandIns, planned


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[str]]:
    """Those that a suite starts."""
    started: list[subprocess.Popen[str]] = []

    class Recording(subprocess.Popen[str]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recording)
    return started


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIns:
    """What a suite takes for contenders."""
    return StandIns.make(tmp_path, monkeypatch)


def compete(rounds: int, steps: int, *entries: Entry) -> list[str]:
    """Let entries take turns; what the suite told meanwhile."""
    suite, told = Suite(1), list[str]()
    suite.entries = list(entries)
    suite.run(rounds, steps, told.append)
    return told


@pytest.mark.quick
def test_child_trains_as_many_steps_as_each_line_says_and_answers_with_the_seconds_that_took(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By a clock that goes on by 2 seconds a step, and stands still otherwise."""
    clock = [100.0]

    class Timed(Recorder):
        def train(self, steps: int) -> None:
            clock[0] += 2 * steps

    monkeypatch.setitem(CONTENDERS, "timed", Timed)
    monkeypatch.setattr(child, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
    monkeypatch.setattr(sys, "stdin", StringIO("3\n1\n20\n"))
    child.main("timed", json.dumps(SMALL.to_dict()))
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[0].pop("backend") == blas()
    assert answers == [{"ready": True}, {"seconds": 6}, {"seconds": 2}, {"seconds": 40}]


def test_real_contenders_compete_and_are_gone_afterwards(
    processes: list[subprocess.Popen[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever lies in the working directory, and where PyTorch cannot be imported."""
    (tmp_path / "numpy.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "torch.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"), prepend=os.pathsep)
    floor, ours = Entry("floor", "matrix products", SMALL), Entry("ours", "mnist-tui", SMALL, copies=2)
    torch = Entry("torch", "pytorch", SMALL)
    compete(2, 3, floor, ours, torch)
    assert (floor.installed, ours.installed, torch.installed) == (True, True, False)
    assert (len(floor.speeds), len(ours.speeds), len(torch.speeds)) == (2, 2, 0)
    assert min(floor.speeds + ours.speeds) > 0
    assert len(processes) == 4
    assert all(process.returncode is not None for process in processes)


def test_contenders_take_turns_and_nobody_works_in_the_turn_of_another(stand_ins: StandIns) -> None:
    told = compete(2, 17, planned("a"), planned("b", ready=False), planned("c"))
    assert stand_ins.turns == 3 * [f"{name} {what}" for name in "ac" for what in ("begins 17", "ends")]
    assert [text[-1] for text in told[3:]] == ["a", "c"] * 3
    for text, words in zip(told[3::2], ("warm-up", "1/2", "2/2"), strict=True):
        assert words in text


@pytest.mark.usefixtures("stand_ins")
def test_speeds_are_images_per_second_of_each_round_and_the_warm_up_does_not_count() -> None:
    alone = planned("a", seconds=[0.001, 2, 4, 8, 16])
    together = planned("b", copies=3, seconds=[0.001, 2, 4, 8, 16])
    compete(4, 10, alone, together)
    assert alone.speeds == [640 / 2, 640 / 4, 640 / 8, 640 / 16]
    assert together.speeds == [3 * speed for speed in alone.speeds]
    assert (alone.best, alone.median) == (320, 120)


@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize("when", ["before it is ready", "between two turns", "in the warm-up", "in round 2"])
def test_contender_that_dies_ends_the_benchmark_with_one_sentence_and_all_other_processes(
    processes: list[subprocess.Popen[str]], when: str
) -> None:
    with pytest.raises(RunError, match=r"^[^\n]*“the weak one”[^\n]*\.$"):
        compete(2, 5, planned("a"), planned("the weak one", dies=when, copies=2), planned("c"))
    assert len(processes) == 4
    assert all(process.returncode is not None for process in processes)


def measured(*, pytorch: bool = True) -> Suite:
    """A suite that is over: the best round in the middle of two that nothing may depend on."""
    suite = Suite(2)
    for entry, best in zip(suite.entries, (840, 700, 600, 900, 500, 400, 350, 280, 140), strict=True):
        if entry.contender != "pytorch" or pytorch:
            entry.speeds = [best / 10, best, best / 2]
    return suite


@pytest.mark.quick
def test_ratios_compare_the_best_round_of_each_entry_and_leave_out_what_is_not_installed() -> None:
    ratios = measured().ratios()
    assert [ratio.value for ratio in ratios] == pytest.approx([1.2, 1.4, 1.4, 1.5, 1.8, 2, 2.5, 5])
    assert measured(pytorch=False).ratios() == [ratio for ratio in ratios if "PyTorch" not in ratio.name]


@pytest.mark.quick
def test_record_is_json_of_what_was_measured_without_a_verdict() -> None:
    record = measured(pytorch=False).to_record()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert (record["threads"], record["network"], record["batch_size"]) == (2, [784, 512, 256, 10], 256)
    ours = {"name": "mnist-tui", "images_per_second": 700, "median_images_per_second": 350}
    assert record["rows"][1] == {**ours, "rounds": [70, 700, 350]}
    assert len(record["rows"]) == 7
    assert {*record["ratios"][0]} == {"name", "value"}


@pytest.mark.quick
def test_every_ratio_has_a_goal_of_ours() -> None:
    script = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "check_speed.py"))
    record = measured().to_record()
    assert [name for name, *_ in script["check"](record)] == list(script["GOALS"])
    holds = [holds for *_, holds in script["check"](record)]
    assert holds == [True, False, True, True, True, False, False, False]
