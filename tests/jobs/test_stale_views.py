"""Commands for runs that have moved on since a dashboard last looked."""

from collections.abc import Iterator

import pytest

from mnist_tui.jobs import active
from mnist_tui.jobs.scripted import ScriptedExecutor
from mnist_tui.paths import runs_directory
from mnist_tui.runs.run import Status
from mnist_tui.settings.run_config import RunConfig
from tests.jobs.driver import Driver
from tests.runs.helpers import started, step

pytestmark = [pytest.mark.quick, pytest.mark.cores(1)]


@pytest.fixture
def executor() -> ScriptedExecutor:
    return ScriptedExecutor([started(), step(1)])


@pytest.fixture
def driver(executor: ScriptedExecutor) -> Iterator[Driver]:
    driver = Driver(executor)
    yield driver
    driver.end()


@pytest.fixture
def other() -> Iterator[Driver]:
    other = Driver(ScriptedExecutor([started(), step(1)]))
    yield other
    other.end()


@pytest.mark.parametrize(("go_on", "command"), [("pause_or_resume", "resume"), ("one_epoch", "step")])
def test_a_run_that_has_just_paused_and_lost_its_core_waits_for_one(
    driver: Driver, other: Driver, executor: ScriptedExecutor, go_on: str, command: str
) -> None:
    """The second key came before the look that would have shown what the first one did."""
    [first] = driver.start([RunConfig(dataset="sample", threads=1)])
    driver.look()
    driver.pause_or_resume(first)
    [second] = other.start([RunConfig(dataset="sample", threads=1, seed=1)])
    assert active.training(runs_directory()) == {second}
    assert driver.status(first) is Status.TRAINING, "as far as it has looked"
    getattr(driver, go_on)(first)
    assert active.training(runs_directory()) == {second}
    assert driver.waiting == [first]
    assert {"command": command} not in executor.runs[first].commands
