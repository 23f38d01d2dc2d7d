"""What an epoch says about the inside of a network and about its time, beside numbers worked out by hand."""

import itertools
import math
import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.data.dataset import CLASSES, PIXELS, Dataset, Split
from mnist_tui.nn import Network
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.optimizers import SGD
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.settings.choices import OPTIMIZERS
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training import engine as engine_module
from mnist_tui.training import stopwatch as stopwatch_module
from mnist_tui.training import trainer as trainer_module
from mnist_tui.training.engine import Engine
from mnist_tui.training.events import Epoch, Event, RunFinished, Step
from mnist_tui.training.metrics import drift, mean_by_name, norms, weight_norm
from mnist_tui.training.stopwatch import STAGES, Stopwatch
from mnist_tui.training.trainer import Trainer

pytestmark = pytest.mark.quick


def random_split(count: int, rng: np.random.Generator) -> Split:
    images = rng.integers(0, 256, (count, PIXELS), dtype=np.uint8)
    return Split(images, (np.arange(count) % CLASSES).astype(np.uint8))


RNG = np.random.default_rng(0)
DATASET = Dataset("noise", random_split(90, RNG), random_split(20, RNG), random_split(20, RNG), sha256="")


def trainer_of(dataset: Dataset = DATASET, **changes: Any) -> Trainer:
    """Two epochs of 9 steps."""
    base = {"hidden": (16, 8), "batch_size": 10, "epochs": 2, "learning_rate": 0.01, "early_stopping": 0}
    return Trainer(RunConfig(**{**base, "threads": 1, **changes}), dataset)


def epochs_of(trainer: Trainer) -> list[Epoch]:
    return [event for event in trainer.run() if isinstance(event, Epoch)]


def floats(*values: float) -> Array:
    return np.array(values, np.float32)


# Norms


def test_norms_are_those_of_each_layers_weights_without_biases_and_batch_norm() -> None:
    parameters = {
        "linear1.weight": np.array([[3, 0], [0, -4]]),
        "linear1.bias": floats(100),
        "batch_norm1.gamma": floats(100),
        "batch_norm1.beta": floats(100),
        "linear2.weight": np.array([[1, 2, 2]]),
    }
    assert norms(parameters) == {"linear1": 5, "linear2": 3}


@settings(deadline=None)
@given(values=st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
def test_norm_of_any_finite_weights_is_finite_and_exact(values: list[float]) -> None:
    """Weights of a hopeless run may be so large that their squares overflow in single precision."""
    assert norms({"linear1.weight": floats(*values)}) == {
        "linear1": pytest.approx(math.hypot(*values), rel=1e-12)
    }


def test_weight_norm_is_that_of_all_weights_together() -> None:
    network = Network((PIXELS, 16, 8, CLASSES), batch_norm=True)
    for name, array in network.parameters.items():
        if not name.endswith(".weight"):
            array[...] = 1000
    expected = math.hypot(*np.concatenate([network.parameters[f"linear{n}.weight"].flat for n in (1, 2, 3)]))
    assert weight_norm(network) == pytest.approx(expected, rel=1e-9)


def test_means_are_taken_by_name() -> None:
    assert mean_by_name([{"a": 1, "b": 10}, {"a": 2, "b": 20}, {"a": 6, "b": 0}]) == {"a": 3, "b": 10}
    assert mean_by_name([]) == {}


@pytest.mark.parametrize("threads", [1, 2])
def test_weight_norms_are_those_of_the_weights_at_that_epoch(threads: int) -> None:
    trainer = trainer_of(threads=threads, batch_norm=True, l2_lambda=5.0)
    seen = []
    for event in trainer.run():
        if isinstance(event, Epoch):
            seen.append(event.weight_norms)
            assert event.weight_norms == {
                f"linear{number}": pytest.approx(
                    np.sqrt((trainer.network.parameters[f"linear{number}.weight"] ** 2).sum()), rel=1e-5
                )
                for number in (1, 2, 3)
            }
            assert math.hypot(*event.weight_norms.values()) == pytest.approx(event.weight_norm)
    assert seen[0] != seen[1]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("l2_lambda", [0.0, 90.0])
def test_gradient_norms_are_what_sgd_moved_the_weights_by_over_its_rate(
    threads: int, l2_lambda: float
) -> None:
    """With one step an epoch. The gradient of the penalty, λ/m · w, is w itself for a λ of 90."""
    trainer = trainer_of(threads=threads, l2_lambda=l2_lambda, batch_size=90, learning_rate=0.1)
    before = trainer.network.snapshot()
    for event in trainer.run():
        if isinstance(event, Epoch):
            after = trainer.network.snapshot()
            assert event.gradient_norms == {
                layer: pytest.approx(
                    np.linalg.norm(after[f"{layer}.weight"] - before[f"{layer}.weight"]) / 0.1, rel=1e-3
                )
                for layer in ("linear1", "linear2", "linear3")
            }
            before = after


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_gradient_norms_are_those_before_the_optimizer_works_on_them(optimizer: str) -> None:
    """At the first step, where all optimizers meet the same gradient."""
    epochs = [
        epochs_of(trainer_of(optimizer=name, l2_lambda=1.0, batch_size=90, epochs=1))[0]
        for name in ("sgd", optimizer)
    ]
    assert epochs[1].gradient_norms == epochs[0].gradient_norms


def test_gradient_norms_are_the_mean_over_steps_with_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """45 steps an epoch, an event at every other one and at the last."""
    measured: list[dict[str, float]] = []
    original = Engine.train_steps

    def recording(engine: Engine, split: Split, batches: Any, rates: Any) -> list[tuple[float, int]]:
        results = []
        for rows, lr in zip(batches, rates, strict=True):
            results += original(engine, split, [rows], [lr])
            measured.append(norms(engine.gradients))
        return results

    monkeypatch.setattr(Engine, "train_steps", recording)
    events = list(trainer_of(batch_size=2, threads=2).run())
    for epoch in (event for event in events if isinstance(event, Epoch)):
        first = 45 * (epoch.epoch - 1)
        steps = [event.step for event in events if isinstance(event, Step) and event.epoch == epoch.epoch]
        assert steps == [first + number for number in (*range(2, 45, 2), 45)]
        for layer, norm in epoch.gradient_norms.items():
            assert norm == pytest.approx(np.mean([measured[step - 1][layer] for step in steps]))
            assert norm != pytest.approx(np.mean([one[layer] for one in measured[first : first + 45]]))


# Drift of running statistics


def state_of(mean: Array, variance: Array, layer: str = "batch_norm1") -> dict[str, Array]:
    return {f"{layer}.running_mean": mean, f"{layer}.running_var": variance}


def test_drift_of_a_mean_is_counted_in_standard_deviations_of_its_unit() -> None:
    before = state_of(floats(0, 5), floats(1, 1))
    after = state_of(floats(6, -3), floats(4, 100))
    expected = math.sqrt(((6 / 2) ** 2 + (8 / 10) ** 2) / 2)
    assert drift(before, after)["batch_norm1.running_mean"] == pytest.approx(expected, rel=1e-4)


def test_drift_of_a_variance_is_counted_as_a_share_of_it() -> None:
    before = state_of(floats(0, 0), floats(1, 9))
    after = state_of(floats(0, 0), floats(4, 3))
    expected = math.sqrt(((3 / 4) ** 2 + (6 / 3) ** 2) / 2)
    assert drift(before, after)["batch_norm1.running_var"] == pytest.approx(expected, rel=1e-4)


def test_drift_of_each_layer_is_its_own() -> None:
    before = {**state_of(floats(0), floats(1)), **state_of(floats(0, 0), floats(1, 1), "batch_norm2")}
    after = {**state_of(floats(2), floats(1)), **state_of(floats(3, 3), floats(9, 9), "batch_norm2")}
    assert drift(before, after) == {
        "batch_norm1.running_mean": pytest.approx(2, rel=1e-4),
        "batch_norm1.running_var": 0,
        "batch_norm2.running_mean": pytest.approx(1, rel=1e-4),
        "batch_norm2.running_var": pytest.approx(8 / 9, rel=1e-4),
    }


def test_unit_that_no_longer_varies_drifts_by_a_finite_amount() -> None:
    still = state_of(floats(0), floats(0))
    assert drift(still, still) == {"batch_norm1.running_mean": 0, "batch_norm1.running_var": 0}
    assert drift(state_of(floats(1), floats(1)), still) == {
        "batch_norm1.running_mean": pytest.approx(1 / math.sqrt(1e-5), rel=1e-4),
        "batch_norm1.running_var": pytest.approx(1e5, rel=1e-4),
    }


def test_drift_of_any_finite_statistics_is_finite() -> None:
    drifts = drift(state_of(floats(1e18), floats(1e16)), state_of(floats(0), floats(0)))
    assert drifts == {
        "batch_norm1.running_mean": pytest.approx(1e18 / math.sqrt(1e-5)),
        "batch_norm1.running_var": pytest.approx(1e21),
    }


def test_drift_that_is_not_finite_is_left_out() -> None:
    drifts = drift(state_of(floats(1), floats(1)), state_of(floats(1), floats(math.inf)))
    assert drifts == {"batch_norm1.running_mean": 0}


@pytest.mark.parametrize("threads", [1, 2])
def test_drift_of_an_epoch_is_how_far_the_statistics_moved_in_it(threads: int) -> None:
    trainer = trainer_of(threads=threads, batch_norm=True, epochs=3)
    before = trainer.network.snapshot()
    for event in trainer.run():
        if not isinstance(event, Epoch):
            continue
        after = trainer.network.snapshot()
        assert list(event.batch_norm_drift) == list(trainer.network.state)
        for name, moved in event.batch_norm_drift.items():
            variance = after[name.replace("_mean", "_var")] + 1e-5
            unit = np.sqrt(variance) if name.endswith("_mean") else variance
            assert moved == pytest.approx(
                np.sqrt((((after[name] - before[name]) / unit) ** 2).mean()), rel=1e-4
            )
            assert moved > 0
        before = after


def test_drift_is_absent_without_batch_norm() -> None:
    assert [epoch.batch_norm_drift for epoch in epochs_of(trainer_of())] == [{}, {}]


# Dead units


def dead_units(network: Network, split: Split, threads: int) -> dict[str, float]:
    with ThreadGroup[tuple[float, int]](threads) as group:
        engine = Engine(network, [SGD()] * threads, [np.random.default_rng()] * threads, group)
        return engine.evaluate(split).dead_units


def lit(*pixels: int) -> Split:
    """An image for each number: all dark, but for the pixel of that number."""
    images = np.zeros((len(pixels), PIXELS), np.uint8)
    images[range(len(pixels)), pixels] = 255
    return Split(images, np.zeros(len(pixels), np.uint8))


def watching(*pixels: int, batch_norm: bool = False) -> Network:
    """A network with a unit for each number, alive where the pixel of that number is lit, and there only."""
    network = Network((PIXELS, len(pixels), CLASSES), batch_norm=batch_norm)
    network.parameters["linear1.weight"][...] = 0
    network.parameters["linear1.weight"][pixels, range(len(pixels))] = 1
    network.parameters["batch_norm1.beta" if batch_norm else "linear1.bias"][...] = -0.5
    return network


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("options", [{}, {"dropout": 0.5}], ids=str)
def test_share_of_dead_units_is_counted_for_each_relu_layer(threads: int, options: dict[str, Any]) -> None:
    network = Network((PIXELS, 8, 5, CLASSES), **options)
    for layer, alive in (("linear1", 6), ("linear2", 1)):
        network.parameters[f"{layer}.bias"][:alive] = 1e6
        network.parameters[f"{layer}.bias"][alive:] = -1e6
        network.parameters[f"{layer}.weight"][...] = 0
    assert dead_units(network, DATASET.validation, threads) == {"relu1": 2 / 8, "relu2": 4 / 5}


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("chunk", [2, 1000])
@pytest.mark.parametrize("alive", range(7))
def test_unit_that_one_image_excites_is_alive(
    threads: int, batch_norm: bool, chunk: int, alive: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever thread looks at that image, and in whichever of its chunks."""
    monkeypatch.setattr(engine_module, "EVALUATION_ROWS", chunk)
    network = watching(alive, 100, 101, 102, batch_norm=batch_norm)
    assert dead_units(network, lit(*range(7)), threads) == {"relu1": 3 / 4}


def test_units_that_live_at_different_images_are_all_alive() -> None:
    assert dead_units(watching(3, 0, 6, 2), lit(*range(7)), 2) == {"relu1": 0}


def test_unit_whose_sums_are_exactly_zero_is_dead() -> None:
    network = watching(0, 1)
    network.parameters["linear1.bias"][1] = 0
    network.parameters["linear1.weight"][:, 1] = 0
    assert dead_units(network, lit(0, 1), 1) == {"relu1": 1 / 2}


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_dead_units_are_counted_with_fewer_images_than_threads(threads: int) -> None:
    assert dead_units(watching(0, 1, 2, 3), lit(0, 1), threads) == {"relu1": 2 / 4}


@pytest.mark.parametrize("threads", [1, 2])
def test_epochs_count_the_units_that_are_dead_for_validation_images(threads: int) -> None:
    """Pixels 0 to 2 are lit in training, 3 and 4 in validation, 5 in the test; nothing is learnt."""
    dataset = Dataset("lit", train=lit(0, 1, 2), validation=lit(3, 4), test=lit(5, 5), sha256="")
    trainer = trainer_of(dataset, hidden=(6,), threads=threads, learning_rate=1e-9)
    trainer.network.restore(watching(*range(6)).snapshot())
    assert [epoch.dead_units for epoch in epochs_of(trainer)] == [{"relu1": 4 / 6}] * 2


@pytest.mark.parametrize("threads", [1, 2])
def test_units_that_are_dead_for_good_stay_dead_in_every_epoch(threads: int) -> None:
    trainer = trainer_of(threads=threads, learning_rate=0.001)
    biases = trainer.network.parameters["linear1.bias"]
    biases[...] = 10
    biases[[0, 5, 6, 15]] = -1e6
    assert [epoch.dead_units["relu1"] for epoch in epochs_of(trainer)] == [4 / 16] * 2


# Where the time goes


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


# A run that is stopped


@pytest.mark.parametrize("threads", [1, 2])
def test_epoch_that_was_stopped_at_its_first_step_is_measured_all_the_same(threads: int) -> None:
    trainer = trainer_of(threads=threads, batch_norm=True)
    events: list[Event] = []
    for event in trainer.run():
        events.append(event)
        trainer.stop_requested = True
    assert trainer.step == 1
    (epoch,) = (event for event in events if isinstance(event, Epoch))
    layers = {"linear1", "linear2", "linear3"}
    assert epoch.weight_norms.keys() == epoch.gradient_norms.keys() == layers
    assert epoch.dead_units.keys() == {"relu1", "relu2"}
    for numbers in (epoch.gradient_norms, epoch.batch_norm_drift, epoch.stage_seconds):
        assert min(numbers.values()) > 0
