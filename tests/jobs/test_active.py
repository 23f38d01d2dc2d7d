"""Which runs train at the same time."""

import time
from pathlib import Path

import pytest

from mnist_tui.jobs import active
from mnist_tui.jobs.executor import follow
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs import layout as directories
from mnist_tui.training.events import Epoch, Paused
from tests.runs.helpers import (
    endless_config,
    epoch,
    events_of,
    has,
    launched,
    make_run,
    started,
    tiny_config,
    trained_here,
    until,
)


def names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "runs" / ".active").iterdir())


def test_a_run_alone_has_no_company(home: Path) -> None:
    alone = make_run()
    assert active.others(alone) == 0
    active.enter(alone)
    with alone.lock():
        assert active.others(alone) == 0
    assert names(home) == [alone.run_id]


def test_those_that_train_count_until_they_leave() -> None:
    one, two, three = make_run(), make_run(), make_run()
    with one.lock(), two.lock(), three.lock():
        for directory in (one, two, three):
            active.enter(directory)
        assert [active.others(directory) for directory in (one, two, three)] == [2, 2, 2]
        active.leave(two)
        assert [active.others(directory) for directory in (one, two, three)] == [1, 2, 1]


def test_to_leave_twice_or_without_having_come_does_no_harm() -> None:
    directory = make_run()
    active.leave(directory)
    active.enter(directory)
    active.enter(directory)
    active.leave(directory)
    active.leave(directory)
    assert active.others(make_run()) == 0


def test_what_a_killed_process_left_behind_is_swept_up(home: Path) -> None:
    dead, alive, asking = make_run(), make_run(), make_run()
    active.enter(dead)
    active.enter(alive)
    with alive.lock():
        assert active.others(asking) == 1
    assert names(home) == [alive.run_id]


def test_the_mark_of_a_deleted_run_is_swept_up_and_the_run_stays_deleted(home: Path) -> None:
    asking, gone = make_run(), "20260101-000000000-gone-000000"
    active.enter(asking)
    (home / "runs" / ".active" / gone).touch()
    assert active.others(asking) == 0
    assert names(home) == [asking.run_id]
    assert not (home / "runs" / gone).exists()


def test_other_files_among_the_marks_are_left_alone(home: Path) -> None:
    asking = make_run()
    active.enter(asking)
    for name in (".DS_Store", "notes.txt"):
        (home / "runs" / ".active" / name).touch()
    assert active.others(asking) == 0
    assert names(home) == [".DS_Store", asking.run_id, "notes.txt"]


def test_where_no_marks_can_be_made_runs_train_all_the_same(home: Path, tiny_data: Path) -> None:
    (home / "runs").mkdir()
    (home / "runs" / ".active").touch()
    directory = trained_here(tiny_config(tiny_data, epochs=1))
    assert active.others(directory) == 0
    assert has(directory, Epoch)


def test_where_no_marks_can_be_made_a_run_is_followed_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "runs").mkdir()
    (home / "runs" / ".active").touch()
    run = ScriptedExecutor([started(), epoch(1)]).start(make_run())

    def wait(_: float) -> None:
        raise AssertionError("it waits for a mark")

    monkeypatch.setattr(time, "sleep", wait)
    events = follow(run)
    assert [next(events), next(events)] == [started(), epoch(1)]
    run.kill()


def test_the_marks_are_no_run(home: Path) -> None:
    directory = make_run()
    active.enter(directory)
    assert directories.list_runs() == [directory.path]


def test_a_run_says_how_many_others_trained_with_it(home: Path, tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as other:
        until(lambda: has(other.directory, Epoch))
        beside = trained_here(tiny_config(tiny_data, epochs=2))
        assert [one.other_runs for one in events_of(beside) if isinstance(one, Epoch)] == [1, 1]
        assert names(home) == [other.directory.run_id]


def test_a_run_that_pauses_shares_nothing(home: Path, tiny_data: Path) -> None:
    with launched(endless_config(tiny_data)) as other:
        other.send("pause")
        until(lambda: has(other.directory, Paused))
        beside = trained_here(tiny_config(tiny_data, epochs=1))
        assert [one.other_runs for one in events_of(beside) if isinstance(one, Epoch)] == [0]
        assert names(home) == []
        other.send("resume")
        until(lambda: names(home) == [other.directory.run_id])
        other.send("stop")
        until(lambda: not other.is_running)
    assert names(home) == []
