"""Leaving dark pixels out changes nothing but the time."""

from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import CLASSES, PIXELS, Dataset, Split
from mnist_tui.nn import Network
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.layers import Linear
from mnist_tui.nn.optimizers import SGD, Adam, Momentum, Optimizer, RMSprop
from mnist_tui.nn.parallel import ThreadGroup
from mnist_tui.training.augment import Shift
from mnist_tui.training.engine import Engine
from mnist_tui.training.lit_pixels import lit_columns, order_by_light, reorder

pytestmark = pytest.mark.quick

RNG = np.random.default_rng(0)
ROWS = 64


def images_with_dark_pixels() -> Split:
    """Pixels lit the more seldom the later they come, the last 100 never; then shuffled."""
    lit = RNG.random((ROWS, PIXELS)) < np.append(np.linspace(0.9, 0.02, PIXELS - 100), np.zeros(100))
    pixels = np.where(lit, RNG.integers(1, 256, (ROWS, PIXELS)), 0).astype(np.uint8)
    return Split(pixels[:, RNG.permutation(PIXELS)], (np.arange(ROWS) % CLASSES).astype(np.uint8))


SPLIT = images_with_dark_pixels()
DATASET = Dataset("dark", SPLIT, SPLIT, SPLIT, "")
BATCHES = [RNG.permutation(ROWS)[:size] for size in (16, 16, 3, 1, 16)]


def trained(optimizer: type[Optimizer], threads: int, *, lit_first: bool, **options: Any) -> dict[str, Array]:
    """Weights, running statistics and what the optimizer remembers, after two stretches of steps."""
    network = Network(
        (PIXELS, 12, 8, CLASSES), rng=np.random.default_rng(1), dtype=np.float64, l2_lambda=0.5, **options
    )
    rngs = [np.random.default_rng(rank) for rank in range(threads)]
    with ThreadGroup[Any](threads) as group:
        engine = Engine.on_threads(network, [optimizer(0.01) for _ in rngs], rngs, group)
        for _ in range(2):
            if lit_first:
                images = engine.take_in(DATASET).train
                with engine.lit_first():
                    engine.train_steps(images, BATCHES, [0.01] * len(BATCHES))
            else:
                engine.train_steps(SPLIT, BATCHES, [0.01] * len(BATCHES))
        state, _ = engine.optimizer_state()
    return {**network.snapshot(), **state}


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        (SGD, {"batch_norm": True, "dropout": 0.3}),
        (Momentum, {"batch_norm": True}),
        (RMSprop, {}),  # with batch norm, it would blow up the rounding of gradients that are 0
        (Adam, {}),
    ],
    ids=str,
)
def test_the_same_weights_come_out(optimizer: type[Optimizer], threads: int, options: dict[str, Any]) -> None:
    expected = trained(optimizer, threads, lit_first=False, **options)
    for name, array in trained(optimizer, threads, lit_first=True, **options).items():
        np.testing.assert_allclose(array, expected[name], rtol=1e-7, atol=1e-12, err_msg=name)


def test_the_images_keep_their_pixels_and_the_dark_ones_stand_last() -> None:
    order = order_by_light(SPLIT.images)
    moved = np.empty_like(SPLIT.images)
    reorder(SPLIT.images, order, moved)
    np.testing.assert_array_equal(moved[:, np.argsort(order)], SPLIT.images)
    assert lit_columns(moved) <= PIXELS - 100 < lit_columns(SPLIT.images)
    for rows in BATCHES:
        assert not moved[rows, lit_columns(moved[rows]) :].any()
        assert moved[rows, lit_columns(moved[rows]) - 1].any()
    often = np.repeat(SPLIT.images, 9, axis=0)  # more of them than are counted at once
    np.testing.assert_array_equal(order_by_light(often), order)
    np.testing.assert_array_equal(order, np.argsort(-(SPLIT.images > 0).sum(axis=0), kind="stable"))
    assert lit_columns(np.zeros((4, PIXELS), np.uint8)) == 1


def test_an_error_inside_leaves_all_rows_in_their_places() -> None:
    network = Network((PIXELS, 4, CLASSES), rng=np.random.default_rng(1))
    before = network.snapshot()
    with ThreadGroup[Any](1) as group:
        engine = Engine.on_threads(network, [SGD()], [np.random.default_rng()], group)

        images = engine.take_in(DATASET).train

        def fail() -> None:
            with engine.lit_first():
                assert not np.array_equal(network.parameters["linear1.weight"], before["linear1.weight"])
                engine.train_steps(images, [np.array([ROWS])], [0.0])

        with pytest.raises(IndexError):
            fail()
    np.testing.assert_array_equal(network.parameters["linear1.weight"], before["linear1.weight"])


def test_augmented_images_stay_as_they_are() -> None:
    network = Network((PIXELS, 4, CLASSES), rng=np.random.default_rng(1))
    with ThreadGroup[Any](1) as group:
        engine = Engine.on_threads(network, [SGD()], [np.random.default_rng()], group, Shift(1))
        before = network.parameters["linear1.weight"].copy()
        taken = engine.take_in(DATASET)
        with engine.lit_first():
            np.testing.assert_array_equal(network.parameters["linear1.weight"], before)
    np.testing.assert_array_equal(taken.train.images, SPLIT.images)


def test_what_is_taken_in_is_a_copy_and_only_training_images_are_sorted() -> None:
    network = Network((PIXELS, 4, CLASSES), rng=np.random.default_rng(1))
    with ThreadGroup[Any](1) as group:
        taken = Engine.on_threads(network, [SGD()], [np.random.default_rng()], group).take_in(DATASET)
    for split in (taken.train, taken.validation, taken.test):
        assert not np.shares_memory(split.images, SPLIT.images)
        np.testing.assert_array_equal(split.labels, SPLIT.labels)
    np.testing.assert_array_equal(taken.test.images, SPLIT.images)
    np.testing.assert_array_equal(taken.validation.images, SPLIT.images)
    np.testing.assert_array_equal(taken.train.images, SPLIT.images[:, order_by_light(SPLIT.images)])


def test_missing_columns_count_as_zero() -> None:
    narrow = RNG.standard_normal((6, 5))
    padded = np.pad(narrow, ((0, 0), (0, 3)))
    gradient = RNG.standard_normal((6, 4))
    results = []
    for inputs in (narrow, padded):
        layer = Linear(8, 4, rng=np.random.default_rng(2), dtype=np.float64)
        layer.gradients["weight"][...] = np.nan
        layer.needs_input_gradient = False
        outputs = layer.forward(inputs, training=True).copy()
        layer.backward(gradient.copy())
        results.append((outputs, *layer.gradients.values()))
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)
    assert not results[0][1][5:].any()
