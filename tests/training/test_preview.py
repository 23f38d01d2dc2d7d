"""What an augmentation makes of images, looked at before one trains with it."""

import numpy as np
import pytest

from mnist_tui.data.sample import read_splits
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.preview import KINDS, augmented, strengths

pytestmark = pytest.mark.quick

IMAGES = read_splits()[1].images[:20]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_draw_shows_the_same_and_another_draw_another(kind: str) -> None:
    config = RunConfig(augment=kind)
    first = augmented(IMAGES, config)
    assert first.shape == IMAGES.shape
    assert first.dtype == np.uint8
    assert np.array_equal(first, augmented(IMAGES, config))
    is_none = kind == "none"
    assert np.array_equal(first, IMAGES) == is_none
    assert np.array_equal(first, augmented(IMAGES, config, 1)) == is_none
    assert not len(augmented(IMAGES[:0], config))


def test_a_shift_moves_whole_pixels_and_its_strengths_are_whole() -> None:
    assert strengths("shift") == [1, 2, 3]
    assert 0.5 in strengths("affine")
    image = augmented(IMAGES[:1], RunConfig(augment="shift", augment_strength=2)).reshape(28, 28)
    before = IMAGES[0].reshape(28, 28)
    moves = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
    assert any(np.array_equal(image, np.roll(before, move, (0, 1))) for move in moves)
