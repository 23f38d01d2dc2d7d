"""How a run ends: after its last epoch, early, or when it is told to."""

from typing import Any

import pytest

from mnist_tui.data.dataset import Dataset
from mnist_tui.training import trainer as trainer_module
from mnist_tui.training.engine import Engine
from mnist_tui.training.events import Epoch, RunFinished, Step
from mnist_tui.training.trainer import Trainer
from tests.training.helpers import config_of, mean_loss_and_accuracy, of_kind, train

pytestmark = pytest.mark.quick


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


def ended_by_hand(dataset: Dataset, at_epoch: int, **changes: Any) -> RunFinished:
    trainer = Trainer(config_of(**changes), dataset)
    for event in trainer.run():
        if isinstance(event, Epoch) and event.epoch == at_epoch:
            trainer.stop_requested = True
    assert isinstance(event, RunFinished)
    return event


def test_a_run_that_was_stopped_in_its_last_moment_is_completed(tiny: Dataset) -> None:
    assert ended_by_hand(tiny, 3).status == "completed"
    assert ended_by_hand(tiny, 2).status == "stopped"


def test_a_run_that_was_stopped_when_its_patience_was_used_up_stopped_early(noise: Dataset) -> None:
    settings = {"epochs": 200, "early_stopping": 1, "optimizer": "momentum"}
    _, events = train(noise, **settings)
    whole = events[-1]
    assert isinstance(whole, RunFinished)
    assert ended_by_hand(noise, whole.epochs, **settings).status == "early_stopped"


def test_an_only_epoch_that_a_stop_cut_short_is_stopped(tiny: Dataset) -> None:
    trainer = Trainer(config_of(epochs=1, early_stopping=1), tiny)
    events = []
    for event in trainer.run():
        events.append(event)
        trainer.stop_requested = trainer.step >= 1
    [finished] = of_kind(events, RunFinished)
    assert (finished.status, finished.epochs) == ("stopped", 1)


def test_company_for_a_moment_of_an_epoch_counts(tiny: Dataset) -> None:
    trainer = Trainer(config_of(), tiny)
    events = []
    for event in trainer.run():
        events.append(event)
        trainer.other_runs = 2 if trainer.step == 12 else 0
    assert [one.other_runs for one in of_kind(events, Epoch)] == [0, 2, 0]
    [finished] = of_kind(events, RunFinished)
    assert finished.other_runs == 2


def test_company_in_the_epoch_that_a_stop_cut_short_counts(tiny: Dataset) -> None:
    trainer = Trainer(config_of(), tiny)
    events = []
    for event in trainer.run():
        events.append(event)
        trainer.other_runs = 3 if trainer.step == 12 else 0
        trainer.stop_requested = trainer.step >= 14
    [finished] = of_kind(events, RunFinished)
    assert (finished.status, finished.other_runs) == ("stopped", 3)
