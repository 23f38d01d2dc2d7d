"""What a run left behind: its predictions, and its weights after any epoch that was kept."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mnist_tui.data.dataset import CLASSES, Labels
from mnist_tui.errors import RunError
from mnist_tui.nn.buffers import Array
from mnist_tui.nn.network import Network
from mnist_tui.runs import checkpoints
from mnist_tui.runs.files import open_foreign
from mnist_tui.runs.run import Run
from mnist_tui.training.archives import LARGEST_DIRECTORY, Expected, read_npz, read_safetensors
from mnist_tui.training.build import array_shapes, make_network
from mnist_tui.training.checkpoint import most_bytes

MOST_TEST_IMAGES = 1 << 21
"""More than an IDX file that is accepted can hold."""

ROUNDING = 1e-3
"""The probabilities of an image add up to 1 but for this much."""


@dataclass(frozen=True)
class Predictions:
    """What the best weights say of the test images.

    Attributes:
        probabilities: Shape (n, 10), float32, 0 to 1, each image's add up to 1.
        labels: Shape (n,), uint8, 0 to 9: what the images really show.
    """

    probabilities: npt.NDArray[np.float32]
    labels: Labels


def predictions(run: Run) -> Predictions:
    """The predictions of a run that came to its end.

    Raises:
        RunError: They are missing or damaged.
    """
    path = run.directory.predictions_path
    if not run.started:
        raise RunError(f"{run.run_id} has not started: it has no predictions yet.")
    images = run.started.test_images
    expected = {"probabilities": Expected((images, CLASSES)), "labels": Expected((images,), "|u1")}
    try:
        if not 0 < images <= MOST_TEST_IMAGES:
            raise ValueError(f"there is no test of {images:,} images")
        largest = sum(one.bytes for one in expected.values()) + LARGEST_DIRECTORY
        with open_foreign(path) as file:
            arrays = read_npz(file, expected, largest)
        found = Predictions(arrays["probabilities"], arrays["labels"])
        if found.labels.max() >= CLASSES:
            raise ValueError("it holds labels above 9")
        if found.probabilities.min() < 0 or np.abs(found.probabilities.sum(axis=1) - 1).max() > ROUNDING:
            raise ValueError("it holds numbers that are no probabilities")
    except FileNotFoundError as error:
        raise RunError(f"{path} is missing: it is written when a run comes to its end.") from error
    except (OSError, ValueError, MemoryError) as error:
        raise RunError(f"{path} cannot be read ({error}): train the run again.") from error
    return found


def weights(run: Run, epoch: int | None = None) -> dict[str, Array]:
    """Parameters and running statistics by name, see `nn.Network`; float32.

    Args:
        run: Whose.
        epoch: At the end of this epoch, 1-based; those that are best on validation where none is named.

    Raises:
        RunError: They are missing or damaged, or that epoch is not kept.
    """
    expected = {name: Expected(shape) for name, shape in array_shapes(run.config).items()}
    path = run.directory.model_path if epoch is None else _kept(run, epoch)
    try:
        with open_foreign(path) as file:
            if epoch is None:
                return read_safetensors(file, expected)
            stored = {f"network/{name}": one for name, one in expected.items()}
            found = read_npz(file, stored, most_bytes(run.config))
            return {name: found[f"network/{name}"] for name in expected}
    except FileNotFoundError as error:
        raise RunError(f"{path} is missing: it is written when the first epoch is complete.") from error
    except (OSError, ValueError, MemoryError) as error:
        remedy = "train the run again" if epoch is None else "take another epoch"
        raise RunError(f"{path} cannot be read ({error}): {remedy}.") from error


def network(run: Run, epoch: int | None = None) -> Network:
    """A network with the weights of a run, ready to predict.

    `network(run).predict_probabilities(images / 255)` is what `predictions(run)` holds for the test images.

    Args:
        run: Whose.
        epoch: See `weights`.

    Raises:
        RunError: The weights are missing or damaged, or that epoch is not kept.
    """
    found = weights(run, epoch)
    rng = np.random.default_rng()
    made = make_network(run.config, rng, rng)
    made.restore(found)
    return made


def _kept(run: Run, epoch: int) -> Path:
    kept = checkpoints.epochs(run.directory)
    if epoch not in kept:
        shown = ", ".join(map(str, kept)) or "none"
        raise RunError(f"Epoch {epoch} of {run.run_id} is not kept; these are: {shown}.")
    return checkpoints.kept_path(run.directory, epoch)
