"""Commands that train wait for a core, as everybody does."""

import signal
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from mnist_tui.cli import headless
from mnist_tui.jobs import queue
from mnist_tui.jobs.scripted import ScriptedExecutor, ScriptedRun
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.log import EventLog
from mnist_tui.settings.run_config import RunConfig
from tests.command import Command, assert_done, json_lines
from tests.jobs.driver import Driver
from tests.runs.helpers import finished, make_run, started, step

pytestmark = [pytest.mark.quick, pytest.mark.cores(1)]

WAITS = "plain: waits for a core, 1st in the queue; ctrl+c leaves it."

WhileItWaits = Callable[[Callable[[], None]], None]


@pytest.fixture
def trained_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedRun]:
    """A run of a dashboard that keeps the only core."""
    executor = ScriptedExecutor([started(), step(1)])
    dashboard = Driver(executor)
    [run_id] = dashboard.start([RunConfig(dataset="sample", name="elsewhere")])
    dashboard.look()
    yield executor.runs[run_id]
    dashboard.end()


@pytest.fixture
def while_it_waits(monkeypatch: pytest.MonkeyPatch) -> WhileItWaits:
    """What is to happen where the command would look again a moment later."""

    def arrange(happens: Callable[[], None]) -> None:
        monkeypatch.setattr(headless, "time", SimpleNamespace(sleep=lambda _seconds: happens()))

    return arrange


def waiting() -> list[str]:
    return [entry.run_id for entry in queue.entries()]


def only_other(run: ScriptedRun) -> RunDirectory:
    [path] = [path for path in list_runs() if path != run.directory.path]
    return RunDirectory(path)


def test_train_waits_until_the_core_is_free(
    command: Command,
    played: ScriptedExecutor,
    trained_elsewhere: ScriptedRun,
    while_it_waits: WhileItWaits,
) -> None:
    looks = []

    def free_the_core_at_the_third_look() -> None:
        assert waiting() == [only_other(trained_elsewhere).run_id]
        assert played.runs == {}, "started, though there is one core and a run has it"
        looks.append(1)
        if len(looks) == 3:
            trained_elsewhere.say(finished())

    while_it_waits(free_the_core_at_the_third_look)
    result = command("train", "--dataset", "sample", "--json")
    assert (result.returncode, result.stderr) == (0, f"{WAITS}\n"), "said once"
    assert len(looks) == 3
    assert json_lines(result)[-1]["event"] == "run_finished"
    assert list(played.runs) == [only_other(trained_elsewhere).run_id]
    assert waiting() == []


def test_resume_waits_too(
    command: Command,
    played: ScriptedExecutor,
    trained_elsewhere: ScriptedRun,
    while_it_waits: WhileItWaits,
) -> None:
    while_it_waits(lambda: trained_elsewhere.say(finished()))
    directory = make_run([started(), step(1)])
    result = command("resume", directory.run_id)
    assert (result.returncode, result.stderr) == (0, f"{WAITS}\n")
    assert list(played.runs) == [directory.run_id]


def test_ctrl_c_leaves_the_queue_and_nothing_of_a_run_that_never_began(
    command: Command,
    played: ScriptedExecutor,
    trained_elsewhere: ScriptedRun,
    while_it_waits: WhileItWaits,
) -> None:
    while_it_waits(lambda: signal.raise_signal(signal.SIGINT))
    result = command("compare", "--dataset", "sample")
    assert (result.returncode, result.stderr) == (130, f"{WAITS}\n")
    assert played.runs == {}
    assert waiting() == []
    assert list_runs() == [trained_elsewhere.directory.path]


def test_ctrl_c_does_not_delete_a_run_that_somebody_else_has_just_trained(
    command: Command,
    played: ScriptedExecutor,
    trained_elsewhere: ScriptedRun,
    while_it_waits: WhileItWaits,
) -> None:
    def trained_and_interrupted() -> None:
        with EventLog(only_other(trained_elsewhere).events_path) as log:
            log.append(started())
        signal.raise_signal(signal.SIGINT)

    while_it_waits(trained_and_interrupted)
    assert command("train", "--dataset", "sample").returncode == 130
    assert only_other(trained_elsewhere).events_path.exists()


def test_a_run_that_somebody_else_takes_out_of_the_queue_is_said_to_be(
    command: Command,
    played: ScriptedExecutor,
    trained_elsewhere: ScriptedRun,
    while_it_waits: WhileItWaits,
) -> None:
    def take_it_out() -> None:
        queue.take_out(only_other(trained_elsewhere).run_id)

    while_it_waits(take_it_out)
    result = command("train", "--dataset", "sample")
    assert result.returncode == 1
    assert result.stderr.splitlines()[0] == WAITS
    assert "was taken out of the queue in another program." in result.stderr
    assert played.runs == {}


def test_where_a_core_is_free_nobody_waits(
    command: Command, played: ScriptedExecutor, while_it_waits: WhileItWaits
) -> None:
    while_it_waits(lambda: pytest.fail("it waited"))
    assert_done(command("train", "--dataset", "sample"))
