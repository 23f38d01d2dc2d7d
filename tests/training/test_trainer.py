"""Whole runs on small data: what the trainer says, and what it leaves behind."""

import dataclasses
import itertools
import json
import threading
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mnist_tui.data.dataset import CLASSES, PIXELS, Dataset, Split
from mnist_tui.nn import Network
from mnist_tui.training import part
from mnist_tui.training import trainer as trainer_module
from mnist_tui.training.engine import Engine, Evaluation
from mnist_tui.training.events import Epoch, RunFinished, RunStarted, Step, parse, to_dict
from mnist_tui.training.trainer import Trainer
from tests.training.helpers import EVERYTHING, config_of, mean_loss_and_accuracy, of_kind, train

pytestmark = pytest.mark.quick


def test_run_is_started_then_steps_and_epochs_then_finished(tiny: Dataset) -> None:
    _, events = train(tiny)
    kinds = [event.kind for event in events]
    assert kinds == ["run_started", *(["step"] * 9 + ["epoch"]) * 3, "run_finished"]


def test_started_event_describes_data_and_network(tiny: Dataset) -> None:
    _, events = train(tiny, batch_norm=True, batch_size=100, threads=2, epochs=1)
    assert events[0] == RunStarted(
        dataset="tiny/",
        dataset_sha256=tiny.sha256,
        train_images=270,
        validation_images=30,
        test_images=100,
        parameters=784 * 16 + 3 * 16 + 16 * 8 + 3 * 8 + 8 * 10 + 10,
        steps_per_epoch=3,
        threads=2,
    )


def test_steps_and_epochs_are_counted_from_one_across_the_run(tiny: Dataset) -> None:
    _, events = train(tiny)
    steps, epochs = of_kind(events, Step), of_kind(events, Epoch)
    assert [event.step for event in steps] == list(range(1, 28))
    assert [event.epoch for event in steps] == [1] * 9 + [2] * 9 + [3] * 9
    assert [(event.epoch, event.step) for event in epochs] == [(1, 9), (2, 18), (3, 27)]


@pytest.mark.parametrize("batch_size", [1, 2, 4])
def test_long_epochs_have_up_to_twenty_step_events_and_end_with_one(tiny: Dataset, batch_size: int) -> None:
    _, events = train(tiny, batch_size=batch_size, epochs=1, learning_rate=0.01)
    steps = of_kind(events, Step)
    assert 13 < len(steps) <= 20
    assert steps[-1].step == -(-270 // batch_size)


def test_step_events_add_up_to_their_epoch(tiny: Dataset) -> None:
    _, events = train(tiny, batch_size=32, epochs=1)  # the last mini-batch has only 14 images
    images = [32] * 8 + [14]
    steps, (epoch,) = of_kind(events, Step), of_kind(events, Epoch)
    for name in ("train_loss", "train_accuracy"):
        mean = sum(getattr(step, name) * count for step, count in zip(steps, images, strict=True)) / 270
        assert getattr(epoch, name) == pytest.approx(mean, rel=1e-9)


def test_times_and_speeds_are_positive_and_times_never_fall(tiny: Dataset) -> None:
    _, events = train(tiny)
    timed = [event for event in events if isinstance(event, Step | Epoch | RunFinished)]
    seconds = [event.train_seconds for event in timed]
    assert seconds[0] > 0
    assert seconds == sorted(seconds)
    assert all(event.images_per_second > 0 for event in timed)


def test_only_training_steps_count_as_training_time(tiny: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """By clocks that go on by 2 and by 3 seconds whenever they are read."""
    wall, cpu = itertools.count(step=2), itertools.count(step=3)
    monkeypatch.setattr(trainer_module, "time", SimpleNamespace(perf_counter=lambda: next(wall)))
    monkeypatch.setattr(part, "time", SimpleNamespace(thread_time=lambda: next(cpu)))
    _, events = train(tiny)
    assert [event.train_seconds for event in of_kind(events, Step)] == [2 * step for step in range(1, 28)]
    assert {event.images_per_second for event in of_kind(events, Step)} == {30 / 2}
    for event, steps in zip((*of_kind(events, Epoch), events[-1]), (9, 18, 27, 27), strict=True):
        assert (event.train_seconds, event.cpu_seconds) == (2 * steps, 3 * steps)
        assert event.images_per_second == 30 / 2


def test_learning_rate_follows_the_schedule_over_the_planned_steps(tiny: Dataset) -> None:
    _, events = train(tiny, schedule="cosine", learning_rate=0.2, epochs=2)
    rates = [event.learning_rate for event in of_kind(events, Step)]
    expected = [0.1 * (1 + np.cos(np.pi * step / 18)) for step in range(18)]
    assert rates == pytest.approx(expected)
    assert [event.learning_rate for event in of_kind(events, Epoch)] == [rates[8], rates[17]]


def test_validation_figures_and_weight_norm_are_those_of_the_weights_at_that_epoch(tiny: Dataset) -> None:
    trainer = Trainer(config_of(batch_norm=True, dropout=0.2), tiny)
    seen = 0
    for event in trainer.run():
        if isinstance(event, Epoch):
            loss, accuracy = mean_loss_and_accuracy(trainer.network, tiny.validation)
            weights = [
                array for name, array in trainer.network.parameters.items() if name.endswith(".weight")
            ]
            assert event.validation_loss == pytest.approx(loss, rel=1e-5)
            assert event.validation_accuracy == accuracy
            assert event.weight_norm == pytest.approx(np.sqrt(sum((w**2).sum() for w in weights)), rel=1e-5)
            seen += 1
    assert seen == 3


def test_improved_says_which_epochs_had_the_lowest_validation_loss_so_far(noise: Dataset) -> None:
    trainer = Trainer(config_of(epochs=8, optimizer="momentum"), noise)
    seen = [(event.validation_loss, trainer.improved) for event in trainer.run() if isinstance(event, Epoch)]
    losses = [loss for loss, _ in seen]
    lowest_before = [np.inf, *itertools.accumulate(losses, min)]
    assert [improved for _, improved in seen] == [loss < low for loss, low in zip(losses, lowest_before)]  # noqa: B905 - one longer
    assert {improved for _, improved in seen} == {True, False}


def test_test_is_of_the_weights_with_the_lowest_validation_loss(noise: Dataset) -> None:
    trainer = Trainer(config_of(epochs=10, optimizer="momentum", batch_norm=True), noise)
    snapshots, losses = [], []
    for event in trainer.run():
        if isinstance(event, Epoch):
            snapshots.append(trainer.network.snapshot())
            losses.append(event.validation_loss)
    assert isinstance(event, RunFinished)
    assert event.convergence_epoch == losses.index(min(losses)) + 1
    assert event.convergence_epoch < event.epochs == 10
    assert event.validation_loss == min(losses)

    best = Network((PIXELS, 16, 8, CLASSES), batch_norm=True)
    best.restore(trainer.best)
    assert mean_loss_and_accuracy(best, noise.test) == pytest.approx((event.test_loss, event.test_accuracy))
    assert trainer.test
    np.testing.assert_allclose(
        trainer.test.probabilities, best.predict_probabilities(noise.test.images / 255), rtol=1e-3, atol=1e-6
    )
    for name, array in snapshots[event.convergence_epoch - 1].items():
        np.testing.assert_array_equal(trainer.best[name], array)
        np.testing.assert_array_equal(trainer.network.snapshot()[name], array)


def test_test_images_are_looked_at_once_and_last(tiny: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    original = Engine.evaluate

    def recording(engine: Engine, split: Split) -> Evaluation:
        known = {"test": tiny.test, "validation": tiny.validation}
        looks.extend(name for name, one in known.items() if np.array_equal(one.images, split.images))
        return original(engine, split)

    monkeypatch.setattr(Engine, "evaluate", recording)
    train(tiny, epochs=4)
    assert looks == ["validation"] * 4 + ["test"]


@pytest.mark.parametrize(
    "options", [{"learning_rate": 100, "l2_lambda": 10}, {"optimizer": "momentum"}, EVERYTHING]
)
def test_every_event_can_be_read_back_from_a_log(tiny: Dataset, options: dict[str, Any]) -> None:
    _, events = train(tiny, **options)
    assert [parse(json.dumps(to_dict(event))) for event in events] == events


def test_events_of_a_dead_network_with_enormous_weights_can_be_read_back_from_a_log(tiny: Dataset) -> None:
    """A high learning rate can leave weights of 1e18 behind units that never fire: the loss is finite."""
    trainer = Trainer(config_of(), tiny)
    trainer.network.parameters["linear1.weight"][...] = -1e18
    events = list(trainer.run())
    assert np.isfinite(trainer.network.parameter_vector).all()
    assert [parse(json.dumps(to_dict(event))) for event in events] == events


def test_running_leaves_the_error_handling_of_the_caller_alone(tiny: Dataset) -> None:
    before = np.geterr()
    states = [np.geterr() for _ in Trainer(config_of(epochs=1), tiny).run()]
    assert states == [before] * len(states)
    assert np.geterr() == before


def test_run_that_is_abandoned_leaves_no_threads_behind(tiny: Dataset) -> None:
    before = threading.active_count()
    events = Trainer(config_of(threads=3), tiny).run()
    assert isinstance(events, Iterator)
    next(events)
    next(events)
    assert threading.active_count() > before
    events.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


@pytest.mark.cores(3)
def test_run_uses_the_threads_it_is_given_else_those_that_are_free(tiny: Dataset) -> None:
    counts = Counter(
        train(tiny, epochs=1, threads=threads)[1][0].threads  # type: ignore[union-attr]
        for threads in (None, 1, 2)
    )
    assert counts == {3: 1, 1: 1, 2: 1}


def test_run_does_not_change_its_configuration_or_data(tiny: Dataset) -> None:
    config = config_of(**EVERYTHING, threads=2)
    before = dataclasses.replace(config)
    images, labels = tiny.train.images.copy(), tiny.train.labels.copy()
    list(Trainer(config, tiny).run())
    assert config == before
    np.testing.assert_array_equal(tiny.train.images, images)
    np.testing.assert_array_equal(tiny.train.labels, labels)
