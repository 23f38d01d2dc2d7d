"""One queue for everybody: two dashboards, headless commands, and nobody."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnist_tui.jobs import active, queue
from mnist_tui.jobs.control import encode
from mnist_tui.jobs.owner import Owner
from mnist_tui.jobs.scripted import ScriptedExecutor, ScriptedRun
from mnist_tui.paths import runs_directory
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.log import EventLog
from mnist_tui.runs.run import Status
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Resumed
from tests.jobs.driver import Driver
from tests.runs.helpers import epoch, finished, make_run, started, step

pytestmark = [pytest.mark.quick, pytest.mark.cores(1)]

SAMPLE = RunConfig(dataset="sample", threads=1)
TRAINING = (started(), step(1))


class Dashboard(Driver):
    """A laboratory whose runs say that they train, and then what a test wants."""

    def __init__(self) -> None:
        self.executor = ScriptedExecutor(TRAINING)
        super().__init__(self.executor)


@pytest.fixture
def one() -> Iterator[Dashboard]:
    dashboard = Dashboard()
    yield dashboard
    dashboard.end()


@pytest.fixture
def two() -> Iterator[Dashboard]:
    dashboard = Dashboard()
    yield dashboard
    dashboard.end()


def start(dashboard: Dashboard, count: int) -> list[str]:
    ids = dashboard.start([SAMPLE.replace(seed=seed) for seed in range(count)])
    dashboard.look()
    return ids


def directory_of(run_id: str) -> RunDirectory:
    return RunDirectory(runs_directory() / run_id)


def test_the_runs_of_two_dashboards_take_turns(one: Dashboard, two: Dashboard) -> None:
    [first] = start(one, 1)
    [second] = start(two, 1)
    [third] = start(one, 1)
    assert one.own_active == [first]
    two.look()
    assert two.own_active == []
    assert two.waiting == [second, third]
    one.executor.runs[first].say(finished())
    one.look()
    assert one.own_active == [], "the core is kept for the run that is next, though it is another's"
    two.look()
    assert two.own_active == [second]
    two.executor.runs[second].say(finished())
    one.look()
    assert one.own_active == [third]


def test_each_sees_what_waits_and_may_reorder_it(one: Dashboard, two: Dashboard) -> None:
    _, second, third = start(one, 3)
    two.look()
    assert two.waiting == [second, third]
    assert two.status(second) is Status.WAITING
    assert two.move(third, -1)
    one.look()
    assert one.waiting == [third, second]
    assert (one.place(third), one.place(second)) == (1, 2)


def test_each_knows_what_waits_for_itself(one: Dashboard, two: Dashboard) -> None:
    _, second = start(one, 2)
    [third] = start(two, 1)
    one.look()
    assert one.waiting == two.waiting == [second, third]
    assert one.own_waiting == [second]
    assert two.own_waiting == [third]


def test_a_run_that_waits_elsewhere_can_be_taken_out(one: Dashboard, two: Dashboard) -> None:
    first, second = start(one, 2)
    two.look()
    two.withdraw(second)
    one.look()
    assert one.waiting == []
    assert [path.name for path in list_runs()] == [first]


def test_a_run_that_somebody_trains_leaves_the_queue_and_is_not_deleted(one: Dashboard) -> None:
    _, second = start(one, 2)
    directory = directory_of(second)
    with directory.lock():
        active.enter(directory)
        one.look()
        assert one.waiting == []
        with pytest.raises(Exception, match="does not wait any more"):
            one.withdraw(second)
    assert directory.path.is_dir()


def test_a_run_that_was_trained_elsewhere_is_neither_deleted_nor_trained_over(one: Dashboard) -> None:
    first, second = start(one, 2)
    elsewhere = ScriptedExecutor([*TRAINING, epoch(1), finished(status="stopped")])
    elsewhere.start(directory_of(second))
    one.withdraw(second)
    assert directory_of(second).path.is_dir(), "what it has learnt is kept"
    one.executor.runs[first].say(finished())
    one.look()
    assert second not in one.executor.runs
    assert one.status(second) is Status.STOPPED


def test_a_run_whose_log_has_grown_while_it_waited_is_not_started(one: Dashboard) -> None:
    first, second = start(one, 2)
    ScriptedExecutor([*TRAINING, epoch(1), finished(status="stopped")]).start(directory_of(second))
    one.executor.runs[first].say(finished())
    one.look()
    assert one.waiting == one.own_active == []
    assert second not in one.executor.runs


def test_resumed_runs_wait_for_a_core_too(one: Dashboard) -> None:
    old = [make_run([*TRAINING, epoch(1), finished(status="stopped")], dataset="sample") for _ in range(3)]
    one.look()
    for directory in old:
        one.resume(directory.run_id)
    one.look()
    assert len(one.executor.runs) == 1
    assert one.own_active == [old[0].run_id]
    assert one.waiting == [old[1].run_id, old[2].run_id]


def test_a_paused_run_goes_on_only_when_a_core_is_free(one: Dashboard) -> None:
    first, second = start(one, 2)
    one.pause_or_resume(first)
    one.look()
    one.look()
    assert one.status(first) is Status.PAUSED
    assert one.status(second) is Status.TRAINING
    one.pause_or_resume(first)
    one.look()
    assert one.status(first) is Status.WAITING
    assert one.place(first) == 1
    one.executor.runs[second].say(finished())
    one.look()
    one.look()
    assert one.executor.runs[first].commands[-1] == {"command": "resume"}
    assert one.status(first) is Status.TRAINING
    assert not one.waiting


def test_a_paused_run_that_waits_and_is_withdrawn_stays_paused(one: Dashboard) -> None:
    first, second = start(one, 2)
    one.pause_or_resume(first)
    one.look()
    one.look()
    one.pause_or_resume(first)
    one.withdraw(first)
    one.look()
    assert one.status(first) is Status.PAUSED
    assert one.status(second) is Status.TRAINING
    assert directory_of(first).path.is_dir()


def test_what_a_dashboard_that_is_gone_left_waiting_is_started_by_another(
    one: Dashboard, two: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnist_tui.jobs.keeper.ensure", lambda: None)
    first, second = start(one, 2)
    run = one.executor.runs[first]
    one.detach_all()
    assert run.is_detached
    two.look()
    assert two.waiting == [second]
    run.say(finished())
    two.look()
    assert two.executor.runs[second].is_detached, "it was left in the background: it trains there"
    assert two.own_active == []


def test_what_a_killed_program_left_waiting_is_started_by_another(two: Dashboard) -> None:
    directory = make_run(dataset="sample")
    owner = Owner()
    queue.add([directory], owner, is_new=True)
    other = Owner()
    assert queue.launch(two.executor, other).handles == ()
    assert queue.entries(), "its owner lives and will start it"
    owner.leave()  # as the system does for one that is killed
    two.look()
    assert directory.run_id in two.executor.runs


def test_a_command_and_a_dashboard_share_the_cores(one: Dashboard) -> None:
    [first] = start(one, 1)
    command, waits = Owner(), make_run(dataset="sample")
    queue.add([waits], command, is_new=True)
    executor = ScriptedExecutor(TRAINING)
    assert queue.launch(executor, command).handles == ()
    one.executor.runs[first].say(finished())
    assert [handle.directory for handle in queue.launch(executor, command).handles] == [waits]
    command.leave()


def test_a_process_that_was_just_started_has_its_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until its log says something, only the one who started it knows."""

    class Slow(ScriptedExecutor):
        def start(self, directory: RunDirectory) -> ScriptedRun:
            return ScriptedRun(make_run())

    owner = Owner()
    first, second = make_run(), make_run()
    queue.add([first, second], owner, is_new=True)
    queue.launch(Slow(), owner)
    assert queue.busy() == {first.run_id}
    assert [entry.run_id for entry in queue.entries()] == [second.run_id]
    monkeypatch.setattr("mnist_tui.jobs.queue.time.time", lambda: 1e12)
    assert queue.busy() == set(), "not for ever"
    owner.leave()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        b"[]",
        b'{"entries": 3, "starting": []}',
        b"[" * 100_000,
        json.dumps({"entries": [{"run_id": "../../etc"}, 7, None], "starting": {"..": 1}}).encode(),
        json.dumps(
            {
                "entries": [
                    {
                        "run_id": "20260101-000000000-x-000000",
                        "owner": "../x",
                        "log_size": 0,
                        "wish": "start",
                        "is_new": True,
                    }
                ],
                "starting": {},
            }
        ).encode(),
    ],
    ids=["empty", "bytes", "list", "numbers", "deep", "strange entries", "strange owner"],
)
def test_a_file_that_is_no_queue_is_an_empty_one(one: Dashboard, home: Path, content: bytes) -> None:
    path = home / "runs" / ".queue" / "queue.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert queue.entries() == []
    [first] = start(one, 1)
    assert one.own_active == [first]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_the_place_of_the_queue_or_of_a_lock_stops_nobody(one: Dashboard, home: Path) -> None:
    (home / "runs" / ".queue").mkdir(parents=True)
    os.mkfifo(home / "runs" / ".queue" / "queue.json")
    other = make_run([*TRAINING, finished()])
    os.mkfifo(other.path / "worker.lock")
    one.look()
    assert other.run_id in one.runs
    assert queue.entries() == []


def test_a_run_that_vanished_gives_a_sentence_whatever_is_asked_of_it(one: Dashboard) -> None:
    gone = "20260101-000000000-x-000000"
    for ask in (one.discard, one.stop, one.pause_or_resume, one.one_epoch, one.resume, one.status):
        with pytest.raises(Exception, match="is not there any more: it was deleted"):
            ask(gone)
    with pytest.raises(Exception, match="is not there any more"):
        one.fork(gone, 1, {})
    with pytest.raises(Exception, match="is not there any more"):
        one.change(gone, {"dropout": 0.1})


def test_a_run_that_is_paused_by_a_file_shows_it(one: Dashboard) -> None:
    [first] = start(one, 1)
    directory_of(first).control_path.write_bytes(encode("pause"))
    one.look()
    one.look()
    assert one.status(first) is Status.PAUSED


def test_a_resumed_run_is_active_before_it_says_so_and_over_once_its_log_says_so(one: Dashboard) -> None:
    old = make_run([*TRAINING, epoch(1), finished(status="stopped")], dataset="sample")
    one.executor.script = ()
    one.look()
    one.resume(old.run_id)
    one.read(old.run_id)
    one.look()
    assert one.own_active == [old.run_id]
    run = one.executor.runs[old.run_id]
    run.say(Resumed(4), epoch(2))
    one.look()
    assert one.own_active == [old.run_id]
    with EventLog(old.events_path) as log:  # the end is in the log, and the process takes a moment to end
        log.append(finished())
    one.look()
    assert run.is_running
    assert one.own_active == []
