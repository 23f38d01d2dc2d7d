"""What is drawn becomes an image like MNIST's; MNIST's own images stay what they are."""

from pathlib import Path

import numpy as np
import pytest

from mnist_tui.data.dataset import SIDE, Pixels
from mnist_tui.data.ink import BOX, CENTRE, INK_SIDE, as_mnist, blank, draw, enlarged
from mnist_tui.data.sample import read_splits
from mnist_tui.data.source import load_test, resolve

pytestmark = pytest.mark.quick

DIGITS = read_splits()[1].images[:200]


def centre_of_mass(image: Pixels) -> tuple[float, float]:
    pixels = image.reshape(SIDE, SIDE).astype(float)
    places = np.arange(SIDE)
    return (pixels.sum(axis=1) @ places / pixels.sum(), pixels.sum(axis=0) @ places / pixels.sum())


def test_digits_of_the_sample_come_out_as_they_went_in() -> None:
    same = [np.array_equal(as_mnist(enlarged(digit)), digit) for digit in DIGITS]
    assert np.mean(same) >= 0.99


@pytest.mark.full_mnist
def test_test_digits_of_mnist_come_out_as_they_went_in(full_mnist: Path) -> None:
    images = load_test(resolve("mnist")).images
    changed = sum(not np.array_equal(as_mnist(enlarged(image)), image) for image in images)
    assert changed <= 10  # of 10,000: no network's accuracy can differ by more than 0.1 points


@pytest.mark.parametrize("corner", [(0, 0), (20, 3), (84, 84)])
def test_where_on_the_paper_a_digit_stands_does_not_matter(corner: tuple[int, int]) -> None:
    top, left = corner
    for digit in DIGITS[:20]:
        ink = blank()
        ink[top : top + SIDE, left : left + SIDE] = digit.reshape(SIDE, SIDE) / 255
        assert np.abs(as_mnist(ink).astype(int) - as_mnist(enlarged(digit))).max() <= 1


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_how_large_a_digit_is_does_not_matter(factor: int) -> None:
    for digit in DIGITS[:20]:
        large = np.kron(digit.reshape(SIDE, SIDE) / np.float32(255), np.ones((factor, factor), np.float32))
        assert np.abs(as_mnist(large).astype(int) - as_mnist(enlarged(digit))).max() <= 1


@pytest.mark.parametrize("thickness", [1, 6, 16])
def test_a_stroke_fills_the_box_and_its_centre_of_mass_is_in_the_middle(thickness: float) -> None:
    ink = blank()
    draw(ink, [(0.2, 0.1), (0.8, 0.1), (0.3, 0.95)], thickness)
    image = as_mnist(ink)
    rows, columns = (np.flatnonzero(image.reshape(SIDE, SIDE).any(axis=axis)) for axis in (1, 0))
    assert BOX - 1 <= max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 <= BOX
    assert np.allclose(centre_of_mass(image), CENTRE, atol=0.6)
    assert len(set(image.tolist())) > 4  # anti-aliased


def test_a_dot_is_a_disc_and_blank_paper_a_blank_image() -> None:
    ink = blank()
    draw(ink, [(0.5, 0.5)], 20)
    assert abs(ink.sum() - np.pi * 10**2) < 5
    assert not as_mnist(blank()).any()
    assert np.allclose(centre_of_mass(as_mnist(ink)), CENTRE, atol=0.6)


def test_what_leaves_the_paper_is_cut_off() -> None:
    for point in ((0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (-0.5, 0.5), (2.0, 2.0)):
        ink = blank()
        draw(ink, [point, (0.5, 0.5)], 9)
        assert ink.shape == (INK_SIDE, INK_SIDE)
        assert ink.max() == 1
