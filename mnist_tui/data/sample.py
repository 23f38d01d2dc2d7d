"""The embedded sample: 5,000 real MNIST digits inside the package, 500 a class.

4,000 are for training and validation, 1,000 for the test, stratified. `scripts/make_sample.py` made
the file; NOTICE says where the digits come from and under which licence.
"""

from importlib import resources

import numpy as np

from mnist_tui.data.dataset import Split

TRAINING_IMAGES = 4_000
TEST_IMAGES = 1_000
CONTENT_SHA256 = "d7f37ed83eb4176c5e64ffea8aefb79abc0a9baa4191dc81299a01e36ead7b7c"
"""By `dataset.content_hash`."""


def read_splits() -> tuple[Split, Split]:
    """Training (4,000) and test (1,000) images of the sample."""
    with (
        resources.files(__package__).joinpath("sample.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        return (
            Split(arrays["train_images"], arrays["train_labels"]),
            Split(arrays["test_images"], arrays["test_labels"]),
        )
