"""Where the time goes: the laps of each stage, by clocks to order."""

import itertools
import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mnist_tui.training import stopwatch as stopwatch_module
from mnist_tui.training import trainer as trainer_module
from mnist_tui.training.events import Epoch, Event, RunFinished
from mnist_tui.training.stopwatch import STAGES, Stopwatch
from tests.training.noise import epochs_of, floats, trainer_of

pytestmark = pytest.mark.quick


def test_laps_are_added_up_by_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([100, 101, 103, 106, 110, 115, 121, 128, 136, 145, 1000, 1010])
    monkeypatch.setattr(stopwatch_module, "time", SimpleNamespace(perf_counter=lambda: next(times)))
    watch, nothing = Stopwatch(), floats()
    assert watch.seconds == dict.fromkeys(STAGES, 0)
    watch.start()
    watch.lap("data")
    watch.after_forward("linear1", nothing)
    watch.after_forward("batch_norm1", nothing)
    watch.after_forward("relu1", nothing)
    watch.after_forward("loss", nothing)
    watch.after_backward("linear2", nothing)
    watch.after_backward("batch_norm1", nothing)
    watch.after_backward("linear1", nothing)
    watch.lap("update")
    watch.start()  # the time between steps belongs to no stage
    watch.lap("data")
    assert watch.seconds == {
        "data": 1 + 10,
        "forward": 2 + 4 + 5,
        "batch_norm": 3 + 7,
        "backward": 6 + 8,
        "update": 9,
    }


LAPS = {"data": 1, "forward": 8, "batch_norm": 0, "backward": 7, "update": 1}
"""Of a step through linear, ReLU, dropout, linear, ReLU, dropout, linear and the loss."""

OPTIONS_AND_LAPS: list[tuple[dict[str, Any], dict[str, int]]] = [
    ({}, LAPS),
    ({"batch_norm": True}, {**LAPS, "batch_norm": 4}),
    ({"dropout": 0.5}, LAPS),
    ({"augment": "elastic"}, LAPS),
]


def times(laps: dict[str, int], count: float) -> dict[str, float]:
    return {stage: count * number for stage, number in laps.items()}


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by a second whenever it is read."""
    clock = SimpleNamespace(perf_counter=itertools.count().__next__, process_time=lambda: 0)
    monkeypatch.setattr(stopwatch_module, "time", clock)
    monkeypatch.setattr(trainer_module, "time", clock)


@pytest.mark.usefixtures("ticking")
@pytest.mark.parametrize(("options", "laps"), OPTIONS_AND_LAPS, ids=[str(one) for one, _ in OPTIONS_AND_LAPS])
def test_stages_of_each_epoch_and_of_the_run_are_timed(options: dict[str, Any], laps: dict[str, int]) -> None:
    *events, finished = trainer_of(**options).run()
    assert isinstance(finished, RunFinished)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [epoch.stage_seconds for epoch in epochs] == [times(laps, 9)] * 2
    assert finished.stage_seconds == times(laps, 18)
    assert finished.train_seconds == 18 * (sum(laps.values()) + 2)  # before the first lap, after the last


@pytest.mark.usefixtures("ticking")
def test_steps_of_an_incomplete_epoch_count_in_the_run() -> None:
    trainer = trainer_of()
    events: list[Event] = []
    for event in trainer.run():
        events.append(event)
        trainer.stop_requested = trainer.step >= 14
    (epoch,) = (event for event in events if isinstance(event, Epoch))
    assert epoch.stage_seconds == times(LAPS, 9)
    assert isinstance(event, RunFinished)
    assert event.stage_seconds == times(LAPS, 14)


def test_stage_seconds_are_the_mean_over_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that stands still in one thread and goes on by a second a look in the other two."""
    local, caller = threading.local(), threading.current_thread()

    def perf_counter() -> float:
        if threading.current_thread() is caller:
            return 0
        now: int = getattr(local, "now", 0) + 1
        local.now = now
        return now

    monkeypatch.setattr(stopwatch_module, "time", SimpleNamespace(perf_counter=perf_counter))
    (epoch,) = epochs_of(trainer_of(threads=3, batch_norm=True, batch_size=90, epochs=1))
    expected = times({**LAPS, "batch_norm": 4}, 2 / 3)
    assert epoch.stage_seconds == pytest.approx(expected)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_stages_never_take_more_than_the_training_time(threads: int, batch_norm: bool) -> None:
    options: dict[str, Any] = {"hidden": (64,), "batch_size": 90, "epochs": 3}
    *events, finished = trainer_of(threads=threads, batch_norm=batch_norm, **options).run()
    assert isinstance(finished, RunFinished)
    epochs = [event for event in events if isinstance(event, Epoch)]
    trained = np.diff([0, *(epoch.train_seconds for epoch in epochs)])
    for epoch, seconds in zip(epochs, trained, strict=True):
        assert sum(epoch.stage_seconds.values()) <= seconds
        assert tuple(epoch.stage_seconds) == STAGES
        for stage, spent in epoch.stage_seconds.items():
            assert (spent > 0) == (batch_norm or stage != "batch_norm")
    for stage, spent in finished.stage_seconds.items():
        assert spent == pytest.approx(sum(epoch.stage_seconds[stage] for epoch in epochs))
