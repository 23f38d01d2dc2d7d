"""Shifts and affine changes beside shifts, turns and interpolations that are written out."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.data.dataset import PIXELS, SIDE, Pixels
from mnist_tui.nn.buffers import Array
from mnist_tui.training.augment import Affine, Shift
from tests.training.pictures import (
    DIGITS,
    IMAGES,
    LEVEL,
    UPRIGHT,
    WHITE,
    Coefficients,
    assert_uniform,
    changed,
    pictures,
    placed,
)

pytestmark = pytest.mark.quick


def moved(images: Pixels, down: int, right: int) -> Array:
    """The pictures, moved; 0 comes in at the edges."""
    rolled = np.roll(pictures(images), (down, right), axis=(1, 2))
    for lines, distance in ((rolled.transpose(1, 0, 2), down), (rolled.transpose(2, 0, 1), right)):
        lines[slice(distance) if distance > 0 else slice(SIDE + distance, SIDE)] = 0
    return rolled


# Shift


@pytest.mark.parametrize("pixels", [1, 3, 8])
def test_shift_moves_by_whole_pixels_and_lets_zeros_in(pixels: int) -> None:
    corners = list(itertools.product(range(2 * pixels + 1), repeat=2))
    images = np.resize(IMAGES, (len(corners), PIXELS))
    shifted = changed(Shift(pixels), images, corners)
    for image, (top, left), result in zip(images, corners, shifted, strict=True):
        (expected,) = moved(image[None], pixels - top, pixels - left)
        np.testing.assert_allclose(result, expected, rtol=1e-6, atol=0)


@pytest.mark.parametrize("pixels", [1, 3])
def test_every_pair_of_shifts_is_drawn_about_as_often(pixels: int) -> None:
    choices = 2 * pixels + 1
    draws = Shift(pixels).draw(2000 * choices**2, np.random.default_rng(0))
    pairs, counts = np.unique(draws, axis=0, return_counts=True)
    assert pairs.tolist() == [list(pair) for pair in itertools.product(range(choices), repeat=2)]
    np.testing.assert_allclose(counts, 2000, rtol=0.1)


# Affine


def test_coefficients_of_the_identity_give_the_image_back() -> None:
    np.testing.assert_allclose(placed(IMAGES, UPRIGHT, LEVEL), pictures(IMAGES), rtol=1e-6)


@pytest.mark.parametrize(("down", "right"), [(0, 1), (0, -1), (1, 0), (-1, 0), (2, -3), (-27, 5)])
def test_translation_by_whole_pixels_is_a_shift(down: int, right: int) -> None:
    translated = placed(DIGITS, (-down, 0, 1), (-right, 1, 0))
    np.testing.assert_allclose(translated, moved(DIGITS, down, right), rtol=1e-6, atol=0)


@pytest.mark.parametrize(("down", "right"), [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1)])
def test_translation_by_half_a_pixel_is_the_mean_of_neighbours(down: int, right: int) -> None:
    halfway = placed(IMAGES, (-down / 2, 0, 1), (-right / 2, 1, 0))
    neighbours = [moved(IMAGES, *steps) for steps in itertools.product({0, down}, {0, right})]
    np.testing.assert_allclose(halfway, np.mean(neighbours, axis=0), rtol=1e-5)


@pytest.mark.parametrize(
    ("row", "column", "turn"),
    [
        pytest.param((0, 1, 0), (0, 0, -1), lambda picture: np.rot90(picture), id="90° counterclockwise"),
        pytest.param((0, -1, 0), (0, 0, 1), lambda picture: np.rot90(picture, -1), id="90° clockwise"),
        pytest.param((0, 0, -1), (0, -1, 0), lambda picture: np.rot90(picture, 2), id="180°"),
        pytest.param((0, 0, -1), (0, 1, 0), np.flipud, id="upside down"),
        pytest.param((0, 0, 1), (0, -1, 0), np.fliplr, id="mirrored"),
    ],
)
def test_turns_and_mirrors_are_exact(
    row: Coefficients, column: Coefficients, turn: Callable[[Array], Array]
) -> None:
    expected = [turn(picture) for picture in pictures(IMAGES)]
    np.testing.assert_allclose(placed(IMAGES, row, column), expected, rtol=1e-6)


def written_out_value(picture: list[list[float]], row: float, column: float) -> float:
    """Bilinear interpolation of one pixel, with 0 outside the picture."""
    top, left = math.floor(row), math.floor(column)
    return sum(
        picture[y][x] * (1 - abs(row - y)) * (1 - abs(column - x))
        for y, x in itertools.product((top, top + 1), (left, left + 1))
        if 0 <= y < SIDE and 0 <= x < SIDE
    )


def coefficients(offset: float, slope: float) -> st.SearchStrategy[Coefficients]:
    floats = (st.floats(-bound, bound, width=32) for bound in (offset, slope, slope))
    return st.tuples(*floats)


@settings(deadline=None, max_examples=50)
@given(row=coefficients(20, 2), column=coefficients(20, 2), number=st.integers(0, len(DIGITS) - 1))
def test_pixels_are_interpolated_between_four_neighbours(
    row: Coefficients, column: Coefficients, number: int
) -> None:
    (result,) = placed(DIGITS[[number]], row, column)
    picture, centre = pictures(DIGITS)[number].tolist(), (SIDE - 1) / 2
    for y, x in itertools.product(range(SIDE), repeat=2):
        places = [a + b * (x - centre) + c * (y - centre) + centre for a, b, c in (row, column)]
        assert result[y, x] == pytest.approx(written_out_value(picture, *places), abs=1e-4)


@pytest.mark.parametrize(
    ("down", "right"),
    [
        (SIDE, 0),
        (0, SIDE),
        (1000, 0),
        (1000, -1000),
        (-SIDE, 0),
        (0, -SIDE),
        (0, -1000),
    ],
)
def test_what_comes_from_outside_the_image_is_empty(down: int, right: int) -> None:
    assert not placed(WHITE, (-down, 0, 1), (-right, 1, 0)).any()


def parts_of_change(draws: Array) -> dict[str, Array]:
    """Angle, scales, shear and translation of affine draws, each as a share of what strength 1 allows.

    The 2×2 matrix is R(angle) · [[width, shear], [0, height]], by its QR decomposition.
    """
    (down, sine_width, row_y), (right, cosine_width, column_y) = draws.astype(np.float64).transpose(1, 2, 0)
    angle = np.arctan2(sine_width, cosine_width)
    shear = np.cos(angle) * column_y + np.sin(angle) * row_y
    height = np.cos(angle) * row_y - np.sin(angle) * column_y
    return {
        "angle": np.degrees(angle) / 12,
        "width": np.log(np.hypot(sine_width, cosine_width)) / 0.12,
        "height": np.log(height) / 0.12,
        "shear": shear / 0.12,
        "down": down / 1.6,
        "right": right / 1.6,
    }


@pytest.mark.parametrize("strength", [0.5, 1.0, 3.0])
def test_affine_draws_are_uniform_within_their_bounds(strength: float) -> None:
    draws = Affine(strength).draw(20_000, np.random.default_rng(0))
    assert draws.dtype == np.float32
    for values in parts_of_change(draws).values():
        assert_uniform(values / (strength * (1 + 1e-4)), -1, 1)


def test_affine_draws_are_independent_of_one_another() -> None:
    parts = parts_of_change(Affine(1.0).draw(20_000, np.random.default_rng(0)))
    np.testing.assert_allclose(np.corrcoef(list(parts.values())), np.eye(6), atol=0.03)


@pytest.mark.parametrize("strength", [0.25, 2.0])
def test_strength_multiplies_all_that_is_drawn(strength: float) -> None:
    weak, strong = (
        parts_of_change(Affine(value).draw(100, np.random.default_rng(0))) for value in (1.0, strength)
    )
    for name, values in weak.items():
        np.testing.assert_allclose(strong[name], strength * values, atol=1e-4)
