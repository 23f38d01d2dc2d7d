"""Which digits are looked at, where the cursor is, and what is drawn of classes and files."""

import numpy as np
import pytest

from mnist_tui.analysis.pixels import PixelFacts, pixel_facts
from mnist_tui.data.class_names import CLOTHES, DIGITS
from mnist_tui.data.dataset import PIXELS, Split
from mnist_tui.data.provenance import MNIST, FileInUse
from mnist_tui.data.sample import read_splits
from mnist_tui.tui.renderables.classes import render_classes, render_counts
from mnist_tui.tui.renderables.files import render_files
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.renderables.shades import Greys, Paper
from mnist_tui.tui.selection import Order, Selection

pytestmark = pytest.mark.quick

PAPER = Paper(Greys.NONE)


def labelled(*labels: int) -> Split:
    return Split(np.zeros((len(labels), PIXELS), np.uint8), np.array(labels, np.uint8))


@pytest.fixture
def selection() -> Selection:
    return Selection({"train": labelled(5, 0, 4, 1, 9, 0, 5, 0), "test": labelled(7, 2)})


def test_digits_come_in_file_order_by_class_or_shuffled(selection: Selection) -> None:
    assert selection.places.tolist() == list(range(8))
    selection.next_order()
    assert selection.order is Order.CLASS
    assert selection.places.tolist() == [1, 5, 7, 3, 2, 0, 6, 4]
    selection.next_order()
    assert sorted(selection.places.tolist()) == list(range(8))
    assert selection.places.tolist() != list(range(8))


def test_the_cursor_stays_on_its_digit_when_the_order_changes(selection: Selection) -> None:
    selection.move(4)
    for _ in Order:
        selection.next_order()
        assert selection.index == 4


def test_one_class_is_shown_alone_and_then_all_again(selection: Selection) -> None:
    selection.next_class()
    assert (selection.wanted, selection.places.tolist()) == (0, [1, 5, 7])
    selection.next_class(-1)
    assert selection.wanted is None
    selection.next_class(-1)
    assert selection.wanted == 9
    for _ in range(9):
        selection.next_class(-1)
    selection.next_split()
    assert (selection.wanted, selection.index) == (0, None)
    selection.move(3)
    assert selection.cursor == 0


def test_a_jump_goes_to_the_index_of_the_file(selection: Selection) -> None:
    selection.next_order()
    selection.jump(6)
    assert selection.index == 6
    selection.next_class()
    selection.jump(5)
    assert (selection.index, selection.wanted) == (5, 0)
    selection.jump(6)
    assert (selection.index, selection.wanted) == (6, None)
    selection.jump(10**9)
    assert selection.index == 7


def test_the_screen_follows_the_cursor_by_rows(selection: Selection) -> None:
    selection.move(5)
    selection.scroll(2, 2)
    assert (selection.top, selection.on_screen(4).tolist()) == (2, [2, 3, 4, 5])
    selection.move(-1)
    selection.scroll(2, 2)
    assert selection.top == 2
    selection.move(-10)
    selection.scroll(2, 2)
    assert (selection.cursor, selection.top) == (0, 0)
    selection.scroll(0, 0)


def test_all_images_take_the_place_of_the_first_ones(selection: Selection) -> None:
    selection.next_split()
    selection.move(1)
    selection.take({"train": labelled(5, 0), "validation": labelled(1), "test": labelled(7, 2, 1)})
    assert (selection.split, selection.index) == ("test", 1)
    selection.next_split(-1)
    assert selection.split == "validation"
    selection.take({"train": labelled(5)})
    assert selection.split == "train"


def test_counts_stand_below_the_names_of_the_classes() -> None:
    splits = {"train": labelled(5, 0, 0), "test": labelled(9)}
    lines = [plain(line) for line in render_counts(splits, DIGITS, 90)]
    assert lines == [
        "         all" + "".join(f"{digit:>7}" for digit in range(10)),
        "train      3" + "".join(f"{count:>7}" for count in (2, 0, 0, 0, 0, 1, 0, 0, 0, 0)),
        "test       1" + "".join(f"{count:>7}" for count in (0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
    ]


@pytest.mark.parametrize(("width", "cell"), [(72, "1,200"), (62, "1200"), (52, "1k"), (36, "…")])
def test_a_count_is_never_cut_into_a_smaller_one(width: int, cell: str) -> None:
    lines = [plain(line) for line in render_counts({"train": labelled(*[3] * 1200)}, DIGITS, width)]
    assert lines[1].split() == ["train", "1,200", "0", "0", "0", cell, *"000000"]


@pytest.fixture(scope="module")
def sample() -> tuple[dict[str, Split], PixelFacts]:
    """The digits of the sample, and what their pixels are like: read and counted once."""
    training, test = read_splits()
    return {"train": training, "test": test}, pixel_facts(training)


@pytest.mark.parametrize("size", [(40, 12), (78, 20), (118, 36), (198, 56)])
@pytest.mark.parametrize("names", [DIGITS, CLOTHES])
def test_classes_are_pictures_where_there_is_room(
    sample: tuple[dict[str, Split], PixelFacts], size: tuple[int, int], names: tuple[str, ...]
) -> None:
    width, height = size
    splits, facts = sample
    for some in (None, facts):
        lines = [plain(line) for line in render_classes(splits, names, some, PAPER, width, height)]
        assert len(lines) <= height
        assert max(map(len, lines)) <= width or width < 78
    assert any("dark in every image" in line for line in lines) == (width >= 78)


def test_files_say_what_they_are() -> None:
    files = [FileInUse("/data/train-labels", 28881, "ab" * 32, "as published")]
    text = "\n".join(plain(line) for line in render_files("MNIST", files, MNIST, "cd" * 32, 40))
    assert "28,881 bytes · as published" in text
    assert "Licence: Creative Commons" in text
    assert "ab" * 32 in text.replace("\n", "")
    assert "Reading" in "\n".join(plain(line) for line in render_files("x", None, MNIST, "", 40))
