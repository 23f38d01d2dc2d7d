"""The three classic rows on full MNIST, for a few epochs: `mnist-tui compare` trains them to the end."""

from pathlib import Path

import pytest

from mnist_tui.data.source import load, resolve
from mnist_tui.settings.presets import classic_rows
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import RunFinished
from mnist_tui.training.trainer import Trainer


@pytest.mark.full_mnist
def test_the_classic_rows_learn_mnist_and_l2_keeps_weights_small(full_mnist: Path) -> None:
    configs = classic_rows(RunConfig(dataset="mnist", epochs=3))
    dataset = load(resolve("mnist"), configs[0].validation_size)
    results = []
    for config in configs:
        [*_, last] = Trainer(config, dataset).run()
        assert isinstance(last, RunFinished)
        results.append(last)
    assert min(result.test_accuracy for result in results) > 0.96
    plain, _, l2 = results
    assert l2.weight_norm < 0.95 * plain.weight_norm
