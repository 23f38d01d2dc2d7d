"""What probes say is so, and training does not notice them."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from mnist_tui.data.dataset import Dataset
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch
from mnist_tui.training.histograms import EDGES
from mnist_tui.training.probes import Prober, Record, quantities
from mnist_tui.training.trainer import Trainer
from tests.training.helpers import EVERYTHING, config_of, timeless, train

Numbers = npt.NDArray[np.float64]


def train_with_probes(dataset: Dataset, **changes: Any) -> tuple[Trainer, list[Any], list[Record]]:
    trainer = Trainer(config_of(**changes), dataset)
    prober = Prober(trainer.config, trainer.network, dataset.validation)
    events, records = [], [prober.probe(0, 0)]
    for event in trainer.run():
        events.append(event)
        if isinstance(event, Epoch):
            records.append(prober.probe(event.epoch, event.step))
    return trainer, events, records


@pytest.mark.parametrize("threads", [1, 2])
def test_training_is_the_same_bit_for_bit(tiny: Dataset, threads: int) -> None:
    options = {**EVERYTHING, "threads": threads, "seed": 3}
    one, events = train(tiny, **options)
    two, others, _ = train_with_probes(tiny, **options)
    assert timeless(others) == timeless(events)
    for name, array in one.network.snapshot().items():
        np.testing.assert_array_equal(two.network.snapshot()[name], array)
    assert one.test
    assert two.test
    np.testing.assert_array_equal(one.test.probabilities, two.test.probabilities)


def computed(weights: dict[str, Any], images: Numbers, labels: Any, l2_lambda: float) -> dict[str, Numbers]:
    """All quantities of a network with one hidden layer and batch norm, in float64, from its weights."""
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    pre = images @ w["linear1.weight"] + w["linear1.bias"]
    deviation = np.sqrt(w["batch_norm1.running_var"] + 1e-5)
    normal = (pre - w["batch_norm1.running_mean"]) / deviation * w["batch_norm1.gamma"]
    normal = normal + w["batch_norm1.beta"]
    active = np.maximum(normal, 0)
    found = {
        **{name: array for name, array in w.items() if "bias" not in name},
        "linear1.outputs": pre,
        "batch_norm1.outputs": normal,
        "relu1.outputs": active,
        "linear2.outputs": active @ w["linear2.weight"] + w["linear2.bias"],
    }
    # The gradient: training mode, by the statistics of these images.
    count = len(images)
    sigma = np.sqrt(pre.var(axis=0) + 1e-5)
    hat = (pre - pre.mean(axis=0)) / sigma
    active = np.maximum(hat * w["batch_norm1.gamma"] + w["batch_norm1.beta"], 0)
    scores = active @ w["linear2.weight"] + w["linear2.bias"]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    g = scores / scores.sum(axis=1, keepdims=True)
    g[np.arange(count), labels] -= 1
    g /= count
    decay = l2_lambda / count
    found["linear2.weight.gradient"] = active.T @ g + decay * w["linear2.weight"]
    g = (g @ w["linear2.weight"].T) * (active > 0) * w["batch_norm1.gamma"]
    g = (g - g.mean(axis=0) - hat * (g * hat).mean(axis=0)) / sigma
    found["linear1.weight.gradient"] = images.T @ g + decay * w["linear1.weight"]
    return found


def test_probes_agree_with_a_computation_from_the_weights(tiny: Dataset) -> None:
    options = {**EVERYTHING, "hidden": (16,), "epochs": 2}
    trainer = Trainer(config_of(**options), tiny)
    prober = Prober(trainer.config, trainer.network, tiny.validation)
    record, weights = prober.probe(0, 0), {}
    for event in trainer.run():
        if isinstance(event, Epoch):
            record, weights = prober.probe(event.epoch, event.step), trainer.network.snapshot()
    images = tiny.validation.images.astype(np.float64) / 255
    expected = computed(weights, images, tiny.validation.labels, trainer.config.l2_lambda)
    sizes = quantities(trainer.config, len(images))
    assert sizes.keys() == expected.keys()
    assert (record["epoch"], record["step"]) == (2, 18)
    dead = np.mean(expected["relu1.outputs"].max(axis=0) <= 0)
    np.testing.assert_allclose(record["dead_units"], [dead])
    for row, (name, size) in enumerate(sizes.items()):
        numbers = expected[name].reshape(-1)
        summary = [numbers.mean(), numbers.std(), numbers.min(), numbers.max(), np.sqrt(numbers @ numbers)]
        scale = np.abs(numbers).max()
        np.testing.assert_allclose(
            record["summary"][row], summary, rtol=1e-4, atol=1e-5 * scale, err_msg=name
        )
        counts = record["counts"][row].astype(np.int64)
        assert counts.sum() == size == len(numbers)
        # A number on an edge may round to the other side: no more than these few moved.
        moved = np.abs(np.cumsum(counts - np.histogram(numbers, EDGES)[0])).max()
        assert moved <= 2 + size // 500, name


def test_a_change_of_lambda_is_in_the_gradient(tiny: Dataset) -> None:
    trainer = Trainer(config_of(), tiny)
    prober = Prober(trainer.config, trainer.network, tiny.validation)
    before = prober.probe(0, 0)
    trainer.network.l2_lambda = 1000.0
    row = list(quantities(trainer.config, 1)).index("linear1.weight.gradient")
    assert prober.probe(0, 0)["summary"][row, -1] > 2 * before["summary"][row, -1]


def test_quantities_stand_in_the_order_of_the_layers() -> None:
    names = list(quantities(RunConfig(hidden=(4, 3), batch_norm=True), 10))
    assert names[:3] == ["linear1.weight", "linear1.weight.gradient", "linear1.outputs"]
    assert names[3:9] == [
        "batch_norm1.outputs",
        *(f"batch_norm1.{name}" for name in ("gamma", "beta", "running_mean", "running_var")),
        "relu1.outputs",
    ]
    assert names[-1] == "linear3.outputs"
    assert not any("batch_norm" in name for name in quantities(RunConfig(hidden=(4,)), 10))


def test_a_network_that_overflows_is_recorded_all_the_same(tiny: Dataset) -> None:
    trainer = Trainer(config_of(), tiny)
    trainer.network.parameter_vector[:] = 1e30
    record = Prober(trainer.config, trainer.network, tiny.validation).probe(1, 9)
    assert record["counts"].sum() == sum(quantities(trainer.config, len(tiny.validation)).values())
