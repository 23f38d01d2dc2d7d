"""Images that are shifted, turned, scaled or noisy, and what is left of accuracy."""

import numpy as np
import pytest

from mnist_tui.analysis.robustness import STRENGTHS, Distortion, accuracies, distorted, moved
from mnist_tui.data.dataset import SIDE, Split
from mnist_tui.data.sample import read_splits

pytestmark = pytest.mark.quick

TEST = read_splits()[1]
FEW = Split(TEST.images[:30], TEST.labels[:30])


def pictures(images: np.ndarray) -> np.ndarray:
    return images.reshape(-1, SIDE, SIDE)


def test_nothing_changes_nothing() -> None:
    for images in (Distortion().of(FEW.images), *(distorted(FEW.images, kind, 0) for kind in STRENGTHS)):
        assert np.allclose(images, FEW.images / 255, atol=1e-4)


@pytest.mark.parametrize(("right", "down"), [(3, 0), (0, 2), (-1, -4)])
def test_a_shift_goes_where_it_says(right: int, down: int) -> None:
    shifted = pictures(Distortion(right=right, down=down).of(FEW.images))
    expected = np.zeros_like(shifted)
    source = pictures(FEW.images / 255)
    for row, column in np.ndindex(SIDE, SIDE):
        if 0 <= row - down < SIDE and 0 <= column - right < SIDE:
            expected[:, row, column] = source[:, row - down, column - right]
    assert np.allclose(shifted, expected, atol=1e-4)


def test_a_quarter_turn_is_clockwise() -> None:
    turned = pictures(Distortion(degrees=90).of(FEW.images))
    assert np.allclose(turned, np.rot90(pictures(FEW.images / 255), -1, axes=(1, 2)), atol=1e-3)


def test_twice_as_large_has_four_times_the_ink() -> None:
    image = np.zeros((1, SIDE, SIDE), np.uint8)
    image[0, 11:17, 11:17] = 255
    large = moved(image.reshape(1, -1), 0, 0, 0, 2.0)
    assert abs(large.sum() - 4 * 36) < 1


def test_noise_stays_between_black_and_white_and_is_the_same_each_time() -> None:
    noisy = Distortion(noise=0.5).of(FEW.images)
    assert (noisy.min(), noisy.max()) == (0, 1)
    assert np.array_equal(noisy, Distortion(noise=0.5).of(FEW.images))


def test_every_image_goes_as_far_in_a_direction_of_its_own() -> None:
    image = np.zeros((20, SIDE, SIDE), np.uint8)
    image[:, 13:15, 13:15] = 255
    shifted = pictures(distorted(image.reshape(20, -1), "shift", 5))
    places = np.arange(SIDE) - 13.5
    down, right = ((shifted.sum(axis=axis) @ places) / shifted.sum(axis=(1, 2)) for axis in (2, 1))
    assert np.allclose(np.hypot(down, right), 5, atol=1e-3)
    assert len(np.unique(down.round(3))) > 10


def test_accuracy_falls_the_farther_it_goes() -> None:
    means = np.stack([TEST.images[TEST.labels == digit].mean(axis=0) for digit in range(10)]) / 255

    def predict(images: np.ndarray) -> np.ndarray:
        nearness: np.ndarray = 2 * images @ means.T - np.square(means).sum(axis=1)
        return nearness

    for kind, strengths in STRENGTHS.items():
        found = accuracies(predict, Split(TEST.images[:100], TEST.labels[:100]), kind)
        assert len(found) == len(strengths)
        assert found[0] > 0.7 > found[-1] + 0.05
