"""Augmentation beside shifts, turns and interpolations that are written out, and in whole runs."""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from mnist_tui.data.dataset import CLASSES, PIXELS, SIDE, Dataset, Pixels, Split
from mnist_tui.nn import Network
from mnist_tui.nn.buffers import Array, Buffers
from mnist_tui.settings.choices import AUGMENTATIONS
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.augment import Affine, Augmentation, Elastic, Shift
from mnist_tui.training.build import make_augmentation
from mnist_tui.training.engine import Engine
from mnist_tui.training.events import Epoch, Event, RunFinished
from mnist_tui.training.trainer import Trainer

pytestmark = pytest.mark.quick

Coefficients: TypeAlias = tuple[float, float, float]

UPRIGHT, LEVEL = (0, 0, 1), (0, 1, 0)
"""Coefficients of 1, x and y: rows come from row y, columns from column x."""

IMAGES = np.random.default_rng(0).integers(1, 256, (40, PIXELS), dtype=np.uint8)
DIGITS = np.pad(IMAGES.reshape(-1, SIDE, SIDE)[:, 1:-1, 1:-1], ((0, 0), (1, 1), (1, 1))).reshape(-1, PIXELS)
"""The same with an empty rim, as digits have."""
WHITE = np.full((1, PIXELS), 255, np.uint8)

EXAMPLES = [Shift(2), Affine(1.0), Elastic(1.0)]
every_augmentation = pytest.mark.parametrize("augmentation", EXAMPLES, ids=lambda one: type(one).__name__)
KINDS = tuple(kind for kind in AUGMENTATIONS if kind != "none")


@pytest.fixture(autouse=True, scope="module")
def one_blas_thread() -> Iterator[None]:
    """As in a run; more would only wait for one another here."""
    with threadpool_limits(1, user_api="blas"):
        yield


def changed(
    augmentation: Augmentation,
    images: Pixels,
    draws: npt.ArrayLike,
    buffers: Buffers | None = None,
    dtype: npt.DTypeLike = np.float32,
) -> Array:
    """The changed images, shape (n, 28, 28); NaN wherever nothing was written."""
    out = np.full((len(images), PIXELS), np.nan, dtype)
    augmentation.apply(images, np.asarray(draws), out, buffers or Buffers())
    return out.reshape(-1, SIDE, SIDE)


def placed(images: Pixels, row: Coefficients, column: Coefficients) -> Array:
    """What `Affine` makes of images when all get the same coefficients."""
    return changed(Affine(1.0), images, np.tile(np.array([row, column], np.float32), (len(images), 1, 1)))


def pictures(images: Pixels) -> Array:
    """Float pixels from 0 to 1, shape (n, 28, 28)."""
    return images.reshape(-1, SIDE, SIDE) / 255


def moved(images: Pixels, down: int, right: int) -> Array:
    """The pictures, moved; 0 comes in at the edges."""
    rolled = np.roll(pictures(images), (down, right), axis=(1, 2))
    for lines, distance in ((rolled.transpose(1, 0, 2), down), (rolled.transpose(2, 0, 1), right)):
        lines[slice(distance) if distance > 0 else slice(SIDE + distance, SIDE)] = 0
    return rolled


def assert_uniform(values: Array, low: float, high: float) -> None:
    """All values lie between the bounds, about as many in each tenth of the way."""
    assert low <= values.min()
    assert values.max() <= high
    shares = np.histogram(values, 10, (low, high))[0] / values.size
    np.testing.assert_allclose(shares, 0.1, atol=0.01)


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


# Elastic


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


# All kinds


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


# Whole runs


def marked_digits(count: int, rng: np.random.Generator) -> Split:
    """Noise with a block in the middle as bright as its label says, brighter than all else."""
    labels = (np.arange(count) % CLASSES).astype(np.uint8)
    images = rng.integers(0, 30, (count, SIDE, SIDE), dtype=np.uint8)
    images[:, 7:21, 7:21] = 50 + 20 * labels[:, None, None]
    return Split(images.reshape(count, PIXELS), labels)


RNG = np.random.default_rng(0)
DATASET = Dataset("marked", marked_digits(60, RNG), marked_digits(20, RNG), marked_digits(20, RNG), sha256="")


def trainer_of(**changes: Any) -> Trainer:
    """Two epochs of 3 steps."""
    base = {"hidden": (8,), "batch_size": 25, "epochs": 2, "learning_rate": 0.1, "early_stopping": 0}
    return Trainer(RunConfig(**{**base, "threads": 1, "augment_strength": 1.0, **changes}), DATASET)


def versions_seen(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> dict[bytes, list[Array]]:
    """What a run makes of each image that it augments, in order of time."""
    trainer = trainer_of(**changes)
    kind: Any = type(make_augmentation(trainer.config))
    original = kind.apply
    seen: dict[bytes, list[Array]] = {}

    def recording(self: Augmentation, images: Pixels, draws: Array, out: Array, buffers: Buffers) -> None:
        original(self, images, draws, out, buffers)
        for image, result in zip(images, out, strict=True):
            seen.setdefault(image.tobytes(), []).append(result.copy())

    with monkeypatch.context() as patch:
        patch.setattr(kind, "apply", recording)
        list(trainer.run())
    return seen


def assert_same_versions(one: dict[bytes, list[Array]], two: dict[bytes, list[Array]]) -> None:
    assert one.keys() == two.keys()
    for image, versions in one.items():
        np.testing.assert_allclose(two[image], versions, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "options", [{"threads": 2}, {"threads": 3}, {"dropout": 0.3, "batch_norm": True, "optimizer": "adam"}]
)
def test_same_seed_gives_the_same_images_whatever_else_differs(
    kind: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = versions_seen(monkeypatch, augment=kind)
    assert_same_versions(versions_seen(monkeypatch, augment=kind, **options), plain)


def draws_of(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> list[Array]:
    """What was drawn for every mini-batch of a run."""
    trainer = trainer_of(**changes)
    kind: Any = type(make_augmentation(trainer.config))
    original = kind.draw
    batches: list[Array] = []

    def recording(self: Augmentation, count: int, rng: np.random.Generator) -> Array:
        batches.append(original(self, count, rng))
        return batches[-1]

    with monkeypatch.context() as patch:
        patch.setattr(kind, "draw", recording)
        list(trainer.run())
    return batches


@pytest.mark.parametrize("kind", KINDS)
def test_every_mini_batch_of_every_seed_is_drawn_for_anew(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [draws for seed in (0, 1) for draws in draws_of(monkeypatch, augment=kind, seed=seed)]
    assert [len(draws) for draws in batches] == [25, 25, 10] * 4
    assert len({draws[:10].tobytes() for draws in batches}) == 12


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("threads", [1, 2])
def test_every_training_image_and_no_other_is_changed_anew_in_every_epoch(
    kind: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = versions_seen(monkeypatch, augment=kind, threads=threads)
    assert versions.keys() == {image.tobytes() for image in DATASET.train.images}
    assert {len(seen) for seen in versions.values()} == {2}
    same = [np.array_equal(first, second) for first, second in versions.values()]
    assert np.mean(same) < 0.3


@pytest.mark.parametrize("kind", ["none", *KINDS])
@pytest.mark.parametrize("threads", [1, 2])
def test_network_trains_on_changed_images_with_their_own_labels(
    kind: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons: list[tuple[Array, Array]] = []
    original = Network.cross_entropy_and_gradients

    def recording(network: Network, images: Array, labels: Array, *others: Any) -> tuple[float, int]:
        lessons.append((images.copy(), labels.copy()))
        return original(network, images, labels, *others)

    monkeypatch.setattr(Network, "cross_entropy_and_gradients", recording)
    list(trainer_of(augment=kind, threads=threads, epochs=1).run())
    images, labels = (np.concatenate(arrays) for arrays in zip(*lessons, strict=True))
    np.testing.assert_allclose(images.max(axis=1), (50 + 20 * labels.astype(int)) / 255, rtol=1e-5)
    plain = {(image * np.float32(1 / 255)).tobytes() for image in DATASET.train.images}
    unchanged = np.mean([image.tobytes() in plain for image in images])
    assert unchanged == 1 if kind == "none" else unchanged < 0.3


def batches_of(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> list[list[int]]:
    """The rows of every mini-batch of a run."""
    batches: list[list[int]] = []
    original = Engine.train_steps

    def recording(engine: Engine, split: Split, burst: Any, rates: Any) -> list[tuple[float, int]]:
        batches.extend(rows.tolist() for rows in burst)
        return original(engine, split, burst, rates)

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "train_steps", recording)
        list(trainer_of(**changes).run())
    return batches


@pytest.mark.parametrize("kind", KINDS)
def test_augmentation_leaves_initial_weights_and_batch_order_alone(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, augmented = (trainer_of(augment=augment).network for augment in ("none", kind))
    np.testing.assert_array_equal(augmented.parameter_vector, plain.parameter_vector)
    assert batches_of(monkeypatch, augment=kind) == batches_of(monkeypatch, augment="none")


def mean_loss(network: Network, split: Split) -> float:
    """Cross-entropy on the images as they are, without the engine."""
    probabilities = network.predict_probabilities(split.images / 255).astype(np.float64)
    return float(-np.log(probabilities[np.arange(len(split)), split.labels]).mean())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("threads", [1, 2])
def test_validation_and_test_look_at_the_images_as_they_are(kind: str, threads: int) -> None:
    trainer = trainer_of(augment=kind, augment_strength=3.0, threads=threads)
    events: list[Event] = []
    for event in trainer.run():
        events.append(event)
        if isinstance(event, Epoch):
            assert event.validation_loss == pytest.approx(
                mean_loss(trainer.network, DATASET.validation), rel=1e-5
            )
    assert isinstance(events[-1], RunFinished)
    assert events[-1].test_loss == pytest.approx(mean_loss(trainer.network, DATASET.test), rel=1e-5)
