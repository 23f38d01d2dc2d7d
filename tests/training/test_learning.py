"""Networks that learn, and what the switches do to them."""

import pytest

from mnist_tui.data.dataset import Dataset
from mnist_tui.data.source import load, resolve
from mnist_tui.training.events import Epoch, RunFinished, Step
from mnist_tui.training.trainer import Trainer
from tests.training.helpers import config_of, mean_loss_and_accuracy, of_kind, train


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
