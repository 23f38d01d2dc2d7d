"""Measure what looking into the network costs a run: processor time, beside that of its steps, and disk.

    python scripts/measure_probes.py [--data DIRECTORY] [--epochs 10] [--threads 2]

The goals are 2 % of the processor time of the training steps, on small data too, and 20 MB a run.
"""

import argparse
import itertools
import os
import tempfile
from pathlib import Path

from mnist_tui.data import source
from mnist_tui.jobs.probing import Probing
from mnist_tui.runs.layout import create
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Epoch
from mnist_tui.training.trainer import Trainer


def measure(config: RunConfig) -> str:
    """A line about one run."""
    directory = create(config)
    trainer = Trainer(config, source.load(source.resolve(config.dataset), config.validation_size))
    probing = Probing(directory, trainer)
    probing.begin()
    trained, epochs = 0.0, 0
    for event in trainer.run():
        probing.take(event)
        if isinstance(event, Epoch):
            trained, epochs = event.cpu_seconds, event.epoch
    size = directory.probes_path.stat().st_size
    switch = "on " if config.batch_norm else "off"
    return (
        f"{trainer.dataset.name}, batch norm {switch}: {probing.taken} probes in "
        f"{epochs} epochs took {probing.spent:.3f} s of processor time beside {trained:.2f} s of training "
        f"({probing.spent / trained:.2%}), and {size:,} bytes"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("MNIST_TUI_DATA_DIR"))
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.data:
        os.environ["MNIST_TUI_DATA_DIR"] = str(Path(options.data).resolve())
    with tempfile.TemporaryDirectory() as home:
        os.environ["MNIST_TUI_HOME"] = home
        for dataset, batch_norm in itertools.product(("auto", "sample"), (False, True)):
            print(
                measure(
                    RunConfig(
                        dataset=dataset,
                        batch_norm=batch_norm,
                        epochs=options.epochs,
                        early_stopping=0,
                        threads=options.threads,
                    )
                )
            )


if __name__ == "__main__":
    main()
