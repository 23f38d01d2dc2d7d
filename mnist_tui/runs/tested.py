"""The images that a run was tested on, to be shown beside what it says of them."""

from functools import lru_cache

import numpy as np

from mnist_tui.data import mnist
from mnist_tui.data.class_names import class_names
from mnist_tui.data.dataset import Labels, Pixels, Split
from mnist_tui.data.peek import peek
from mnist_tui.data.source import DataSource, identify, load_test, resolve
from mnist_tui.errors import RunError
from mnist_tui.runs.run import Run

FIRST = 10
"""Images whose labels tell what the classes are."""


def tested_images(run: Run, labels: Labels) -> Pixels:
    """The pixels of the test images of a run; shape (n, 784), uint8.

    Args:
        run: Whose; it has started.
        labels: Of these images, as its predictions have them.

    Raises:
        DataError: The data set is not on this machine, or damaged.
        RunError: What is there now is not what the run was tested on.
    """
    source = resolve(run.config.dataset)
    place = source.directory or "the sample"
    if (
        run.started is None
        or identify(source, run.config.validation_size).sha256 != run.started.dataset_sha256
    ):
        raise RunError(
            f"The images in {place} are not those that {run.run_id} was tested on (their SHA-256 differs): "
            "put back the files that it was trained on to see its digits."
        )
    test = _read(source, mnist.stamps(source.directory) if source.directory else ())
    if not np.array_equal(test.labels, labels):
        raise RunError(
            f"{run.directory.predictions_path} has other labels than the images in {place}: "
            "train the run again to see its digits."
        )
    return test.images


def tested_names(run: Run) -> tuple[str, ...]:
    """What the ten classes of a run's data are called.

    Raises:
        DataError: The data set is not on this machine, or damaged.
    """
    source = resolve(run.config.dataset)
    return class_names(source.directory, *peek(source, FIRST))


@lru_cache(maxsize=4)
def _read(source: DataSource, _stamps: tuple[object, ...]) -> Split:
    """Test images, kept; `_stamps` are others once a file has changed."""
    return load_test(source)
