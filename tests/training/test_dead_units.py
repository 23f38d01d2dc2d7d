"""Which units an epoch counts as dead: those that no validation image excites."""

from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import CLASSES, PIXELS, Dataset, Split
from mnist_tui.nn import Network
from mnist_tui.nn.optimizers import SGD
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.training import part as part_module
from mnist_tui.training.engine import Engine
from tests.training.noise import DATASET, epochs_of, trainer_of

pytestmark = pytest.mark.quick


def dead_units(network: Network, split: Split, threads: int) -> dict[str, float]:
    with ThreadGroup[tuple[float, int]](threads) as group:
        engine = Engine.on_threads(network, [SGD()] * threads, [np.random.default_rng()] * threads, group)
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
    monkeypatch.setattr(part_module, "EVALUATION_ROWS", chunk)
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
