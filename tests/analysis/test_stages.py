"""Where the time of a run went: milliseconds a training step, stage by stage."""

from pathlib import Path

import pytest

from mnist_tui.analysis.stages import stage_milliseconds
from mnist_tui.data.source import load, resolve
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Event
from mnist_tui.training.stopwatch import STAGES
from mnist_tui.training.trainer import Trainer
from tests.runs.helpers import epoch, finished, started, step, tiny_config

pytestmark = pytest.mark.quick


def run_of(*events: Event) -> Run:
    run = Run(RunDirectory(Path("x")), RunConfig())
    for event in events:
        run.apply(event)
    return run


def test_time_is_the_mean_over_the_steps_of_all_epochs() -> None:
    """4 steps an epoch: 24 ms of data and 8 ms of forward passes in 8 steps."""
    run = run_of(
        started(),
        epoch(1, stage_seconds={"data": 0.004, "forward": 0.006}),
        epoch(2, stage_seconds={"data": 0.020, "forward": 0.002}),
    )
    assert stage_milliseconds(run) == pytest.approx({"data": 3, "forward": 1})


def test_steps_of_an_epoch_that_is_not_complete_do_not_count() -> None:
    run = run_of(started(), epoch(1, stage_seconds={"data": 0.004}), step(5, 2), step(6, 2))
    assert stage_milliseconds(run) == pytest.approx({"data": 1})


def test_a_summary_in_which_few_epochs_are_read_has_the_time_of_their_steps() -> None:
    run = run_of(started(), *(epoch(number, stage_seconds={"data": 0.004}) for number in (1, 15, 20)))
    assert stage_milliseconds(run) == pytest.approx({"data": 1})


def test_stages_keep_their_order_and_those_that_took_no_time_are_there_too() -> None:
    seconds = {"data": 0.4, "forward": 0.8, "batch_norm": 0.0, "backward": 1.2, "update": 0.2}
    times = stage_milliseconds(run_of(epoch(1, stage_seconds=seconds), epoch(2, stage_seconds=seconds)))
    assert list(times.items()) == [
        ("data", pytest.approx(100)),
        ("forward", pytest.approx(200)),
        ("batch_norm", 0),
        ("backward", pytest.approx(300)),
        ("update", pytest.approx(50)),
    ]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="nothing yet"),
        pytest.param([started(), step(1), step(2)], id="no epoch complete"),
        pytest.param([started(), epoch(1), epoch(2), finished()], id="log of an older version"),
        pytest.param([epoch(1, step=0, stage_seconds={"data": 1.0})], id="no step"),
    ],
)
def test_what_was_not_measured_has_no_times(events: list[Event]) -> None:
    assert stage_milliseconds(run_of(*events)) == {}


def test_times_of_a_real_run_are_those_it_says_itself(tiny_data: Path) -> None:
    config = tiny_config(tiny_data, epochs=3, batch_norm=True)
    run = run_of(*Trainer(config, load(resolve(str(tiny_data)), 30)).run())
    assert run.finished
    times = stage_milliseconds(run)
    assert tuple(times) == STAGES
    assert times == pytest.approx(
        {stage: 1000 * seconds / run.step for stage, seconds in run.finished.stage_seconds.items()}
    )
    assert 0 < sum(times.values()) < 1000 * run.finished.train_seconds / run.step
