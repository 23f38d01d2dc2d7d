"""A home that is not kept, and a core of the one that is."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mnist_tui import paths
from mnist_tui.jobs import active, queue
from mnist_tui.jobs.active import Guest
from mnist_tui.jobs.borrowed import borrowed_home, core_of_home
from mnist_tui.runs.layout import list_runs
from tests.runs.helpers import make_run, until


def marks(home: Path) -> list[str]:
    room = home / "runs" / ".active"
    return sorted(path.name for path in room.iterdir()) if room.exists() else []


@pytest.mark.quick
def test_what_is_trained_in_a_borrowed_home_is_gone_with_it(home: Path) -> None:
    kept = make_run()
    with borrowed_home():
        assert list_runs() == []
        place = paths.home()
        make_run()
        assert len(list_runs()) == 1
    assert not place.exists()
    assert [path.name for path in list_runs()] == [kept.run_id]


@pytest.mark.quick
def test_a_home_that_was_not_named_is_not_named_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MNIST_TUI_HOME")
    with pytest.raises(KeyError), borrowed_home():
        raise KeyError
    assert "MNIST_TUI_HOME" not in os.environ


@pytest.mark.quick
def test_runs_of_the_home_know_of_a_guest(home: Path) -> None:
    own = make_run()
    assert active.others(own) == 0
    with core_of_home(lambda: None, lambda: False):
        assert active.others(own) == 1
        [guest] = queue.busy()
        assert active.GUEST.fullmatch(guest)
        assert marks(home) == [guest]
    assert active.others(own) == 0
    assert marks(home) == []


@pytest.mark.quick
@pytest.mark.cores(1)
def test_a_guest_waits_for_a_core_and_says_so_once(home: Path) -> None:
    own, waits, has_core = make_run(), [], threading.Event()
    active.enter(own)

    def visit() -> None:
        with core_of_home(lambda: waits.append(1), lambda: False):
            has_core.set()

    with own.lock():
        visitor = threading.Thread(target=visit)
        visitor.start()
        until(lambda: waits)
        assert not has_core.is_set()
    visitor.join()
    assert has_core.is_set()
    assert len(waits) == 1


@pytest.mark.quick
@pytest.mark.cores(1)
def test_a_guest_that_nobody_wants_any_more_waits_no_longer() -> None:
    own = make_run()
    active.enter(own)
    with own.lock(), core_of_home(lambda: None, lambda: True):
        assert queue.busy() == {own.run_id}


@pytest.mark.quick
@pytest.mark.cores(1)
def test_no_more_train_than_there_are_cores_guests_included() -> None:
    first, second = (Guest(paths.runs_directory()) for _ in range(2))
    assert queue.admit(first)
    assert not queue.admit(second)
    first.leave()
    first.leave()
    assert queue.admit(second)
    second.leave()


def test_what_a_killed_guest_left_behind_is_swept_up(home: Path) -> None:
    code = (
        "import os\nfrom mnist_tui import paths\nfrom mnist_tui.jobs import queue\n"
        "from mnist_tui.jobs.active import Guest\n"
        "guest = Guest(paths.runs_directory())\nassert queue.admit(guest)\nos._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert len(marks(home)) == 1
    assert queue.busy() == set()
    assert marks(home) == []


@pytest.mark.quick
def test_a_home_that_cannot_be_written_has_nobody_to_tell(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.rmdir()
    home.write_text("in the way")
    with core_of_home(lambda: None, lambda: False), borrowed_home():
        assert list_runs() == []


@pytest.mark.quick
def test_a_name_that_is_no_mark_is_nobody(home: Path) -> None:
    room = home / "runs" / ".active"
    room.mkdir(parents=True)
    for name in ("guest-", "guest-0123456789ab", "guest-0123456789AB", "guest-0123456789ab.x"):
        (room / name).touch()
    assert queue.busy() == set()
