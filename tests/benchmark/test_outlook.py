"""What is about to be trained, in words and seconds, without measuring for real."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mnist_tui.analysis.formatting import rough_time
from mnist_tui.benchmark import outlook
from mnist_tui.benchmark.outlook import MOST_SHAPES, Forecast, Outlook, look_ahead
from mnist_tui.errors import DataError, RunError
from mnist_tui.runs import reuse
from mnist_tui.runs.run import Run
from mnist_tui.runs.store import RunStore
from mnist_tui.settings.run_config import RunConfig
from tests.runs.helpers import epoch, finished, make_run, started_on, step

pytestmark = [pytest.mark.quick, pytest.mark.cores(2)]

LONG = RunConfig(dataset="sample", threads=2, epochs=1000, early_stopping=0)
STEPS = 15
"""Of an epoch of the sample."""


class Measured:
    """Stands in for a burst: a hundredth of a second a step, and twice that with batch normalisation."""

    def __init__(self) -> None:
        self.asked: list[RunConfig] = []

    def __call__(self, configs: Sequence[RunConfig]) -> list[float]:
        self.asked += configs
        return [0.02 if config.batch_norm else 0.01 for config in configs]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Measured:
    burst = Measured()
    monkeypatch.setattr(outlook, "step_seconds", burst)
    return burst


def trained(config: RunConfig, **result: Any) -> list[Run]:
    """The runs of a home in which this one has been trained."""
    settled = reuse.decide(config).replace(threads=config.threads or 2)
    make_run([started_on(settled), step(4), epoch(1), finished(**result)], **settled.to_dict())
    store = RunStore()
    store.refresh()
    return list(store.runs.values())


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (Outlook(1, seconds=40.2), "1 run, about 40 s"),
        (Outlook(6, 2, seconds=163.0, is_bound=True), "6 runs, 2 of them trained earlier, at most 2.7 min"),
        (Outlook(6, 6, seconds=0.0), "6 runs, trained earlier"),
        (Outlook(1, 1), "1 run, trained earlier"),
        (Outlook(3, 1), "3 runs, 1 of them trained earlier"),
        (Outlook(3, 1, 2, seconds=0.0), "3 runs, 1 of them trained earlier, 2 of them on their way already"),
        (Outlook(3, seconds=2.5, is_guess=True), "3 runs, a few seconds"),
    ],
)
def test_words(plan: Outlook, words: str) -> None:
    assert plan.words == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (8.4, "8 s"),
        (57, "55 s"),
        (99, "100 s"),
        (120, "2 min"),
        (150, "2.5 min"),
        (3000, "50 min"),
        (7200, "2 h"),
        (100_000, "27.8 h"),
    ],
)
def test_expected_times_are_rounded(seconds: float, words: str) -> None:
    assert rough_time(seconds) == words


def test_what_no_run_tells_is_measured_once_for_each_shape(measured: Measured) -> None:
    normed = LONG.replace(batch_norm=True)
    configs = [LONG, normed, LONG.replace(seed=1), LONG.replace(l2_lambda=0.1)]
    found = Forecast([]).outlook(configs)
    assert [(config.batch_norm, config.l2_lambda) for config in measured.asked] == [
        (False, 0),
        (True, 0),
        (False, 0.1),
    ]
    training = 1000 * STEPS * (0.01 + 0.02 + 0.01 + 0.01)
    assert training < (found.seconds or 0) < 1.5 * training
    assert (found.runs, found.taken, found.is_bound, found.is_guess) == (4, 0, False, False)


def test_finished_runs_spare_the_measurement(measured: Measured) -> None:
    runs = trained(LONG.replace(epochs=1), images_per_second=3600 / 0.15)
    found = Forecast(runs).outlook([LONG])
    assert measured.asked == []
    assert 150 < (found.seconds or 0) < 200


def test_a_plan_that_takes_no_time_is_not_measured(measured: Measured) -> None:
    assert Forecast([]).outlook([LONG.replace(hidden=(16,), epochs=10)]).time == "a few seconds"
    assert measured.asked == []


def test_of_very_many_shapes_some_stand_in_for_others() -> None:
    configs = [LONG.replace(hidden=(width,)) for width in range(100, 150)]
    asked: list[RunConfig] = []

    def measure(some: Sequence[RunConfig]) -> list[float]:
        asked.extend(some)
        return [config.hidden[0] / 10_000 for config in some]

    forecast = Forecast([], measure=measure)
    forecast.learn(configs)
    assert 2 <= len(asked) <= MOST_SHAPES
    seconds = [forecast.seconds(config)[0] for config in configs]
    assert seconds == sorted(seconds)


def test_what_cannot_be_measured_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_configs: Sequence[RunConfig]) -> list[float]:
        raise RunError("no memory.")

    monkeypatch.setattr(outlook, "step_seconds", fail)
    assert Forecast([]).outlook([LONG]).words == "1 run"


def test_early_stopping_makes_it_a_bound(measured: Measured) -> None:
    assert Forecast([]).outlook([LONG.replace(early_stopping=5)]).time.startswith("at most ")


def test_data_that_are_not_there_are_refused(measured: Measured) -> None:
    with pytest.raises(DataError):
        Forecast([]).outlook([LONG.replace(dataset="gone")])


def test_the_size_of_a_directory_s_data_is_read_from_the_headers(measured: Measured, tiny_data: Path) -> None:
    shape = Forecast([]).shape(RunConfig(dataset=str(tiny_data), threads=1))
    assert (shape.sizes, shape.steps) == ((270, 30, 100), 2)


# For the dashboard


def test_the_dashboard_is_told_what_is_taken_and_how_long_the_others_take_side_by_side(
    measured: Measured,
) -> None:
    runs = trained(LONG)
    begun = look_ahead([LONG, LONG.replace(seed=1), LONG.replace(seed=2, batch_norm=True)], runs)
    assert (begun.runs, begun.taken) == (3, 1)
    alone = [Forecast(runs).outlook([config]) for config in (LONG, LONG.replace(batch_norm=True))]
    together = sum(one.seconds or 0 for one in alone)
    assert begun.seconds == pytest.approx(together, rel=0.01), "two runs share the two cores"
    assert look_ahead([LONG], runs).words == "1 run, trained earlier"
    assert look_ahead([LONG], runs, fresh=True).taken == 0


def test_what_is_on_its_way_takes_no_time_of_its_own(measured: Measured) -> None:
    settled = reuse.decide(LONG)
    waiting = make_run(**settled.to_dict())
    store = RunStore()
    store.refresh()
    begun = look_ahead([LONG], store.runs.values(), {waiting.run_id})
    assert (begun.joined, begun.taken, begun.time) == (1, 0, "")
