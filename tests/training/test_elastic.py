"""Elastic changes beside bumps that are written out."""

import itertools
import math

import numpy as np
import numpy.typing as npt
import pytest

from mnist_tui.data.dataset import PIXELS, SIDE, Pixels
from mnist_tui.nn.buffers import Array
from mnist_tui.training.augment import Affine, Elastic
from tests.training.pictures import (
    DIGITS,
    LEVEL,
    UPRIGHT,
    assert_uniform,
    changed,
)

pytestmark = pytest.mark.quick


GRID_POINTS = list(itertools.product(range(5), repeat=2))


def bent(images: Pixels, displacements: npt.ArrayLike, affine: Array | None = None) -> Array:
    """What `Elastic` makes of images with displacements of shape (n, 2, 25), on top of an affine change."""
    if affine is None:
        affine = np.tile(np.array([UPRIGHT, LEVEL]), (len(images), 1, 1))
    draws = np.concatenate([affine, displacements], axis=2, dtype=np.float32)
    return changed(Elastic(1.0), images, draws)


def written_out_bump(distance: float) -> float:
    return (1 + math.cos(math.pi * distance)) / 2 if abs(distance) < 1 else 0


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("pixels", [1, -1])
def test_each_grid_point_takes_its_surroundings_along(axis: int, pixels: int) -> None:
    """Seen on a ruler, an image as bright as the row (or column) a pixel is in."""
    ruler = np.repeat(np.arange(SIDE), SIDE).reshape(SIDE, SIDE)
    ruler = ruler if axis == 0 else ruler.T
    displacements = np.zeros((25, 2, 25))
    displacements[:, axis] = pixels * np.eye(25)
    images = np.tile(9 * ruler.reshape(PIXELS), (25, 1)).astype(np.uint8)
    readings = bent(images, displacements) * 255 / 9
    for (i, j), reading in zip(GRID_POINTS, readings, strict=True):
        down, right = (
            [written_out_bump(4 * place / 27 - point) for place in range(SIDE)] for point in (i, j)
        )
        expected = ruler + pixels * np.outer(down, right)
        on_the_ruler = (expected >= 0) & (expected <= SIDE - 1)
        np.testing.assert_allclose(reading[on_the_ruler], expected[on_the_ruler], atol=1e-4)


def test_grid_points_that_all_move_alike_make_a_translation() -> None:
    affine = Affine(1.0).draw(len(DIGITS), np.random.default_rng(1))
    steps = np.random.default_rng(2).uniform(-3, 3, (len(DIGITS), 2, 1)).astype(np.float32)
    translated = affine.copy()
    translated[:, :, :1] += steps
    np.testing.assert_allclose(
        bent(DIGITS, np.repeat(steps, 25, axis=2), affine),
        changed(Affine(1.0), DIGITS, translated),
        atol=1e-4,
    )


def test_elastic_change_without_displacements_is_affine() -> None:
    affine = Affine(1.0).draw(len(DIGITS), np.random.default_rng(1))
    plain = bent(DIGITS, np.zeros((len(DIGITS), 2, 25)), affine)
    np.testing.assert_allclose(plain, changed(Affine(1.0), DIGITS, affine), atol=1e-5)


@pytest.mark.parametrize("strength", [0.5, 1.0, 3.0])
def test_elastic_draws_are_affine_draws_and_uniform_displacements(strength: float) -> None:
    draws = Elastic(strength).draw(1000, np.random.default_rng(5))
    assert draws.shape == (1000, 2, 3 + 25)
    assert draws.dtype == np.float32
    np.testing.assert_array_equal(draws[:, :, :3], Affine(strength).draw(1000, np.random.default_rng(5)))
    displacements = draws[:, :, 3:] / (1.6 * strength)
    assert_uniform(displacements, -1.0001, 1.0001)
    correlations = np.corrcoef(displacements.reshape(1000, 50), rowvar=False)
    np.testing.assert_allclose(correlations, np.eye(50), atol=0.15)


@pytest.mark.parametrize("strength", [0.5, 2.0])
def test_no_pixel_is_displaced_by_more_than_the_bound(strength: float) -> None:
    elastic = Elastic(strength)
    draws = elastic.draw(500, np.random.default_rng(0))
    displacements = draws @ elastic.basis - draws[:, :, :3] @ Affine(strength).basis
    farthest = np.abs(displacements).max() / strength
    assert 1.5 < farthest <= 1.6001
