"""Measure, on validation images, which learning rate suits how many training images; print the tables.

    nice python scripts/choose_rates.py [--data DIRECTORY] [--on sample 3600 10000 55000] [--optimizers sgd]
                                        [--rates 0.1 0.2 0.4] [--seeds 10]

The rates in `settings/choices.py` were read from them. For each rate the three classic rows are trained as
the program trains them (784-512-256-10, batch 256, at most 30 epochs, early stopping), with each seed, on the
embedded sample or on the first so many images of the full MNIST in DIRECTORY, whose 5,000 validation images
then judge. Nothing looks at test images. A line a rate, in points:

    plain, norm, l2   validation accuracy at the epoch with the lowest validation loss: the mean of each row
    lowest            how far the worst seed of all rows ends below the mean of its row
    leap              the largest fall of validation accuracy from an epoch to the next, from the third on:
                      the median of all runs, and the worst
    epochs            how many a run trains, in the mean

Of the rates at which no seed ends 3 points below the mean of its row, and which come within half a point of
the highest accuracy, the calmest is chosen, by the median leap: a curve that leaps teaches nothing.
"""

import argparse
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

from mnist_tui.data.dataset import Dataset, Split
from mnist_tui.data.source import load, resolve
from mnist_tui.settings.choices import OPTIMIZERS
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch
from mnist_tui.training.trainer import Trainer

RATES = {
    "sgd": (0.025, 0.05, 0.1, 0.2, 0.4),
    "momentum": (0.005, 0.01, 0.02, 0.05),
    "nesterov": (0.005, 0.01, 0.02, 0.05),
    "rmsprop": (0.0001, 0.0003, 0.001),
    "adam": (0.0003, 0.001, 0.003),
}

MOST_BELOW = 3.0
"""Points that the worst seed may end below the mean of its row."""

AS_GOOD = 0.5
"""Points of accuracy that a calmer curve is worth."""


@dataclass(frozen=True)
class Outcome:
    """How one run went.

    Attributes:
        accuracy: On the validation images, at the epoch with their lowest loss, in percent.
        leap: The largest fall of it from an epoch to the next, from the third on, in points.
        epochs: Trained.
    """

    accuracy: float
    leap: float
    epochs: int


def train(config: RunConfig, dataset: Dataset) -> Outcome:
    """Train one run; one that diverges ends at 0 %."""
    epochs = [event for event in Trainer(config, dataset).run() if isinstance(event, Epoch)]
    accuracies = [100 * epoch.validation_accuracy for epoch in epochs]
    best = min(epochs, key=lambda epoch: epoch.validation_loss, default=None)
    falls = [before - after for before, after in pairwise(accuracies[2:])]
    return Outcome(100 * best.validation_accuracy if best else 0.0, max([0.0, *falls]), len(epochs))


def data_set(name: str) -> Dataset:
    """The sample, or so many images of full MNIST; two validation images stand where the test images were."""
    whole = load(resolve("sample" if name == "sample" else "mnist"), RunConfig().validation_size)
    most = None if name == "sample" else int(name)
    train = Split(whole.train.images[:most], whole.train.labels[:most])
    unseen = Split(whole.validation.images[:2], whole.validation.labels[:2])
    return Dataset(whole.name, train, whole.validation, unseen, whole.sha256)


def measure(config: RunConfig, dataset: Dataset, seeds: int) -> list[list[Outcome]]:
    """The outcomes of each classic row."""
    return [[train(row.replace(seed=seed), dataset) for seed in range(seeds)] for row in classic_rows(config)]


def table(config: RunConfig, dataset: Dataset, rates: Sequence[float], seeds: int) -> None:
    """Measure each rate, and say which is chosen."""
    print(f"\n{config.optimizer}, {len(dataset.train):,} images of {dataset.name} to train on, {seeds} seeds")
    print("    rate   plain   norm     l2    mean  lowest   leap  worst  epochs")
    found: list[tuple[float, float, float]] = []
    for rate in rates:
        rows = measure(config.replace(learning_rate=rate), dataset, seeds)
        means = [statistics.fmean(one.accuracy for one in row) for row in rows]
        below = max(mean - min(one.accuracy for one in row) for mean, row in zip(means, rows, strict=True))
        leaps, epochs = zip(*((one.leap, one.epochs) for one in chain(*rows)), strict=True)
        mean, leap = statistics.fmean(means), statistics.median(leaps)
        if below < MOST_BELOW:
            found.append((leap, mean, rate))
        print(
            f"{rate:8g} {' '.join(f'{one:6.2f}' for one in means)}  {mean:6.2f}  {below:6.2f} {leap:6.2f} "
            f"{max(leaps):6.2f}  {statistics.fmean(epochs):6.1f}",
            flush=True,
        )
    highest = max((mean for _, mean, _ in found), default=0.0)
    chosen = min((one for one in found if one[1] >= highest - AS_GOOD), default=None)
    print(f"chosen: {chosen[2]:g}" if chosen else "chosen: none of these")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("MNIST_TUI_DATA_DIR"))
    parser.add_argument("--on", nargs="+", default=["sample", "3600", "10000", "20000", "55000"])
    parser.add_argument("--optimizers", nargs="+", choices=list(OPTIMIZERS), default=list(OPTIMIZERS))
    parser.add_argument("--rates", type=float, nargs="+")
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    if options.data:
        os.environ["MNIST_TUI_DATA_DIR"] = str(Path(options.data).resolve())
    for optimizer in options.optimizers:
        config = RunConfig(optimizer=optimizer, batch_size=options.batch_size, threads=options.threads)
        for name in options.on:
            table(config, data_set(name), options.rates or RATES[optimizer], options.seeds)


if __name__ == "__main__":
    main()
