"""`mnist-tui compare --budget`: what is proposed, and how it is kept, by a clock that played runs move."""

from collections.abc import Sequence

import pytest

from mnist_tui.benchmark import outlook
from mnist_tui.cli import agenda, headless
from mnist_tui.errors import RunError
from mnist_tui.jobs.scripted import ScriptedExecutor, ScriptedRun
from mnist_tui.runs.layout import RunDirectory, list_runs
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from tests.command import Command, Result, assert_done, assert_refused, json_lines
from tests.runs.helpers import epoch, finished, started_on, step

pytestmark = pytest.mark.cores(2)

COMPARE = ("compare", "--dataset", "sample", "--threads", "1", "--early-stopping", "0")
STEPS = 15
"""Of an epoch of the sample."""


class Clock(ScriptedExecutor):
    """Trains runs in no time and moves the clock by what they ought to have taken.

    Attributes:
        step_seconds: What a step takes when it is measured.
        pace: How many times as long it takes then, run by run; the last one stands for all later ones.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.step_seconds = 0.01
        self.pace: Sequence[float] = (1.0,)

    def start(self, directory: RunDirectory) -> ScriptedRun:
        config = Run.read(directory).config
        number = min(len(self.runs), len(self.pace) - 1)
        training = STEPS * self.step_seconds * self.pace[number]
        self.now += self.pace[number] * 0.43 + config.epochs * (training + 0.03)
        result = finished(epochs=config.epochs, images_per_second=3600 / training)
        self.script = (started_on(config), step(1), epoch(1), result)
        return super().start(directory)

    def measure(self, configs: Sequence[RunConfig]) -> list[float]:
        self.now += 1
        return [self.step_seconds] * len(configs)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(headless, "LocalExecutor", lambda: clock)
    monkeypatch.setattr(agenda, "monotonic", lambda: clock.now)
    monkeypatch.setattr(outlook, "step_seconds", clock.measure)
    return clock


def configs() -> list[RunConfig]:
    return [RunDirectory(path).read_config() for path in list_runs()]


def said(result: Result) -> list[str]:
    assert_done(result)
    return [line for line in result.stdout.splitlines() if line.startswith(("Budget", "0 runs", "9 runs"))]


def test_what_fits_is_proposed_trained_and_takes_about_as_long(command: Command, clock: Clock) -> None:
    before = clock.now
    result = command(*COMPARE, "--budget", "45s")
    planned, words, *_ = result.stdout.splitlines()
    assert planned.startswith("Budget 45 s: 3 rows × 3 seeds × ")
    assert planned.endswith(" epochs fit, where 30 were asked for")
    assert words.startswith("9 runs, about ")
    assert 0.85 * 45 < clock.now - before < 1.15 * 45
    assert len(configs()) == 9
    assert len({config.epochs for config in configs()}) == 1
    assert said(result)[-1].startswith("Budget: 3 seeds of every row, after ")


def test_the_epochs_that_were_asked_for_and_more_seeds(command: Command) -> None:
    result = command(*COMPARE, "--budget", "2m", "--epochs", "10")
    assert said(result)[0] == "Budget 2 min: 3 rows × 17 seeds × 10 epochs fit"
    assert {config.epochs for config in configs()} == {10}
    assert {config.seed for config in configs()} == set(range(17))


def test_programs_are_told_what_was_proposed_and_what_came_of_it(command: Command) -> None:
    planned, *_, kept, comparison = json_lines(command(*COMPARE, "--budget", "60s", "--json"))
    assert planned["event"] == "plan"
    assert (planned["runs"], planned["seeds"], planned["budget_seconds"]) == (9, 3, 60)
    assert 50 < planned["expected_seconds"] < 60
    assert (kept["event"], kept["seeds"]) == ("budget", 3)
    assert 50 < kept["elapsed_seconds"] < 69
    assert comparison["event"] == "comparison"
    assert {len(row["seeds"]) for row in comparison["rows"]} == {3}


def test_a_machine_that_is_slower_than_it_seemed_trains_fewer_seeds(command: Command, clock: Clock) -> None:
    clock.pace, before = (1.5,), clock.now
    result = command(*COMPARE, "--budget", "60s")
    assert said(result)[-1].startswith("Budget: 2 of 3 seeds of every row, after ")
    assert said(result)[-1].endswith(": they took longer than expected.")
    assert clock.now - before < 1.15 * 60
    assert len(configs()) == 6


def test_time_that_is_left_goes_into_more_seeds(command: Command, clock: Clock) -> None:
    clock.pace, before = (0.5,), clock.now
    result = command(*COMPARE, "--budget", "60s")
    assert said(result)[-1].startswith("Budget: 5 seeds of every row, 2 more than planned, after ")
    assert 0.85 * 60 < clock.now - before < 1.15 * 60
    assert len(configs()) == 15


def test_a_round_that_gets_slow_is_not_finished(command: Command, clock: Clock) -> None:
    clock.pace = (*[1.0] * 7, 5.0)
    result = command(*COMPARE, "--budget", "60s")
    assert said(result)[-1].startswith("Budget: 2 of 3 seeds of every row")
    assert len(configs()) == 8


def test_one_seed_of_every_row_is_trained_whatever_it_takes(command: Command, clock: Clock) -> None:
    clock.pace = (20.0,)
    result = command(*COMPARE, "--budget", "60s")
    assert said(result)[-1].startswith("Budget: 1 of 3 seeds")
    assert len(configs()) == 3


def test_seeds_are_the_most_there_may_be(command: Command) -> None:
    result = command(*COMPARE, "--budget", "10m", "--seeds", "2", "--epochs", "5")
    assert said(result)[0] == "Budget 10 min: 3 rows × 2 seeds × 5 epochs fit"
    assert len(configs()) == 6


def test_what_was_trained_earlier_leaves_time_for_more_seeds(command: Command) -> None:
    options = (*COMPARE, "--epochs", "10", "--budget", "30s")
    assert_done(command(*options))
    first = len(configs())
    result = command(*options)
    assert f"{first} runs, trained earlier" in result.stdout
    assert "more than planned" in said(result)[-1]
    assert len(configs()) > first
    assert len({(config.seed, config.batch_norm, config.l2_lambda) for config in configs()}) == len(configs())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--budget", "soon"), ["budget must be a time", "60s, 5m or 1.5h", "“soon”"]),
        (("--budget", "1s"), ["budget is too small", "one epoch of every row"]),
        (("--budget", "60s", "--sweep", "epochs=1,2"), ["budget chooses epochs itself"]),
        (("--budget", "60s", "--sweep", "seed=1,2"), ["budget adds seed itself"]),
    ],
)
def test_a_budget_that_cannot_be_kept_is_refused(
    command: Command, options: tuple[str, ...], words: list[str]
) -> None:
    assert_refused(command(*COMPARE, *options), 2, *words)
    assert list_runs() == []


def test_a_machine_that_cannot_be_measured_has_no_budget(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_configs: Sequence[RunConfig]) -> list[float]:
        raise RunError("The speed of training could not be measured.")

    monkeypatch.setattr(outlook, "step_seconds", fail)
    assert_refused(command(*COMPARE, "--budget", "60s"), 1, "could not be measured")
