"""What an epoch says about weights, gradients and running statistics, beside numbers worked out by hand."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.data.dataset import CLASSES, PIXELS, Split
from mnist_tui.nn import Network
from mnist_tui.nn.buffers import Array
from mnist_tui.settings.choices import OPTIMIZERS
from mnist_tui.training.engine import Engine
from mnist_tui.training.events import Epoch, Event, Step
from mnist_tui.training.metrics import drift, mean_by_name, norms, weight_norm
from tests.training.noise import epochs_of, floats, trainer_of

pytestmark = pytest.mark.quick


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
    """45 steps an epoch, an event at every third one."""
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
        assert steps == [first + number for number in range(3, 46, 3)]
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
