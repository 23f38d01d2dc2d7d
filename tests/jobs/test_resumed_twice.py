"""Runs that are resumed while what trained them, or what will, is still there."""

from collections.abc import Iterator

import pytest

from mnist_tui.errors import RunError
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.training.events import Resumed
from tests.jobs.driver import Driver
from tests.runs.helpers import epoch, finished, make_run, started

pytestmark = pytest.mark.quick


@pytest.fixture
def executor() -> ScriptedExecutor:
    """What it starts says nothing until it is told to."""
    return ScriptedExecutor()


@pytest.fixture
def driver(executor: ScriptedExecutor) -> Iterator[Driver]:
    driver = Driver(executor)
    yield driver
    driver.end()


@pytest.fixture
def stopped(driver: Driver) -> RunDirectory:
    """A run that was stopped, and is seen."""
    directory = make_run([started(), epoch(1), finished(status="stopped", epochs=1)], epochs=5)
    driver.look()
    return directory


def test_a_run_that_has_not_said_yet_that_it_goes_on_is_not_stopped_by_resuming_it_again(
    driver: Driver, executor: ScriptedExecutor, stopped: RunDirectory
) -> None:
    """Its log still says that it was stopped, and keys are faster than processes."""
    driver.resume(stopped.run_id)
    with pytest.raises(RunError, match="is on its way already"):
        driver.resume(stopped.run_id)
    assert executor.runs[stopped.run_id].commands == []
    executor.runs[stopped.run_id].say(Resumed(4))
    driver.look()
    assert driver.runs[stopped.run_id].is_active
    with pytest.raises(RunError, match="is on its way already"):
        driver.resume(stopped.run_id)


def test_a_process_that_does_not_end_after_its_result_keeps_its_run_from_being_resumed(
    driver: Driver, executor: ScriptedExecutor, stopped: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.resume(stopped.run_id)
    run = executor.runs[stopped.run_id]
    run.say(Resumed(4))
    with monkeypatch.context() as patch:
        patch.setattr(run, "_end", lambda: None)
        run.say(finished(status="stopped", epochs=1))
        driver.look()
        with pytest.raises(RunError, match="has not ended yet: try again in a moment"):
            driver.resume(stopped.run_id)
    assert not run.is_buried
    run.kill()
    driver.look()
    driver.resume(stopped.run_id)
    assert executor.runs[stopped.run_id] is not run
