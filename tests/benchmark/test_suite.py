"""The benchmark: contenders that do what they say, in processes that take turns, and what comes of it."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from importlib import metadata
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mnist_tui import __version__
from mnist_tui.benchmark import child
from mnist_tui.benchmark.contenders import CONTENDERS
from mnist_tui.benchmark.suite import Row, Suite, versions
from mnist_tui.errors import RunError
from mnist_tui.settings.run_config import RunConfig
from tests.benchmark.helpers import SMALL, Processes, Recorder, StandIns, planned


def quiet(_text: str) -> None:
    """Progress that nobody wants to see."""


# The process of a contender


@pytest.mark.usefixtures("few_images")
def test_child_trains_as_many_steps_as_each_line_says_and_answers_with_the_seconds_that_took(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By a clock that goes on by 2 seconds a step, and stands still otherwise."""
    clock = [100.0]
    trained: list[int] = []

    class Timed(Recorder):
        def train(self, steps: int) -> None:
            assert self.config == SMALL
            trained.append(steps)
            clock[0] += 2 * steps

    monkeypatch.setitem(CONTENDERS, "timed", Timed)
    monkeypatch.setattr(child, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
    monkeypatch.setattr(sys, "stdin", StringIO("3\n1\n20\n"))
    child.main("timed", json.dumps(SMALL.to_dict()))
    assert trained == [3, 1, 20]
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers == [{"ready": True}, {"seconds": 6}, {"seconds": 2}, {"seconds": 40}]


def command(contender: str) -> list[str]:
    return [sys.executable, "-m", "mnist_tui.benchmark.child", contender, json.dumps(SMALL.to_dict())]


def test_child_answers_each_line_at_once_and_leaves_when_nobody_is_there_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    with subprocess.Popen(
        command("mnist-tui"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        watchdog = threading.Timer(20, process.kill)
        watchdog.start()
        try:
            assert process.stdin
            assert process.stdout
            assert json.loads(process.stdout.readline()) == {"ready": True}
            for steps in (2, 1):
                process.stdin.write(f"{steps}\n")
                process.stdin.flush()
                answer = json.loads(process.stdout.readline())
                assert list(answer) == ["seconds"]
                assert 0 < answer["seconds"] < 20
            process.stdin.close()
            assert process.wait() == 0
            assert process.stdout.read() == ""
        finally:
            watchdog.cancel()
            process.kill()


def test_child_says_so_where_pytorch_cannot_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    result = subprocess.run(
        command("pytorch"), input="1\n", capture_output=True, text=True, timeout=60, check=True
    )
    assert (json.loads(result.stdout), result.stderr) == ({"ready": False}, "")


# Taking turns


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Processes:
    """Those that a suite starts."""
    started = Processes()

    class Recording(subprocess.Popen[str]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recording)
    return started


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIns:
    """What a suite takes for contenders."""
    made = StandIns.make(tmp_path)
    monkeypatch.setattr(sys, "executable", str(made.interpreter))
    return made


def suite_of(*rows: Row) -> Suite:
    suite = Suite(1)
    suite.rows = list(rows)
    return suite


def test_real_contenders_compete_and_are_gone_afterwards(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever lies in the working directory."""
    (tmp_path / "numpy.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    floor, ours = Row("floor", "matrix products", SMALL), Row("ours", "mnist-tui", SMALL, copies=2)
    suite_of(floor, ours).run(2, 3, quiet)
    for row in (floor, ours):
        assert row.installed
        assert len(row.speeds) == 2
        assert row.best == max(row.speeds) > row.median > min(row.speeds) > 0
    assert len(processes) == 3
    assert processes.all_over


def test_contenders_take_turns_and_nobody_works_in_the_turn_of_another(
    stand_ins: StandIns, processes: Processes
) -> None:
    told: list[str] = []
    suite_of(planned("a"), planned("b"), planned("c")).run(2, 17, told.append)
    a_round = [f"{name} {what}" for name in "abc" for what in ("begins 17", "ends")]
    assert stand_ins.turns == 3 * a_round
    assert len(told) == 3 + 3 * 3
    for texts, words in ((told[3:6], "warm-up"), (told[6:9], "1/2"), (told[9:], "2/2")):
        assert [words in text for text in texts] == [True] * 3
        assert [text[-1] for text in texts] == ["a", "b", "c"]
    assert len(processes) == 3
    assert processes.all_over


@pytest.mark.usefixtures("stand_ins")
def test_speeds_are_images_per_second_of_each_round_and_the_warm_up_does_not_count() -> None:
    row = planned("a", seconds=[0.001, 2, 4, 8, 16])
    suite_of(row).run(4, 10, quiet)
    assert row.speeds == [640 / 2, 640 / 4, 640 / 8, 640 / 16]
    assert row.best == 320
    assert row.median == 120


@pytest.mark.usefixtures("stand_ins")
def test_copies_work_together_until_the_last_is_done() -> None:
    """They take 1, 2 and 3 times as long as planned."""
    row = planned("a", copies=3, seconds=[1, 1, 4])
    suite_of(row).run(2, 10, quiet)
    assert row.speeds == [3 * 640 / 3, 3 * 640 / 12]


def test_copies_begin_before_any_of_them_ends(stand_ins: StandIns) -> None:
    for turn in range(3):
        os.mkfifo(stand_ins.place / f"pipe-{turn}")
    row = planned("a", copies=2, meets=True)
    suite_of(row, planned("b")).run(2, 1, quiet)
    together = ["a begins 1"] * 2 + ["a ends"] * 2
    assert stand_ins.turns == 3 * [*together, "b begins 1", "b ends"]


def test_contender_that_is_not_installed_is_left_out(stand_ins: StandIns, processes: Processes) -> None:
    rows = [planned("a"), planned("b", ready=False, copies=2), planned("c")]
    suite_of(*rows).run(1, 5, quiet)
    assert [row.installed for row in rows] == [True, False, True]
    assert [len(row.speeds) for row in rows] == [1, 0, 1]
    assert [turn for turn in stand_ins.turns if turn.startswith("b")] == []
    assert len(processes) == 4
    assert processes.all_over


@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize("when", ["before it is ready", "in the warm-up", "in round 1", "in round 2"])
def test_contender_that_dies_ends_the_benchmark_with_one_sentence_and_all_other_processes(
    processes: Processes, when: str
) -> None:
    with pytest.raises(RunError) as caught:
        suite_of(planned("a"), planned("the weak one", dies=when, copies=2), planned("c")).run(2, 5, quiet)
    assert "“the weak one”" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert len(processes) == 4
    assert processes.all_over


@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize("number", [1, 3, 5])
def test_interruption_leaves_no_process_behind(processes: Processes, number: int) -> None:
    told = itertools.count(1)

    def progress(_text: str) -> None:
        if next(told) == number:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suite_of(planned("a"), planned("b")).run(2, 5, progress)
    assert len(processes) == 2
    assert processes.all_over


@pytest.mark.usefixtures("stand_ins")
def test_contender_in_the_middle_of_its_turn_is_not_waited_for(processes: Processes) -> None:
    """It presses ctrl+c and works on."""
    with pytest.raises(KeyboardInterrupt):
        suite_of(planned("a"), planned("b", interrupts=True)).run(2, 5, quiet)
    assert processes.all_over
    assert processes[1].returncode == -signal.SIGKILL


def test_process_that_cannot_be_started_is_an_error_in_one_sentence_and_ends_the_others(
    stand_ins: StandIns, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting = subprocess.Popen

    def popen(command: list[str], **options: Any) -> subprocess.Popen[str]:
        if "b" in command:
            command = [str(stand_ins.place / "missing"), *command[1:]]
        return starting(command, **options)

    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(RunError, match=r"^[^\n]*could not be started \(No such file or directory\)\.$"):
        suite_of(planned("a"), planned("b")).run(1, 1, quiet)
    assert len(processes) == 1
    assert processes.all_over


# What it holds itself to


FLOOR, OURS, NORMED, THREE, TORCH, TORCH_NORMED, SHIFT, AFFINE, ELASTIC = range(9)
SPEEDS = [1000, 1000, 1000, 3000, 500, 500, 1000, 1000, 1000]
"""Images per second in the order of the table, for which every ratio holds."""


def measured(speeds: dict[int, float] | None = None, *, pytorch: bool = True) -> Suite:
    """A suite that is over: the best round in the middle of two that nothing may depend on."""
    suite = Suite(2)
    assert len(suite.rows) == len(SPEEDS)
    for number, row in enumerate(suite.rows):
        if row.contender == "pytorch" and not pytorch:
            row.installed = False
            continue
        best = (speeds or {}).get(number, SPEEDS[number])
        row.speeds = [best / 10, best, best / 2]
    return suite


LIMITS = [
    pytest.param(0, {FLOOR: 1200.0}, FLOOR, "at most 1.2", 1.2, id="floor"),
    pytest.param(1, {FLOOR: 240.0, NORMED: 200.0, OURS: 201.0}, FLOOR, "at most 1.2", 1.2, id="batch norm"),
    pytest.param(2, {OURS: 600.0}, OURS, "at least 1.2", 1.2, id="pytorch"),
    pytest.param(3, {NORMED: 600.0}, NORMED, "at least 1.2", 1.2, id="pytorch, batch norm"),
    pytest.param(4, {THREE: 750.0}, THREE, "at least 1.5", 1.5, id="three at once"),
    pytest.param(5, {SHIFT: 1000 / 1.12}, OURS, "at most 1.12", 1.12, id="shift"),
    pytest.param(6, {AFFINE: 1000 / 1.35}, OURS, "at most 1.35", 1.35, id="affine"),
    pytest.param(7, {ELASTIC: 1000 / 1.45}, OURS, "at most 1.45", 1.45, id="elastic"),
]


@pytest.mark.parametrize(("index", "speeds", "varied", "wanted", "limit"), LIMITS)
@pytest.mark.parametrize("factor", [0.999, 1.001])
def test_each_ratio_holds_on_one_side_of_its_limit(
    index: int, speeds: dict[int, float], varied: int, wanted: str, limit: float, factor: float
) -> None:
    """All ratios grow with the speed that is varied."""
    speed = speeds.get(varied, SPEEDS[varied])
    ratio = measured({**speeds, varied: factor * speed}).ratios()[index]
    assert ratio.value == pytest.approx(factor * limit)
    assert ratio.wanted == wanted
    assert ratio.holds == ((factor < 1) == wanted.startswith("at most"))


def test_ratios_compare_the_best_round_of_each_row() -> None:
    speeds = {
        FLOOR: 840.0,
        OURS: 700.0,
        NORMED: 600.0,
        THREE: 900.0,
        TORCH: 500.0,
        TORCH_NORMED: 400.0,
        SHIFT: 350.0,
        AFFINE: 280.0,
        ELASTIC: 140.0,
    }
    ratios = measured(speeds).ratios()
    assert [ratio.value for ratio in ratios] == pytest.approx([1.2, 1.4, 1.4, 1.5, 1.8, 2, 2.5, 5])
    assert [ratio.holds for ratio in ratios] == [True, False, True, True, True, False, False, False]
    for ratio, words in zip(
        ratios,
        (
            "floor",
            "floor, batch norm",
            "PyTorch",
            "PyTorch, batch norm",
            "three",
            "shift",
            "affine",
            "elastic",
        ),
        strict=True,
    ):
        assert words in ratio.name


def test_without_pytorch_the_other_ratios_are_the_same() -> None:
    with_pytorch, without = measured().ratios(), measured(pytorch=False).ratios()
    assert without == [ratio for ratio in with_pytorch if "PyTorch" not in ratio.name]
    assert len(without) == 5


@pytest.mark.parametrize(("threads", "a_third"), [(1, 1), (2, 1), (4, 1), (12, 4)])
def test_rows_train_the_same_network_on_the_same_cores(threads: int, a_third: int) -> None:
    rows = Suite(threads).rows
    base = RunConfig(threads=threads)
    assert [row.contender for row in rows] == [
        *("matrix products", "mnist-tui", "mnist-tui", "mnist-tui", "pytorch", "pytorch"),
        *("mnist-tui", "mnist-tui", "mnist-tui"),
    ]
    assert {row.contender for row in rows} == set(CONTENDERS)
    assert [row.copies for row in rows] == [1, 1, 1, 3, 1, 1, 1, 1, 1]
    normed = base.replace(batch_norm=True)
    augmented = [base.replace(augment=kind) for kind in ("shift", "affine", "elastic")]
    three = base.replace(threads=a_third)
    assert [row.config for row in rows] == [base, base, normed, three, base, normed, *augmented]
    assert len({row.name for row in rows}) == len(rows)


@pytest.mark.parametrize("pytorch", [True, False])
def test_record_is_json_with_everything_that_was_measured(pytorch: bool) -> None:
    suite = measured({OURS: 700.0}, pytorch=pytorch)
    record = suite.to_record()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["threads"] == 2
    assert record["network"] == [784, 512, 256, 10]
    assert record["batch_size"] == 256
    assert record["versions"] == versions()
    assert len(record["rows"]) == (9 if pytorch else 7)
    assert record["rows"][OURS] == {
        "name": "mnist-tui",
        "images_per_second": 700,
        "median_images_per_second": 350,
        "rounds": [70, 700, 350],
    }
    assert [row["name"] for row in record["rows"]] == [row.name for row in suite.rows if row.installed]
    for entry, ratio in zip(record["ratios"], suite.ratios(), strict=True):
        assert entry == vars(ratio)


@pytest.mark.parametrize("missing", [{"torch"}, set()])
def test_versions_are_those_of_what_is_installed(missing: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def version(package: str) -> str:
        if package in missing:
            raise metadata.PackageNotFoundError
        return f"{package} 7"

    assert versions()["numpy"] == np.__version__
    monkeypatch.setattr(metadata, "version", version)
    installed = {"numpy", "torch"} - missing
    assert versions() == {"mnist-tui": __version__, **{name: f"{name} 7" for name in installed}}


def test_contender_that_died_between_two_turns_is_an_error_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_ins = StandIns.make(tmp_path)
    text = stand_ins.interpreter.read_text()
    weak = text.replace("say(ready=True)", "os.close(0)\nsay(ready=True)\nsys.exit()")
    stand_ins.interpreter.write_text(weak)
    monkeypatch.setattr(sys, "executable", str(stand_ins.interpreter))
    suite = Suite(1)
    suite.rows = [planned("the weak one")]
    with pytest.raises(RunError, match="“the weak one”"):
        suite.run(1, 1, lambda _text: None)
