"""The numbers that the events of a run carry."""

from mnist_tui.data.dataset import Dataset
from mnist_tui.nn.network import Network
from mnist_tui.training.engine import Engine, Evaluation
from mnist_tui.training.epoch_observer import EpochObserver
from mnist_tui.training.events import Epoch, RunFinished, RunStarted, Step
from mnist_tui.training.metrics import weight_norm
from mnist_tui.training.progress import Progress
from mnist_tui.training.tally import Tally


def started(dataset: Dataset, network: Network, steps_per_epoch: int, threads: int) -> RunStarted:
    """What the run is about to be trained on, and how large it is.

    Args:
        dataset: What there is to train, validate and test on.
        network: About to be trained.
        steps_per_epoch: Mini-batches in an epoch.
        threads: That train it.
    """
    train, validation, test = dataset.sizes
    return RunStarted(
        dataset=dataset.name,
        dataset_sha256=dataset.sha256,
        train_images=train,
        validation_images=validation,
        test_images=test,
        parameters=network.parameter_vector.size,
        steps_per_epoch=steps_per_epoch,
        threads=threads,
    )


def step(progress: Progress, epoch: int, recent: Tally, engine: Engine) -> Step:
    """How the steps since the last such event went.

    Args:
        progress: Of the run, these steps included.
        epoch: Under way, from 1.
        recent: These steps.
        engine: Did them.
    """
    return Step(
        step=progress.step,
        epoch=epoch,
        train_loss=recent.loss,
        train_accuracy=recent.accuracy,
        train_seconds=progress.total.seconds,
        images_per_second=recent.images_per_second,
        learning_rate=engine.learning_rate,
    )


def epoch(
    progress: Progress, tally: Tally, validation: Evaluation, engine: Engine, observer: EpochObserver
) -> Epoch:
    """How an epoch went, and what the network is like after it.

    Args:
        progress: Of the run, this epoch counted.
        tally: The steps of the epoch.
        validation: How the network does on the validation images.
        engine: Did the steps.
        observer: Looked at the network meanwhile.
    """
    return Epoch(
        epoch=progress.epoch,
        step=progress.step,
        train_loss=tally.loss,
        train_accuracy=tally.accuracy,
        validation_loss=validation.loss,
        validation_accuracy=validation.accuracy,
        train_seconds=progress.total.seconds,
        cpu_seconds=progress.total.cpu_seconds,
        images_per_second=tally.images_per_second,
        learning_rate=engine.learning_rate,
        dead_units=validation.dead_units,
        other_runs=progress.most_in_epoch,
        **observer.numbers(),
    )


def finished(progress: Progress, best: Epoch, status: str, test: Evaluation, engine: Engine) -> RunFinished:
    """How the run ended.

    Args:
        progress: Of the run.
        best: The epoch whose weights were tested, and are in the network again.
        status: See `Progress.status`.
        test: How they did.
        engine: Did the steps.
    """
    return RunFinished(
        status=status,
        epochs=progress.epoch,
        convergence_epoch=best.epoch,
        validation_loss=best.validation_loss,
        validation_accuracy=best.validation_accuracy,
        test_loss=test.loss,
        test_accuracy=test.accuracy,
        train_seconds=progress.total.seconds,
        cpu_seconds=progress.total.cpu_seconds,
        images_per_second=progress.total.images_per_second,
        weight_norm=weight_norm(engine.network),
        stage_seconds=progress.stage_seconds(engine),
        other_runs=progress.most_other_runs,
    )
