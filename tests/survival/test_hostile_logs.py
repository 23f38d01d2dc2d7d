"""Logs that are torn, damaged, huge, from the future, or no logs at all."""

import contextlib
import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import WorkerProcess
from mnist_tui.runs import log as logs
from mnist_tui.runs import store as stores
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run, Status
from mnist_tui.runs.store import RunStore
from mnist_tui.training.events import Event, RunFinished, parse, to_dict
from tests.command import Command
from tests.conftest import write_idx
from tests.jobs.driver import Driver
from tests.patience import PATIENCE
from tests.runs.helpers import (
    ended,
    epoch,
    events_of,
    finished,
    killed_here,
    look,
    make_run,
    started,
    step,
    tiny_config,
    trained_here,
    until,
    until_learnt,
)
from tests.survival.helpers import assert_same_result, checkpoint_epoch, new_run, only_run

Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def killed_and_whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunDirectory]:
    """A home with a run that was killed after some epochs, and the same run as nothing happened to it."""
    data = write_idx(tmp_path_factory.mktemp("data") / "data", 1000, 100)
    settings = {"hidden": (32,), "dropout": 0.2, "epochs": 6}
    homes = [tmp_path_factory.mktemp("home") for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TUI_HOME", str(homes[0]))
        killed_here(tiny_config(data, **settings), 3)
        patch.setenv("MNIST_TUI_HOME", str(homes[1]))
        whole = trained_here(tiny_config(data, **settings))
    return homes[0], whole


@pytest.fixture
def killed(killed_and_whole: tuple[Path, RunDirectory], home: Path) -> RunDirectory:
    """A run in the test's own home that was killed after some epochs."""
    shutil.copytree(killed_and_whole[0], home, dirs_exist_ok=True)
    return only_run()


@pytest.fixture
def whole(killed_and_whole: tuple[Path, RunDirectory]) -> RunDirectory:
    return killed_and_whole[1]


# --------------------------------------------------------------------------------------- damaged logs


def tear(log: Path) -> None:
    log.write_bytes(log.read_bytes().rstrip()[:-40])


def cut_the_middle(log: Path) -> None:
    content = log.read_bytes()
    log.write_bytes(content[: len(content) // 3] + content[len(content) // 2 :])


def strew_garbage(log: Path) -> None:
    rng, lines = random.Random(0), log.read_bytes().splitlines(keepends=True)
    for _ in range(20):
        lines.insert(rng.randrange(1, len(lines)), rng.randbytes(rng.randrange(1, 2000)) + b"\n")
    lines[2:2] = [b"[" * 100_000 + b"\n", b'{"event": []}\n', b'"epoch"\n', b"\x00" * 4096 + b"\n", b"{}\n"]
    log.write_bytes(b"".join(lines))


def empty(log: Path) -> None:
    log.write_bytes(b"")


def append_a_newer_version(log: Path) -> None:
    lines = [
        {**to_dict(step(10**6, epoch=2)), "v": 2, "mood": {"of": ["the", "day"]}},
        {"event": "teleported", "v": 2, "where": None},
        {"event": "resumed", "v": 3},
        {**to_dict(epoch(999)), "step": "many"},
        {**to_dict(epoch(998)), "validation_loss": float("nan")},
    ]
    with log.open("a") as file:
        file.writelines(f"{json.dumps(line)}\n" for line in lines)


def turn_the_clock_back(log: Path) -> None:
    events = [json.loads(line) for line in log.read_bytes().splitlines()]
    lines = [json.dumps({**event, "time": 10.0 - number}) for number, event in enumerate(events)]
    log.write_text("".join(f"{line}\n" for line in lines))
    future = time.time() + 86_400
    os.utime(log, (future, future))
    os.utime(log.parent, (future, future))


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [tear, cut_the_middle, strew_garbage, empty, append_a_newer_version, turn_the_clock_back, Path.unlink],
)
def test_a_damaged_log_is_shown_and_gone_on_with(
    killed: RunDirectory, whole: RunDirectory, command: Command, damage: Damage
) -> None:
    reached = checkpoint_epoch(killed)
    damage(killed.events_path)
    listed = command("runs")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert killed.run_id in listed.stdout
    shown = command("runs", "show", killed.run_id)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert all(line.isprintable() for line in shown.stdout.splitlines())
    result = command("resume", killed.run_id)
    assert (result.returncode, result.stderr) == (0, "")
    run, _ = Run.load(killed)
    assert run.status is Status.COMPLETED
    assert [one.epoch for one in run.epochs if one.epoch >= reached] == list(range(reached, 7))
    if run.started:
        assert command("report").returncode == 0
    assert killed.model_path.read_bytes() == whole.model_path.read_bytes()
    if damage is tear:
        assert_same_result(killed, whole)


@pytest.mark.parametrize("status", ["exploded", "", "completed\x1b[2J"])
def test_an_end_of_an_unknown_kind_is_an_end(command: Command, status: str) -> None:
    directory = make_run([started(), epoch(1), finished(status=status)])
    run, _ = Run.load(directory)
    assert run.finished
    assert not run.is_active
    for name in ("runs", "report"):
        result = command(name)
        assert (result.returncode, result.stderr) == (0, "")
        assert "\x1b" not in result.stdout


# ---------------------------------------------------------------------------------- what is no file


def put_a_pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def put_a_directory(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def let_go(path: Path) -> None:
    """Set whoever waits for the other end of a pipe free, which it would for ever."""
    if path.is_fifo():
        end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        time.sleep(0.1)
        os.close(end)


@contextlib.contextmanager
def nobody_waits_for(path: Path) -> Iterator[None]:
    """Nothing in the block waits for what a pipe will never say."""
    late = threading.Event()

    def end_it() -> None:
        late.set()
        let_go(path)

    watchdog = threading.Timer(PATIENCE, end_it)
    watchdog.start()
    try:
        yield
        assert not late.is_set(), "it waits for ever"
    finally:
        watchdog.cancel()


@pytest.mark.slow
@pytest.mark.parametrize("put", [put_a_pipe, put_a_directory])
@pytest.mark.parametrize("name", ["events.jsonl", "config.json", "checkpoint.npz"])
def test_what_is_no_file_holds_nobody_up(
    killed: RunDirectory, command: Command, put: Damage, name: str
) -> None:
    other = make_run([started(), epoch(1), finished()])
    put(killed.path / name)
    with nobody_waits_for(killed.path / name):
        listed = command("runs")
        assert (listed.returncode, listed.stderr) == (0, "")
        assert other.run_id in listed.stdout
        shown = command("runs", "show", killed.run_id)
        assert shown.returncode == (1 if name == "config.json" else 0)
        assert "Internal error" not in shown.stderr
        resumed = command("resume", killed.run_id)
    if resumed.returncode == 0:
        assert name == "checkpoint.npz", "an earlier one is kept"
        assert Run.load(killed)[0].status is Status.COMPLETED
    else:
        assert resumed.returncode == 1
        assert resumed.stderr.count("\n") == 1
        assert str(killed.path) in resumed.stderr
        assert "Internal error" not in resumed.stderr
    deleted = command("runs", "delete", killed.run_id, "--yes")
    assert (deleted.returncode, deleted.stderr) == (0, "")


# ------------------------------------------------------------------------------------- enormous logs

LINES = 200_000


def write_lines(directory: RunDirectory, count: int, *, end: bool) -> None:
    """Very many steps, quickly."""
    before, after = json.dumps({**to_dict(step(1)), "step": "@"}).split('"@"')
    with directory.events_path.open("a") as file:
        file.write("".join([f"{before}{number}{after}\n" for number in range(1, count + 1)]))
        if end:
            file.write(json.dumps(to_dict(finished())) + "\n")


@pytest.mark.slow
def test_of_a_finished_log_of_very_many_lines_the_ends_are_read(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []

    def counting(line: bytes) -> Event | None:
        parsed.append(line)
        return parse(line)

    monkeypatch.setattr(logs, "parse", counting)
    directory = make_run([started(steps_per_epoch=1000)])
    write_lines(directory, LINES, end=True)
    store = RunStore()
    store.apply(store.scan(0.02))
    assert store.runs[directory.run_id].status is Status.COMPLETED
    assert len(parsed) < LINES // 100
    assert directory.run_id in command("runs").stdout


@pytest.mark.slow
def test_an_unfinished_log_of_very_many_lines_holds_nothing_up_for_long(
    laboratory: Driver, tiny_data: Path
) -> None:
    huge = make_run([started(steps_per_epoch=1000)])
    write_lines(huge, LINES // 3, end=False)
    small = make_run([started(), epoch(1), finished()])
    steps = [0]
    while steps[-1] < LINES // 3:
        laboratory.look(0.02)
        steps.append(laboratory.runs[huge.run_id].step if huge.run_id in laboratory.runs else 0)
        assert steps[-1] > steps[-2] or len(steps) < 100, "it gets no further"
    assert small.run_id in laboratory.runs
    assert laboratory.runs[huge.run_id].status is Status.INTERRUPTED
    assert laboratory.runs[huge.run_id].step == LINES // 3
    assert len(laboratory.runs[huge.run_id].train) <= 4096
    assert max(np.diff(steps)) < LINES // 3, "one look read it all"


# --------------------------------------------------------------------------------------- odd clocks


def test_a_run_from_the_future_that_nobody_trains_does_not_start_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock was set back after its directory was made."""
    monkeypatch.setattr(stores, "STARTING_SECONDS", PATIENCE)
    directory = make_run()
    future = time.time() + 86_400
    os.utime(directory.path, (future, future))
    store = RunStore()

    def status() -> Status:
        store.refresh()
        return store.runs[directory.run_id].status

    assert status() is Status.STARTING
    monkeypatch.setattr(stores, "STARTING_SECONDS", 0.0)
    until(lambda: status() is Status.NOT_STARTED)


def test_a_run_that_trains_while_the_clock_jumps_is_left_alone(laboratory: Driver, tiny_data: Path) -> None:
    directory = new_run(tiny_data, epochs=10_000)
    with ended(WorkerProcess(directory)) as worker:
        for moment in (0.0, time.time() + 1e6, time.time() - 1e6):
            os.utime(directory.path, (moment, moment))
            os.utime(directory.events_path if directory.events_path.exists() else directory.path, (0, 0))
            learnt = len(look(laboratory)[directory.run_id].epochs)
            run = until_learnt(laboratory, directory.run_id, learnt + 1)
            assert run.status is Status.TRAINING
        worker.send("stop")
        *_, last = follow(worker)
    assert isinstance(last, RunFinished)
    assert not any(event.kind == "run_failed" for event in events_of(directory))
