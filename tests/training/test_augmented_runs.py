"""Augmentation in whole runs: who sees which images, and when they are drawn."""

from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import CLASSES, PIXELS, SIDE, Dataset, Pixels, Split
from mnist_tui.nn import Network
from mnist_tui.nn.buffers import Array, Buffers
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.augment import Augmentation
from mnist_tui.training.build import make_augmentation
from mnist_tui.training.engine import Engine
from mnist_tui.training.events import Epoch, Event, RunFinished
from mnist_tui.training.lit_pixels import order_by_light
from mnist_tui.training.trainer import Trainer
from tests.training.pictures import KINDS

pytestmark = pytest.mark.quick


def marked_digits(count: int, rng: np.random.Generator) -> Split:
    """Noise with a block in the middle as bright as its label says, brighter than all else."""
    labels = (np.arange(count) % CLASSES).astype(np.uint8)
    images = rng.integers(0, 30, (count, SIDE, SIDE), dtype=np.uint8)
    images[:, 7:21, 7:21] = 50 + 20 * labels[:, None, None]
    return Split(images.reshape(count, PIXELS), labels)


RNG = np.random.default_rng(0)
DATASET = Dataset("marked", marked_digits(60, RNG), marked_digits(20, RNG), marked_digits(20, RNG), sha256="")


def trainer_of(**changes: Any) -> Trainer:
    """Two epochs of 3 steps."""
    base = {"hidden": (8,), "batch_size": 25, "epochs": 2, "learning_rate": 0.1, "early_stopping": 0}
    return Trainer(RunConfig(**{**base, "threads": 1, "augment_strength": 1.0, **changes}), DATASET)


def versions_seen(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> dict[bytes, list[Array]]:
    """What a run makes of each image that it augments, in order of time."""
    trainer = trainer_of(**changes)
    kind: Any = type(make_augmentation(trainer.config))
    original = kind.apply
    seen: dict[bytes, list[Array]] = {}

    def recording(self: Augmentation, images: Pixels, draws: Array, out: Array, buffers: Buffers) -> None:
        original(self, images, draws, out, buffers)
        for image, result in zip(images, out, strict=True):
            seen.setdefault(image.tobytes(), []).append(result.copy())

    with monkeypatch.context() as patch:
        patch.setattr(kind, "apply", recording)
        list(trainer.run())
    return seen


def assert_same_versions(one: dict[bytes, list[Array]], two: dict[bytes, list[Array]]) -> None:
    assert one.keys() == two.keys()
    for image, versions in one.items():
        np.testing.assert_allclose(two[image], versions, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "options", [{"threads": 2}, {"threads": 3}, {"dropout": 0.3, "batch_norm": True, "optimizer": "adam"}]
)
def test_same_seed_gives_the_same_images_whatever_else_differs(
    kind: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = versions_seen(monkeypatch, augment=kind)
    assert_same_versions(versions_seen(monkeypatch, augment=kind, **options), plain)


def draws_of(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> list[Array]:
    """What was drawn for every mini-batch of a run."""
    trainer = trainer_of(**changes)
    kind: Any = type(make_augmentation(trainer.config))
    original = kind.draw
    batches: list[Array] = []

    def recording(self: Augmentation, count: int, rng: np.random.Generator) -> Array:
        batches.append(original(self, count, rng))
        return batches[-1]

    with monkeypatch.context() as patch:
        patch.setattr(kind, "draw", recording)
        list(trainer.run())
    return batches


@pytest.mark.parametrize("kind", KINDS)
def test_every_mini_batch_of_every_seed_is_drawn_for_anew(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [draws for seed in (0, 1) for draws in draws_of(monkeypatch, augment=kind, seed=seed)]
    assert [len(draws) for draws in batches] == [25, 25, 10] * 4
    assert len({draws[:10].tobytes() for draws in batches}) == 12


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("threads", [1, 2])
def test_every_training_image_and_no_other_is_changed_anew_in_every_epoch(
    kind: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = versions_seen(monkeypatch, augment=kind, threads=threads)
    assert versions.keys() == {image.tobytes() for image in DATASET.train.images}
    assert {len(seen) for seen in versions.values()} == {2}
    same = [np.array_equal(first, second) for first, second in versions.values()]
    assert np.mean(same) < 0.3


@pytest.mark.parametrize("kind", ["none", *KINDS])
@pytest.mark.parametrize("threads", [1, 2])
def test_network_trains_on_changed_images_with_their_own_labels(
    kind: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons: list[tuple[Array, Array]] = []
    original = Network.cross_entropy_and_gradients

    def recording(network: Network, images: Array, labels: Array, *others: Any) -> tuple[float, int]:
        whole = np.pad(images, ((0, 0), (0, PIXELS - images.shape[1])))  # what is left out is dark
        lessons.append((whole if kind != "none" else whole[:, places], labels.copy()))
        return original(network, images, labels, *others)

    places = np.argsort(order_by_light(DATASET.train.images))

    monkeypatch.setattr(Network, "cross_entropy_and_gradients", recording)
    list(trainer_of(augment=kind, threads=threads, epochs=1).run())
    images, labels = (np.concatenate(arrays) for arrays in zip(*lessons, strict=True))
    np.testing.assert_allclose(images.max(axis=1), (50 + 20 * labels.astype(int)) / 255, rtol=1e-5)
    plain = {(image * np.float32(1 / 255)).tobytes() for image in DATASET.train.images}
    unchanged = np.mean([image.tobytes() in plain for image in images])
    assert unchanged == 1 if kind == "none" else unchanged < 0.3


def batches_of(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> list[list[int]]:
    """The rows of every mini-batch of a run."""
    batches: list[list[int]] = []
    original = Engine.train_steps

    def recording(engine: Engine, split: Split, burst: Any, rates: Any) -> list[tuple[float, int]]:
        batches.extend(rows.tolist() for rows in burst)
        return original(engine, split, burst, rates)

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "train_steps", recording)
        list(trainer_of(**changes).run())
    return batches


@pytest.mark.parametrize("kind", KINDS)
def test_augmentation_leaves_initial_weights_and_batch_order_alone(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, augmented = (trainer_of(augment=augment).network for augment in ("none", kind))
    np.testing.assert_array_equal(augmented.parameter_vector, plain.parameter_vector)
    assert batches_of(monkeypatch, augment=kind) == batches_of(monkeypatch, augment="none")


def mean_loss(network: Network, split: Split) -> float:
    """Cross-entropy on the images as they are, without the engine."""
    probabilities = network.predict_probabilities(split.images / 255).astype(np.float64)
    return float(-np.log(probabilities[np.arange(len(split)), split.labels]).mean())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("threads", [1, 2])
def test_validation_and_test_look_at_the_images_as_they_are(kind: str, threads: int) -> None:
    trainer = trainer_of(augment=kind, augment_strength=3.0, threads=threads)
    events: list[Event] = []
    for event in trainer.run():
        events.append(event)
        if isinstance(event, Epoch):
            assert event.validation_loss == pytest.approx(
                mean_loss(trainer.network, DATASET.validation), rel=1e-5
            )
    assert isinstance(events[-1], RunFinished)
    assert events[-1].test_loss == pytest.approx(mean_loss(trainer.network, DATASET.test), rel=1e-5)
