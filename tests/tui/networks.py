"""Runs with a network to look into, without training."""

from typing import Any

import numpy as np
import safetensors.numpy

from mnist_tui.data.dataset import Split
from mnist_tui.nn.network import Network
from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.probes import ProbeFile
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.build import make_network
from mnist_tui.training.events import RunStarted
from mnist_tui.training.probes import Prober
from tests.tui.helpers import record, recorded_events

VALIDATION = Split(
    np.random.default_rng(0).integers(0, 256, (20, 784), dtype=np.uint8), np.arange(20, dtype=np.uint8) % 10
)


def network_of(config: RunConfig) -> Network:
    return make_network(config, np.random.default_rng(0), np.random.default_rng(0))


def record_inside(*, epochs: int = 3, number: int = 0, **settings: Any) -> RunDirectory:
    """A run of which each epoch was looked into: its weights grow by a fifth from one to the next."""
    config = RunConfig(**{"hidden": (6, 4), "dataset": "sample", "threads": 1, **settings})
    started, *events = recorded_events(epochs, floor=0.1, rate=1)
    assert isinstance(started, RunStarted)
    directory = record(config, [started, *events], number=number)
    network = network_of(config)
    file = ProbeFile(directory.probes_path, config, started.validation_images)
    images = np.resize(VALIDATION.images, (200, 784))
    prober = Prober(config, network, Split(images, np.resize(VALIDATION.labels, 200)))
    file.begin(None)
    for epoch in range(epochs + 1):
        file.append(prober.probe(epoch, 10 * epoch))
        network.parameter_vector *= 1.2
    directory.model_path.write_bytes(safetensors.numpy.save(network.snapshot()))
    return directory
