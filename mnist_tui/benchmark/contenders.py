"""Those who compete: each trains the same network on the same images, a number of steps at a time."""

import itertools
import re
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from mnist_tui.data.dataset import CLASSES, PIXELS, Dataset, Split
from mnist_tui.data.sample import read_splits
from mnist_tui.machine import blas
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.processes import Helpers
from mnist_tui.training.trainer import Trainer

IMAGES = 55_000
"""As many as full MNIST trains on; the sample's digits over and over."""

BURST = 10
"""Steps that a run of 55,000 images and batch 256 does in one go, from one `step` event to the next."""


class Contender(ABC):
    """Something that does training steps.

    Args:
        config: Layers, batch size, batch norm, threads and so on.
    """

    def __init__(self, config: RunConfig) -> None:
        training, _ = read_splits()
        self.config = config
        self.threads = config.threads or 1
        self.images = np.resize(training.images, (IMAGES, PIXELS))
        self.labels = np.resize(training.labels, IMAGES)
        self._rows = self._batches()

    @property
    def backend(self) -> str:
        """What multiplies its matrices."""
        return blas()

    def _batches(self) -> Iterator[npt.NDArray[np.int64]]:
        rng = np.random.default_rng(0)
        while True:
            order = rng.permutation(IMAGES)
            for start in range(0, IMAGES - self.config.batch_size + 1, self.config.batch_size):
                yield order[start : start + self.config.batch_size]

    def train(self, steps: int) -> None:
        """Do some training steps."""
        while steps > 0:
            batches = list(itertools.islice(self._rows, min(steps, BURST)))
            self.train_batches(batches)
            steps -= len(batches)

    @abstractmethod
    def train_batches(self, batches: Sequence[npt.NDArray[np.int64]]) -> None:
        """A few mini-batches, given the rows of each."""


class MatrixProducts(Contender):
    """The products of a training step alone, by NumPy's own multithreaded BLAS: the floor.

    Three per layer (forward, weight gradient, input gradient) but for the first, whose input gradient
    nobody needs. No gathering, no activations, no update.
    """

    def __init__(self, config: RunConfig) -> None:
        super().__init__(config)
        rng = np.random.default_rng(0)
        batch = config.batch_size
        self._products = []
        for number, (inputs, outputs) in enumerate(itertools.pairwise((PIXELS, *config.hidden, CLASSES))):
            x, w, g = (
                rng.standard_normal(shape, dtype=np.float32)
                for shape in ((batch, inputs), (inputs, outputs), (batch, outputs))
            )
            self._products += [(x, w, np.empty_like(g)), (x.T, g, np.empty_like(w))]
            if number:
                self._products.append((g, w.T, np.empty_like(x)))
        threadpool_limits(self.threads, user_api="blas")

    def train_batches(self, batches: Sequence[npt.NDArray[np.int64]]) -> None:
        """All products once for each mini-batch."""
        for _ in batches:
            for left, right, out in self._products:
                np.matmul(left, right, out=out)


class Ours(Contender):
    """This program's trainer, as its runs use it."""

    def __init__(self, config: RunConfig) -> None:
        super().__init__(config)
        split = Split(self.images, self.labels)
        stack = ExitStack()
        weakref.finalize(self, stack.close)  # a benchmark lets it go when its turns are over
        stack.enter_context(threadpool_limits(1, user_api="blas"))
        none = Split(self.images[:0], self.labels[:0])
        helpers = stack.enter_context(Helpers(self.threads - 1))
        trainer = Trainer(config, Dataset("benchmark", split, none, none, ""), helpers=helpers)
        self._engine = stack.enter_context(trainer.engine())
        self._split = trainer.dataset.train

    def train(self, steps: int) -> None:
        """Do some training steps, as a run does those of an epoch."""
        with self._engine.lit_first():
            super().train(steps)

    def train_batches(self, batches: Sequence[npt.NDArray[np.int64]]) -> None:
        """Gather, forward, backward, update, for each mini-batch."""
        self._engine.train_steps(self._split, batches, [self.config.peak_learning_rate] * len(batches))


class PyTorch(Contender):
    """PyTorch eager: float32 tensors in memory, no DataLoader, gradient descent.

    Raises:
        ImportError: PyTorch is not installed.
    """

    def __init__(self, config: RunConfig) -> None:
        import torch

        super().__init__(config)
        torch.set_num_threads(self.threads)
        modules: list[torch.nn.Module] = []
        sizes = (PIXELS, *config.hidden)
        for inputs, outputs in itertools.pairwise(sizes):
            modules.append(torch.nn.Linear(inputs, outputs))
            if config.batch_norm:
                modules.append(torch.nn.BatchNorm1d(outputs))
            modules.append(torch.nn.ReLU())
        self._network = torch.nn.Sequential(*modules, torch.nn.Linear(sizes[-1], CLASSES))
        self._loss = torch.nn.CrossEntropyLoss()
        self._optimizer = torch.optim.SGD(self._network.parameters(), config.peak_learning_rate)
        self._images = torch.from_numpy(self.images.astype(np.float32) / 255)
        self._labels = torch.from_numpy(self.labels.astype(np.int64))
        self._from_numpy = torch.from_numpy

    def train_batches(self, batches: Sequence[npt.NDArray[np.int64]]) -> None:
        """Gather, forward, backward, update, for each mini-batch."""
        for rows in batches:
            index = self._from_numpy(rows)
            self._optimizer.zero_grad()
            self._loss(self._network(self._images[index]), self._labels[index]).backward()
            self._optimizer.step()

    @property
    def backend(self) -> str:
        """As PyTorch itself tells it."""
        import torch

        built_with = torch.__config__.show()
        known = {"MKL": r"Math Kernel Library Version (\S+?)-", "oneDNN": r"MKL-DNN v(\S+)"}
        found = {name: re.search(pattern, built_with) for name, pattern in known.items()}
        return ", ".join(f"{name} {match[1]}" for name, match in found.items() if match) or "not known"


CONTENDERS: dict[str, type[Contender]] = {
    "matrix products": MatrixProducts,
    "mnist-tui": Ours,
    "pytorch": PyTorch,
}
