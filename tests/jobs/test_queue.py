"""More runs than cores: who waits, in which order, and for how long."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mnist_tui import cores
from mnist_tui.errors import RunError
from mnist_tui.jobs import active
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.layout import list_runs
from mnist_tui.runs.run import Status
from tests.jobs.driver import Driver
from tests.runs.helpers import (
    endless_config,
    epoch,
    look,
    make_run,
    started,
    step,
    tiny_config,
    trained_here,
    until_learnt,
)

pytestmark = pytest.mark.quick  # runs only say that they train: see `test_laboratory.py` for some that do

SetCores = Callable[[int], None]


@pytest.fixture
def laboratory() -> Iterator[Driver]:
    """A laboratory whose runs say that they have trained for an epoch, and then what they are told to."""
    laboratory = Driver(ScriptedExecutor([started(), step(1), epoch(1)]))
    yield laboratory
    laboratory.end()


@pytest.fixture
def set_cores(monkeypatch: pytest.MonkeyPatch) -> SetCores:
    """Another machine."""
    return lambda count: monkeypatch.setattr(cores, "available_cores", lambda: count)


@pytest.fixture
def one_core(set_cores: SetCores) -> None:
    set_cores(1)


@pytest.fixture
def ids(one_core: None, laboratory: Driver, tiny_data: Path) -> list[str]:
    """Four runs on one core: the first trains, the others wait."""
    found = laboratory.start([endless_config(tiny_data, seed=seed) for seed in range(4)])
    until_learnt(laboratory, found[0])
    return found


# ------------------------------------------------------------------------------------------------ threads


@pytest.mark.parametrize(
    ("count", "others", "threads"),
    [(1, 0, 1), (2, 0, 2), (2, 1, 2), (4, 0, 4), (4, 1, 4), (4, 2, 2), (4, 3, 2), (16, 0, 4), (2, 9, 1)],
)
def test_runs_share_the_cores_with_at_most_two_threads_on_each(
    set_cores: SetCores, count: int, others: int, threads: int
) -> None:
    set_cores(count)
    assert cores.auto_threads(others) == threads


def test_as_many_runs_train_as_there_are_cores(set_cores: SetCores) -> None:
    set_cores(3)
    assert cores.most_runs() == 3


@pytest.mark.parametrize(("count", "threads"), [(1, 4), (3, 2), (9, 2)])
def test_runs_that_start_together_leave_each_other_their_threads(
    set_cores: SetCores, laboratory: Driver, tiny_data: Path, count: int, threads: int
) -> None:
    set_cores(4)
    ids = laboratory.start([tiny_config(tiny_data, epochs=1, threads=None) for _ in range(count)])
    look(laboratory)
    assert {laboratory.runs[run_id].config.threads for run_id in ids} == {threads}


def test_a_run_leaves_cores_to_those_that_train_and_wait(
    set_cores: SetCores, laboratory: Driver, tiny_data: Path
) -> None:
    set_cores(4)
    threads = []
    for _ in range(3):
        [run_id] = laboratory.start([endless_config(tiny_data, threads=None)])
        threads.append(until_learnt(laboratory, run_id).config.threads)
    assert threads == [4, 4, 2]


# ------------------------------------------------------------------------------------------------ waiting


def test_a_run_that_waits_stays_so_however_often_somebody_looks(laboratory: Driver, ids: list[str]) -> None:
    for _ in range(3):
        look(laboratory)
        assert [laboratory.status(run_id) for run_id in ids[1:]] == [Status.WAITING] * 3
    assert laboratory.waiting == ids[1:]


def test_each_run_knows_its_place_in_the_queue(laboratory: Driver, ids: list[str]) -> None:
    look(laboratory)
    assert [laboratory.place(run_id) for run_id in ids] == [0, 1, 2, 3]
    laboratory.move(ids[3], -1)
    laboratory.withdraw(ids[1])
    assert [laboratory.place(run_id) for run_id in ids] == [0, 0, 2, 1]


def test_a_run_that_waits_cannot_be_steered(laboratory: Driver, ids: list[str]) -> None:
    for steer in (laboratory.stop, laboratory.pause_or_resume, laboratory.one_epoch):
        with pytest.raises(RunError, match="waits for its turn"):
            steer(ids[1])
    with pytest.raises(RunError, match="waits for its turn"):
        laboratory.change(ids[1], {"dropout": 0.5})


def test_a_paused_run_gives_its_core_to_the_next(laboratory: Driver, ids: list[str]) -> None:
    laboratory.pause_or_resume(ids[0])
    until_learnt(laboratory, ids[1])
    assert laboratory.runs[ids[0]].status is Status.PAUSED
    assert laboratory.waiting == ids[2:]


def test_runs_of_others_use_cores_too(one_core: None, laboratory: Driver, tiny_data: Path) -> None:
    other = make_run([started(), step(1)])
    with other.lock():
        active.enter(other)
        look(laboratory)
        [run_id] = laboratory.start([tiny_config(tiny_data, epochs=1)])
        look(laboratory)
        assert laboratory.waiting == [run_id]
        assert laboratory.own_active == []
    look(laboratory)
    assert laboratory.own_active == [run_id]


def test_a_run_whose_directory_is_deleted_while_it_waits_is_passed_over(
    laboratory: Driver, ids: list[str]
) -> None:
    directory = laboratory.runs[ids[1]].directory
    for path in directory.path.iterdir():
        path.unlink()
    directory.path.rmdir()
    laboratory.stop(ids[0])
    until_learnt(laboratory, ids[2])
    assert ids[1] not in laboratory.runs


# ------------------------------------------------------------------------------------------------- order


def test_a_run_that_waits_is_moved(laboratory: Driver, ids: list[str]) -> None:
    for which, by, order in ((2, -1, [2, 1, 3]), (1, 1, [2, 3, 1]), (1, -2, [1, 2, 3]), (1, 2, [2, 3, 1])):
        assert laboratory.move(ids[which], by)
        assert laboratory.waiting == [ids[number] for number in order]


def test_what_cannot_be_moved_stays(laboratory: Driver, ids: list[str]) -> None:
    for which, by in ((1, -1), (3, 1), (0, 1), (0, -1)):
        assert not laboratory.move(ids[which], by)
        assert not laboratory.move("20260101-000000000-x-000000", by)
    assert laboratory.waiting == ids[1:]


def test_the_run_moved_to_the_front_is_next(laboratory: Driver, ids: list[str]) -> None:
    laboratory.move(ids[3], -2)
    laboratory.stop(ids[0])
    until_learnt(laboratory, ids[3])
    assert laboratory.waiting == [ids[1], ids[2]]


# ---------------------------------------------------------------------------------------------- withdrawal


@pytest.mark.parametrize("seen", [True, False], ids=["seen by a scan", "not seen yet"])
def test_a_run_that_never_trained_is_deleted_when_it_is_withdrawn(
    one_core: None, laboratory: Driver, tiny_data: Path, seen: bool
) -> None:
    first, second = laboratory.start([endless_config(tiny_data, seed=seed) for seed in range(2)])
    if seen:
        look(laboratory)
    laboratory.withdraw(second)
    assert laboratory.waiting == []
    assert [path.name for path in list_runs()] == [first]
    assert second not in look(laboratory)


def test_what_does_not_wait_cannot_be_withdrawn(laboratory: Driver, ids: list[str]) -> None:
    with pytest.raises(RunError, match="does not wait any more"):
        laboratory.withdraw(ids[0])
    assert laboratory.runs[ids[0]].is_active


def test_a_resumed_run_that_is_withdrawn_is_what_it_was(
    one_core: None, laboratory: Driver, tiny_data: Path
) -> None:
    stopped = trained_here(tiny_config(tiny_data, epochs=3), 1).run_id
    [busy] = laboratory.start([endless_config(tiny_data)])
    until_learnt(laboratory, busy)
    laboratory.resume(stopped)
    look(laboratory)
    assert laboratory.status(stopped) is Status.WAITING
    laboratory.withdraw(stopped)
    assert look(laboratory)[stopped].status is Status.STOPPED
    assert laboratory.runs[stopped].can_resume


def test_a_fork_that_is_withdrawn_is_deleted(one_core: None, laboratory: Driver, tiny_data: Path) -> None:
    parent = trained_here(tiny_config(tiny_data, epochs=2)).run_id
    [busy] = laboratory.start([endless_config(tiny_data)])
    until_learnt(laboratory, busy)
    fork = laboratory.fork(parent, 1, {"dropout": 0.1})
    look(laboratory)
    assert laboratory.status(fork) is Status.WAITING
    laboratory.withdraw(fork)
    assert {path.name for path in list_runs()} == {parent, busy}


def test_a_resumed_run_that_is_discarded_while_it_waits_is_deleted(
    one_core: None, laboratory: Driver, tiny_data: Path
) -> None:
    stopped = trained_here(tiny_config(tiny_data, epochs=3), 1).run_id
    [busy] = laboratory.start([endless_config(tiny_data)])
    until_learnt(laboratory, busy)
    laboratory.resume(stopped)
    look(laboratory)
    laboratory.discard(stopped)
    assert [path.name for path in list_runs()] == [busy]
    assert set(look(laboratory)) == {busy}


def test_stopping_all_starts_none_of_those_that_wait(laboratory: Driver, ids: list[str]) -> None:
    laboratory.stop_all()
    assert look(laboratory)[ids[0]].status is Status.STOPPED
    assert laboratory.own_active == []
    assert laboratory.waiting == []
    assert {path.name for path in list_runs()} == set(ids), "they stay on the disk"
    assert not any(laboratory.runs[run_id].started for run_id in ids[1:])
