"""Workers that are killed at any moment: what was learnt stays, and the end is the same bit for bit.

`scripts/kill_workers.py` is the long form.
"""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mnist_tui.cli import headless
from mnist_tui.cli.headless import Interrupt
from mnist_tui.cli.reporters import LineReporter
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.local import LocalExecutor, WorkerProcess
from mnist_tui.jobs.preparation import settle
from mnist_tui.runs import layout as directories
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run, Status
from mnist_tui.training.events import Epoch, Resumed, RunFailed, RunFinished, RunStarted
from tests.jobs.driver import Driver
from tests.runs.helpers import ended, events_of, look, tiny_config, trained_here, until, until_status
from tests.survival.helpers import assert_same_result, kill, new_run, train_to_the_end
from tests.survival.kills import DEEP, MOMENTS, Measured, assert_nothing_lost

KILLED = "failed: killed (SIGKILL)"


def until_killed(laboratory: Driver, run_id: str) -> None:
    """Until the row of a run says what happened to it."""
    until_status(laboratory, run_id, Status.FAILED)
    run = laboratory.runs[run_id]
    assert f"{run.status}: {run.failure_summary}" == KILLED
    assert "was killed (SIGKILL); resume " in run.failure


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "settings"),
    [
        (1, {**DEEP, "schedule": "cosine", "l2_lambda": 0.1, "augment": "affine", "threads": 2}),
        (2, {"hidden": (32,), "optimizer": "nesterov", "dropout": 0.5, "augment": "elastic"}),
    ],
)
def test_two_kills_at_random_moments_change_nothing(
    laboratory: Driver, many_images: Path, seed: int, settings: dict[str, object]
) -> None:
    rng = random.Random(seed)
    config = tiny_config(many_images, **settings, epochs=6)
    [run_id] = laboratory.start([config])
    directory = until(lambda: look(laboratory).get(run_id)).directory
    kills = 0
    told: Measured = []
    while kills < 2:
        MOMENTS["training"].wait(directory, rng)
        kill(laboratory.handle(run_id).pid)
        kills += 1
        until_killed(laboratory, run_id)
        told = assert_nothing_lost(directory, kills, told)
        laboratory.resume(run_id)
        until(partial(has_gone_on, directory, kills))
        look(laboratory)
        assert laboratory.runs[run_id].is_active
    until_status(laboratory, run_id, Status.COMPLETED)
    assert count(directory, RunFailed) == kills
    assert_same_result(directory, trained_here(config))


def count(directory: RunDirectory, kind: type) -> int:
    return sum(isinstance(event, kind) for event in events_of(directory))


class Hunted:
    """Goes on with a run like the command, and kills its process when something is so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._process_ids: list[int] = []
        hunted = self

        class Recorded(LocalExecutor):
            def start(self, directory: RunDirectory) -> WorkerProcess:
                process = super().start(directory)
                hunted._process_ids.append(process.pid)
                return process

        monkeypatch.setattr(headless, "LocalExecutor", Recorded)

    @property
    def process_id(self) -> int:
        """Of the worker that was started last."""
        return self._process_ids[-1]

    def go_on(self, directory: RunDirectory, wait: Callable[[], None]) -> Run:
        before = len(self._process_ids)

        def hunt() -> None:
            until(lambda: len(self._process_ids) > before)
            wait()
            kill(self.process_id)

        hunter = threading.Thread(target=hunt)
        hunter.start()
        try:
            run = headless.go_on(directory, LineReporter(), Interrupt())
            assert run
            return run
        finally:
            hunter.join()


def has_gone_on(directory: RunDirectory, kills: int) -> bool:
    """Whether a run was started or resumed once more than it was killed."""
    return count(directory, RunStarted) + count(directory, Resumed) == kills + 1


@pytest.mark.slow
def test_kills_while_a_checkpoint_is_written_change_nothing(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(4)
    settings = {"hidden": (1024, 128), "optimizer": "adam", "learning_rate": 0.001, "batch_norm": True}
    config = tiny_config(tiny_data, **settings, threads=2, epochs=9)
    directory, hunted = directories.create(settle(config)), Hunted(monkeypatch)
    torn: list[Path] = []

    def hold_it_there() -> None:
        MOMENTS["checkpoint"].wait(directory, rng)
        os.kill(hunted.process_id, signal.SIGSTOP)
        torn.extend(directory.path.glob("checkpoint.npz.*.tmp"))  # swept up once it is dead

    for kills in range(1, 9):
        run = hunted.go_on(directory, hold_it_there)
        assert f"{run.status}: {run.failure_summary}" == KILLED
        assert_nothing_lost(directory, kills)
        if torn:
            break
    assert torn, "a kill hit the writing"
    train_to_the_end(directory)
    assert_same_result(directory, trained_here(config))


def test_what_a_kill_left_half_written_is_swept_up(many_images: Path) -> None:
    directory = new_run(many_images, epochs=2)
    leftovers = [directory.path / f"{name}.12345.tmp" for name in ("checkpoint.npz", "model.safetensors")]
    for path in leftovers:
        path.write_bytes(b"half of it")
    train_to_the_end(directory)
    assert not list(directory.path.glob("*.tmp"))


@pytest.mark.slow
def test_kills_around_the_start_change_nothing(many_images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(5)
    config = tiny_config(many_images, hidden=(32,), batch_norm=True, dropout=0.3, epochs=10, threads=2)
    directory, hunted = directories.create(settle(config)), Hunted(monkeypatch)
    for _ in range(3):
        run = hunted.go_on(directory, lambda: time.sleep(rng.uniform(0, 0.3)))
        assert f"{run.status}: {run.failure_summary}" == KILLED
    train_to_the_end(directory)
    assert_same_result(directory, trained_here(config))


def test_a_stopped_run_that_is_killed_as_it_goes_on_says_so(
    many_images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had before it went on, it keeps; once it went on, the result of the stop is none any more."""
    directory = new_run(many_images, epochs=10_000)
    with ended(WorkerProcess(directory)) as worker:
        until(lambda: count(directory, Epoch))
        worker.send("stop")
        assert isinstance(list(follow(worker))[-1], RunFinished)
    run = Hunted(monkeypatch).go_on(directory, lambda: None)
    assert run.status is (Status.FAILED if count(directory, Resumed) else Status.STOPPED)
    assert run.failure_summary == "killed (SIGKILL)"
    assert count(directory, RunFailed) == 1


def test_a_change_made_before_a_kill_is_made_again_where_it_was(
    laboratory: Driver, many_images: Path
) -> None:
    [run_id] = laboratory.start([tiny_config(many_images, hidden=(64,), epochs=10, dropout=0.1, threads=1)])
    directory = until(lambda: look(laboratory).get(run_id)).directory
    until(lambda: count(directory, Epoch) >= 1 and look(laboratory)[run_id].is_active)
    laboratory.change(run_id, {"learning_rate": 0.01, "dropout": 0.3})
    until(lambda: look(laboratory)[run_id].changes)
    [change] = laboratory.runs[run_id].changes
    kill(laboratory.handle(run_id).pid)
    until_killed(laboratory, run_id)
    laboratory.resume(run_id)
    run = until_status(laboratory, run_id, Status.COMPLETED)
    assert [(one.step, one.settings) for one in run.changes] == [(change.step, change.settings)]
    assert run.config_after().learning_rate == 0.01
    assert [one.epoch for one in run.epochs] == list(range(1, 11))


def test_a_kill_after_the_end_is_no_failure(laboratory: Driver, many_images: Path) -> None:
    [run_id] = laboratory.start([tiny_config(many_images, epochs=1)])
    directory = until(lambda: look(laboratory).get(run_id)).directory
    process_id = laboratory.handle(run_id).pid
    until(lambda: count(directory, RunFinished))
    try:
        kill(process_id)
    except ProcessLookupError:
        pytest.skip("it was gone already")
    until_status(laboratory, run_id, Status.COMPLETED)
    until(lambda: not look(laboratory)[run_id].is_active)
    assert not count(directory, RunFailed)
    assert json.loads(directory.events_path.read_bytes().splitlines()[-1])["event"] == "run_finished"
