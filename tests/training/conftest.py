"""Data that whole runs are tried on."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from mnist_tui.data.dataset import CLASSES, PIXELS, Dataset, Split
from mnist_tui.data.source import load, resolve


@pytest.fixture(autouse=True, scope="module")
def one_blas_thread() -> Iterator[None]:
    """As in a run; more would only wait for one another here."""
    with threadpool_limits(1, user_api="blas"):
        yield


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
