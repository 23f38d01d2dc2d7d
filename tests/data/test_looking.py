"""What is known of a data set before and beside training on it: first images, names, files, pixels."""

import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.analysis.pixels import CHUNK, class_counts, pixel_facts
from mnist_tui.data.class_names import CLOTHES, DIGITS, class_names
from mnist_tui.data.dataset import PIXELS, Split
from mnist_tui.data.mnist import FILES, read_splits
from mnist_tui.data.peek import peek
from mnist_tui.data.provenance import FASHION, MNIST, UNKNOWN, files_in_use, origin
from mnist_tui.data.source import SAMPLE, load, resolve
from mnist_tui.errors import DataError

pytestmark = pytest.mark.quick


def test_the_first_images_are_those_of_the_files(tiny_data: Path) -> None:
    for source in (resolve(str(tiny_data)), SAMPLE):
        whole = load(source, 30)
        for first, split in zip(peek(source, 20), (whole.train, whole.test), strict=True):
            assert np.array_equal(first.images, split.images[:20])
            assert np.array_equal(first.labels, split.labels[:20])


def test_more_than_there_are_is_all_there_are(tiny_data: Path) -> None:
    training, test = peek(resolve(str(tiny_data)), 10_000)
    assert (len(training), len(test)) == (300, 100)


def test_files_that_hold_other_images_are_refused_in_a_sentence(tiny_data: Path) -> None:
    wide = struct.pack(">BBBBIII", 0, 0, 8, 3, 1, 10, 10) + bytes(100)
    (tiny_data / f"{FILES[0].name}.gz").unlink()
    path = tiny_data / FILES[0].name
    for content in (wide, b"", b"GIF89a" + bytes(40)):
        path.write_bytes(content)
        with pytest.raises(DataError, match="holds no images of 28×28 pixels"):
            peek(resolve(str(tiny_data)), 10)


def test_labels_of_strangers_have_names(tiny_data: Path) -> None:
    (tiny_data / f"{FILES[1].name}.gz").unlink()
    (tiny_data / FILES[1].name).write_bytes(struct.pack(">BBBBI", 0, 0, 8, 1, 300) + bytes([255] * 300))
    assert peek(resolve(str(tiny_data)), 10)[0].labels.max() == 9


def labelled(*labels: int) -> Split:
    return Split(np.zeros((len(labels), PIXELS), np.uint8), np.array(labels, np.uint8))


def test_clothes_are_known_by_their_labels_or_by_the_directory(tmp_path: Path) -> None:
    fashion = labelled(9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 1), labelled(9, 2, 1, 1, 6, 1, 4, 6, 5, 7)
    other = labelled(5, 0, 4), labelled(7, 2, 1)
    assert class_names(tmp_path / "x", *fashion) == CLOTHES
    assert class_names(tmp_path / "Fashion-MNIST", *other) == CLOTHES
    assert class_names(tmp_path / "x", *other) == class_names(None, *other) == DIGITS
    assert class_names(tmp_path / "x", fashion[0], other[1]) == DIGITS


def test_files_have_their_hashes_and_say_who_made_them(tiny_data: Path) -> None:
    source = resolve(str(tiny_data))
    files = files_in_use(source)
    assert [Path(one.path).name for one in files] == [f"{file.name}.gz" for file in FILES]
    training, _ = read_splits(tiny_data, canonical=False)
    labels = struct.pack(">BBBBI", 0, 0, 8, 1, 300) + training.labels.tobytes()
    assert files[1].sha256 == hashlib.sha256(labels).hexdigest()
    assert {one.verdict for one in files} == {""}
    assert origin(source, DIGITS) is UNKNOWN
    assert origin(source, CLOTHES) is FASHION
    assert origin(SAMPLE, DIGITS) is MNIST
    assert files_in_use(SAMPLE)[0].verdict == "part of this program"


def test_pixels_of_each_class_agree_with_numpy() -> None:
    rng = np.random.default_rng(0)
    count = 2 * CHUNK + 7
    images = rng.integers(0, 256, (count, PIXELS), dtype=np.uint8) * (rng.random(PIXELS) < 0.9)
    split = Split(images.astype(np.uint8), rng.integers(0, 9, count).astype(np.uint8))
    facts = pixel_facts(split)
    for digit in range(9):
        own = split.images[split.labels == digit]
        assert np.allclose(facts.means[digit], own.mean(axis=0) / 255, atol=1e-6)
        assert np.allclose(facts.deviations[digit], own.std(axis=0) / 255, atol=1e-5)
        assert np.allclose(facts.lit[digit], (own > 0).mean(axis=0), atol=1e-6)
    assert not facts.means[9].any()
    assert facts.never_lit == (~split.images.any(axis=0)).sum()
    assert class_counts(split.labels).tolist() == [(split.labels == digit).sum() for digit in range(10)]
