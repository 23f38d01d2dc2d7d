"""Whole runs on small data: what the trainer says, and what it leaves behind."""

import dataclasses
import itertools
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mnist_tui import cores as cores_module
from mnist_tui.cores import auto_threads
from mnist_tui.data.dataset import CLASSES, PIXELS, Dataset, Split
from mnist_tui.data.source import load, resolve
from mnist_tui.nn import Network, schedules
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training import trainer as trainer_module
from mnist_tui.training.engine import Engine, Evaluation
from mnist_tui.training.events import Epoch, Event, RunFailed, RunFinished, RunStarted, Step, parse, to_dict
from mnist_tui.training.trainer import Trainer

TIMINGS = {"train_seconds", "cpu_seconds", "images_per_second", "stage_seconds"}
EVERYTHING: dict[str, Any] = {
    "batch_norm": True,
    "dropout": 0.3,
    "l2_lambda": 0.1,
    "optimizer": "adam",
    "learning_rate": 0.01,
    "schedule": "one-cycle",
    "augment": "elastic",
}


@pytest.fixture
def tiny(tiny_data: Path) -> Dataset:
    """270 images to train on, 30 to validate, 100 to test: easy to learn."""
    return load(resolve(str(tiny_data)), 5000)


@pytest.fixture(scope="module")
def noise() -> Dataset:
    """Labels without any sense: the better they are learnt, the worse the validation loss."""
    rng = np.random.default_rng(0)

    def split(count: int) -> Split:
        labels = rng.integers(0, CLASSES, count).astype(np.uint8)
        return Split(rng.integers(0, 256, (count, PIXELS), dtype=np.uint8), labels)

    return Dataset("noise", train=split(200), validation=split(50), test=split(50), sha256="")


def config_of(**changes: Any) -> RunConfig:
    """A small run: 9 steps an epoch on the tiny data."""
    base = {"hidden": (16, 8), "batch_size": 30, "epochs": 3, "learning_rate": 0.1, "early_stopping": 0}
    return RunConfig(**{**base, "threads": 1, **changes})


def train(dataset: Dataset, **changes: Any) -> tuple[Trainer, list[Event]]:
    trainer = Trainer(config_of(**changes), dataset)
    return trainer, list(trainer.run())


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def timeless(events: list[Event]) -> list[dict[str, Any]]:
    """The events without what depends on the machine's mood."""
    return [
        {name: value for name, value in to_dict(event).items() if name not in TIMINGS} for event in events
    ]


def mean_loss_and_accuracy(network: Network, split: Split) -> tuple[float, float]:
    """Cross-entropy and accuracy worked out from probabilities, without the engine."""
    probabilities = network.predict_probabilities(split.images / 255).astype(np.float64)
    picked = probabilities[np.arange(len(split)), split.labels]
    return float(-np.log(picked).mean()), float((probabilities.argmax(axis=1) == split.labels).mean())


# What it says, in which order


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
def test_long_epochs_have_about_twenty_step_events_and_end_with_one(tiny: Dataset, batch_size: int) -> None:
    _, events = train(tiny, batch_size=batch_size, epochs=1, learning_rate=0.01)
    steps = of_kind(events, Step)
    assert 18 <= len(steps) <= 25
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
    clocks = SimpleNamespace(perf_counter=lambda: next(wall), process_time=lambda: next(cpu))
    monkeypatch.setattr(trainer_module, "time", clocks)
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


# Reproducibility


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
        assert split is dataset.train
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


# Best weights and the test


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
        looks.append("test" if split is tiny.test else "validation" if split is tiny.validation else "other")
        return original(engine, split)

    monkeypatch.setattr(Engine, "evaluate", recording)
    train(tiny, epochs=4)
    assert looks == ["validation"] * 4 + ["test"]


# How a run ends


def test_run_that_reaches_its_last_epoch_is_completed(tiny: Dataset) -> None:
    _, events = train(tiny)
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert (finished.status, finished.epochs) == ("completed", 3)


@pytest.mark.parametrize("patience", [1, 3])
def test_run_stops_early_when_validation_no_longer_gains(noise: Dataset, patience: int) -> None:
    _, events = train(noise, epochs=200, early_stopping=patience, optimizer="momentum")
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.status == "early_stopped"
    assert finished.epochs == finished.convergence_epoch + patience < 200
    assert len(of_kind(events, Epoch)) == finished.epochs


def test_without_early_stopping_a_hopeless_run_goes_on_to_its_end(noise: Dataset) -> None:
    _, events = train(noise, epochs=20, early_stopping=0, optimizer="momentum")
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert (finished.status, finished.epochs) == ("completed", 20)
    assert finished.convergence_epoch < 15


@pytest.mark.parametrize(
    ("stop_at", "epochs"),
    [
        pytest.param(1, 1, id="first step: the weights so far are validated, so that there is a result"),
        pytest.param(14, 1, id="middle of the second epoch"),
        pytest.param(18, 2, id="last step of the second epoch"),
    ],
)
@pytest.mark.parametrize("threads", [1, 2])
def test_stop_at_a_step_ends_the_run_there_with_a_result(
    tiny: Dataset, stop_at: int, epochs: int, threads: int
) -> None:
    trainer = Trainer(config_of(threads=threads), tiny)
    events = []
    for event in trainer.run():
        events.append(event)
        trainer.stop_requested = trainer.step >= stop_at
    assert isinstance(event, RunFinished)
    assert (event.status, event.epochs) == ("stopped", epochs)
    losses = [epoch.validation_loss for epoch in of_kind(events, Epoch)]
    assert event.convergence_epoch == 1 + losses.index(min(losses))
    assert trainer.step == stop_at
    assert len(of_kind(events, Epoch)) == epochs
    loss, accuracy = mean_loss_and_accuracy(trainer.network, tiny.test)
    assert (event.test_loss, event.test_accuracy) == pytest.approx((loss, accuracy))


def test_stop_at_an_epoch_ends_the_run_there_with_a_result(tiny: Dataset) -> None:
    trainer = Trainer(config_of(), tiny)
    for event in trainer.run():
        trainer.stop_requested = isinstance(event, Epoch) and event.epoch == 2
    assert isinstance(event, RunFinished)
    assert (event.status, event.epochs, trainer.step) == ("stopped", 2, 18)


def test_stop_between_two_step_events_ends_the_run_after_the_mini_batches_under_way(
    tiny: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer_module, "LONGEST_BURST", 5)
    trainer = Trainer(config_of(batch_size=1, learning_rate=0.01), tiny)
    original = Engine.train_steps

    def stopping(engine: Engine, *arguments: Any) -> list[tuple[float, int]]:
        trainer.stop_requested = True
        return original(engine, *arguments)

    monkeypatch.setattr(Engine, "train_steps", stopping)
    *_, step, epoch, finished = trainer.run()
    assert isinstance(step, Step)
    assert isinstance(epoch, Epoch)
    assert isinstance(finished, RunFinished)
    assert step.step == epoch.step == trainer.step == 5
    assert finished.status == "stopped"


@pytest.mark.parametrize("threads", [1, 2])
def test_exploding_run_fails_with_a_hint_at_the_learning_rate_and_without_a_result(
    tiny: Dataset, threads: int
) -> None:
    """The penalty alone multiplies the weights by 1 - 100 · 10 / 30 each step: no luck can save them.

    No warning may come from the overflow either, from whichever thread: warnings are errors here.
    """
    trainer, events = train(tiny, learning_rate=100, l2_lambda=10, threads=threads)
    assert isinstance(events[-1], RunFailed)
    assert events[-1].reason.endswith("the learning rate 100 is likely too high; try 10.")
    assert not of_kind(events, RunFinished)
    assert trainer.test is None


def test_a_huge_but_finite_loss_among_others_is_a_mini_batch_like_any_other(
    tiny: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Engine.train_steps

    def spiking(engine: Engine, *arguments: Any) -> list[tuple[float, int]]:
        (_, correct), *others = original(engine, *arguments)
        return [(2e6, correct), *others]

    monkeypatch.setattr(Engine, "train_steps", spiking)
    trainer, events = train(tiny, batch_size=1, learning_rate=0.01, epochs=1)
    assert isinstance(events[-1], RunFinished)
    assert trainer.step == 270


def test_run_that_its_penalty_blows_up_fails_with_a_hint_at_lambda(tiny: Dataset) -> None:
    _, events = train(tiny, learning_rate=0.4, l2_lambda=1000)
    assert isinstance(events[-1], RunFailed)
    assert events[-1].reason.endswith("λ = 1000 is likely too high for the learning rate 0.4; try 20.")


@pytest.mark.parametrize("threads", [1, 2])
def test_run_that_explodes_after_good_epochs_fails_too(
    tiny: Dataset, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "constant", lambda step, total: 1.0 if step < total / 2 else 1e30)
    _, events = train(tiny, epochs=4, threads=threads)
    assert [event.epoch for event in of_kind(events, Epoch)] == [1, 2]
    assert isinstance(events[-1], RunFailed)
    assert not of_kind(events, RunFinished)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_norm": True},
        {"dropout": 0.5},
        *({"optimizer": name} for name in ("momentum", "nesterov", "rmsprop", "adam")),
        {"augment": "elastic"},
        {"batch_norm": True, "dropout": 0.5, "optimizer": "adam", "augment": "affine"},
        {**EVERYTHING, "schedule": "constant"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("good_steps", "noticed_at"),
    [
        pytest.param(9, 11, id="within an epoch, by the loss of a mini-batch"),
        pytest.param(17, 18, id="at the last step of one, by the validation loss"),
    ],
)
def test_whatever_is_switched_on_an_explosion_names_the_learning_rate_and_keeps_the_best_weights(
    tiny: Dataset,
    good_steps: int,
    noticed_at: int,
    options: dict[str, Any],
    threads: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No warning may come of it either: warnings are errors here."""
    monkeypatch.setattr(schedules, "constant", lambda step, total: 1.0 if step < good_steps else 1e30)
    trainer = Trainer(config_of(**{**options, "learning_rate": 0.02, "threads": threads}), tiny)
    events, snapshots = [], []
    for event in trainer.run():
        events.append(event)
        if isinstance(event, Epoch):
            snapshots.append(trainer.network.snapshot())
    assert len(snapshots) == 1
    assert not of_kind(events, RunFinished)
    assert isinstance(event, RunFailed)
    assert re.fullmatch(
        rf"The loss became \S+ at step {noticed_at}: the learning rate 0\.02 is likely too high; "
        r"try 0\.002\. The weights of epoch 1, the best so far, are kept\.",
        event.reason,
    )
    assert trainer.best.keys() == snapshots[0].keys()
    for name, array in snapshots[0].items():
        np.testing.assert_array_equal(trainer.best[name], array)
        assert np.isfinite(array).all()


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


# What the switches do


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_easy_digits_are_learnt_with_the_tuned_learning_rate(
    tiny: Dataset, optimizer: str, batch_norm: bool
) -> None:
    options = {"optimizer": optimizer, "batch_norm": batch_norm, "learning_rate": None, "hidden": (64,)}
    _, events = train(tiny, epochs=8, **options)
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.test_accuracy > 0.9


def test_real_digits_are_learnt() -> None:
    sample = load(resolve("sample"), 5000)
    options = {"hidden": (64,), "batch_norm": True, "optimizer": "momentum", "schedule": "one-cycle"}
    _, events = train(sample, epochs=3, batch_size=64, threads=2, **options)
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.test_accuracy > 0.88


def test_l2_leaves_clearly_smaller_weights(tiny: Dataset) -> None:
    (_, plain), (_, l2) = (train(tiny, l2_lambda=value, epochs=6) for value in (0.0, 2.0))
    assert of_kind(l2, Epoch)[-1].weight_norm < 0.8 * of_kind(plain, Epoch)[-1].weight_norm


@pytest.mark.parametrize("l2_lambda", [0.0, 1000.0])
def test_train_loss_excludes_the_penalty(tiny: Dataset, l2_lambda: float) -> None:
    """With one mini-batch of all images, the training loss is that of the initial weights."""
    options = {"batch_size": 270, "epochs": 1, "l2_lambda": l2_lambda, "learning_rate": 0.001}
    initial_loss, initial_accuracy = mean_loss_and_accuracy(
        Trainer(config_of(**options), tiny).network, tiny.train
    )
    _, events = train(tiny, **options)
    for event in (*of_kind(events, Step), *of_kind(events, Epoch)):
        assert event.train_loss == pytest.approx(initial_loss, rel=1e-4)
        assert event.train_accuracy == initial_accuracy


def test_dropout_is_on_while_training_and_off_for_validation(tiny: Dataset) -> None:
    """One step with a rate too small to matter: only dropout can make the losses differ."""
    same = Dataset("same", train=tiny.train, validation=tiny.train, test=tiny.test, sha256="")
    for dropout in (0.0, 0.5):
        options = {"batch_size": 270, "epochs": 1, "learning_rate": 1e-9, "dropout": dropout}
        (epoch,) = of_kind(train(same, **options)[1], Epoch)
        assert (epoch.train_loss == pytest.approx(epoch.validation_loss, rel=1e-4)) == (dropout == 0)


@pytest.mark.parametrize(
    ("cores", "other_runs", "threads"),
    [(1, 0, 1), (1, 5, 1), (2, 0, 2), (2, 1, 2), (2, 2, 1), (4, 0, 4), (4, 1, 4), (4, 3, 2), (64, 0, 4)],
)
def test_cores_are_shared_out_among_runs(
    cores: int, other_runs: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores_module, "available_cores", lambda: cores)
    assert auto_threads(other_runs) == threads


def test_run_uses_the_threads_it_is_given_else_those_that_are_free(
    tiny: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores_module, "available_cores", lambda: 3)
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
