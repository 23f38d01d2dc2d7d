"""What is true of every augmentation."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_tui.nn.buffers import Buffers
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.augment import Affine, Augmentation, Elastic, Shift
from mnist_tui.training.build import make_augmentation
from tests.training.pictures import (
    DIGITS,
    IMAGES,
    KINDS,
    WHITE,
    changed,
)

pytestmark = pytest.mark.quick

EXAMPLES = [Shift(2), Affine(1.0), Elastic(1.0)]
every_augmentation = pytest.mark.parametrize("augmentation", EXAMPLES, ids=lambda one: type(one).__name__)


@every_augmentation
def test_draws_follow_the_random_stream(augmentation: Augmentation) -> None:
    one, same, other = (augmentation.draw(50, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


@every_augmentation
def test_each_image_gets_a_change_of_its_own(augmentation: Augmentation) -> None:
    twins = np.tile(DIGITS[0], (10, 1))
    results = changed(augmentation, twins, augmentation.draw(10, np.random.default_rng(0)))
    assert len({result.tobytes() for result in results}) > 5


@every_augmentation
@settings(deadline=None, max_examples=25)
@given(cuts=st.lists(st.integers(0, len(IMAGES)), max_size=6).map(sorted))
def test_batch_can_be_changed_in_parts(augmentation: Augmentation, cuts: list[int]) -> None:
    """In any parts, with memory that is used again; an empty part does no harm."""
    draws, buffers = augmentation.draw(len(IMAGES), np.random.default_rng(0)), Buffers()
    whole = changed(augmentation, IMAGES, draws)
    edges = itertools.pairwise([0, *cuts, len(IMAGES)])
    parts = [changed(augmentation, IMAGES[a:b], draws[a:b], buffers) for a, b in edges]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-5)


@every_augmentation
def test_memory_that_held_other_images_leaves_no_trace(augmentation: Augmentation) -> None:
    rng, buffers = np.random.default_rng(0), Buffers()
    for count in (8, 3, 8, 1, 20, 19):
        draws, images = augmentation.draw(count, rng), rng.permutation(IMAGES)[:count]
        fresh = changed(augmentation, images, draws)
        np.testing.assert_array_equal(changed(augmentation, images, draws, buffers), fresh)


@every_augmentation
def test_images_and_draws_are_only_read(augmentation: Augmentation) -> None:
    images, draws = IMAGES.copy(), augmentation.draw(len(IMAGES), np.random.default_rng(0))
    before = draws.copy()
    changed(augmentation, images, draws)
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(draws, before)


@every_augmentation
def test_single_and_double_precision_agree(augmentation: Augmentation) -> None:
    draws = augmentation.draw(len(IMAGES), np.random.default_rng(0))
    single, double = (changed(augmentation, IMAGES, draws, dtype=dtype) for dtype in (np.float32, np.float64))
    np.testing.assert_allclose(single, double, atol=1e-6)


@settings(deadline=None, max_examples=30)
@given(kind=st.sampled_from(KINDS), strength=st.integers(1, 8), seed=st.integers(0, 2**32 - 1))
def test_pixels_stay_between_zero_and_one(kind: str, strength: int, seed: int) -> None:
    augmentation = make_augmentation(RunConfig(augment=kind, augment_strength=strength))
    assert augmentation
    images = np.concatenate([WHITE, IMAGES[:9]])
    results = changed(augmentation, images, augmentation.draw(10, np.random.default_rng(seed)))
    assert results.min() >= 0
    assert 0.9 < results[0].max() <= results.max() <= 1 + 1e-6
