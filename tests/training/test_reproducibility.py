"""The same configuration, seed and threads give the same run; the seed alone gives weights and batches."""

import itertools
from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import Dataset, Split
from mnist_tui.training.engine import Engine
from mnist_tui.training.events import Epoch
from mnist_tui.training.trainer import Trainer
from tests.training.helpers import EVERYTHING, config_of, of_kind, timeless, train


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("options", [{}, EVERYTHING], ids=["plain", "everything"])
def test_same_seed_and_threads_give_the_same_run_bit_for_bit(
    tiny: Dataset, threads: int, options: dict[str, Any]
) -> None:
    (one, events), (two, again) = (train(tiny, threads=threads, seed=3, **options) for _ in range(2))
    assert timeless(again) == timeless(events)
    np.testing.assert_array_equal(one.network.parameter_vector, two.network.parameter_vector)
    for name, array in one.network.state.items():
        np.testing.assert_array_equal(two.network.state[name], array)
    assert one.test
    assert two.test
    np.testing.assert_array_equal(one.test.probabilities, two.test.probabilities)


def test_another_seed_gives_another_run(tiny: Dataset) -> None:
    (one, _), (two, _) = (train(tiny, seed=seed) for seed in (0, 1))
    assert not np.isclose(one.network.parameter_vector, two.network.parameter_vector).any()


def test_one_and_two_threads_agree_closely(tiny: Dataset) -> None:
    options = {"batch_norm": True, "l2_lambda": 0.1}
    (one, events), (two, others) = (train(tiny, threads=threads, **options) for threads in (1, 2))
    np.testing.assert_allclose(one.network.parameter_vector, two.network.parameter_vector, atol=1e-4)
    for event, other in zip(of_kind(events, Epoch), of_kind(others, Epoch), strict=True):
        assert other.train_loss == pytest.approx(event.train_loss, rel=1e-3)
        assert other.validation_loss == pytest.approx(event.validation_loss, rel=1e-3)


OTHER_CONFIGURATIONS: list[dict[str, Any]] = [
    {"batch_norm": True},
    {"l2_lambda": 0.5},
    {"dropout": 0.5},
    {"optimizer": "adam", "learning_rate": 0.001},
    {"threads": 2},
    {**EVERYTHING, "threads": 2},
]


@pytest.mark.parametrize("options", OTHER_CONFIGURATIONS, ids=str)
def test_configurations_with_the_same_seed_share_initial_weights(
    tiny: Dataset, options: dict[str, Any]
) -> None:
    plain, other = Trainer(config_of(), tiny).network, Trainer(config_of(**options), tiny).network
    for name, array in plain.parameters.items():
        np.testing.assert_array_equal(other.parameters[name], array)


def batches_of(dataset: Dataset, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> list[list[int]]:
    """The rows of every mini-batch of a run."""
    batches: list[list[int]] = []
    original = Engine.train_steps

    def recording(engine: Engine, split: Split, burst: Any, rates: Any) -> list[tuple[float, int]]:
        np.testing.assert_array_equal(split.labels, dataset.train.labels)
        batches.extend(rows.tolist() for rows in burst)
        return original(engine, split, burst, rates)

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "train_steps", recording)
        train(dataset, **changes)
    return batches


@pytest.mark.parametrize("options", OTHER_CONFIGURATIONS, ids=str)
def test_configurations_with_the_same_seed_share_the_batch_order(
    tiny: Dataset, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert batches_of(tiny, monkeypatch, **options) == batches_of(tiny, monkeypatch)


def test_every_epoch_shows_every_image_once_in_another_order(
    tiny: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = batches_of(tiny, monkeypatch, batch_size=100, epochs=2)
    assert [len(batch) for batch in batches] == [100, 100, 70, 100, 100, 70]
    first, second = (list(itertools.chain(*batches[start : start + 3])) for start in (0, 3))
    assert sorted(first) == sorted(second) == list(range(270))
    assert first != second
    assert first != sorted(first)
