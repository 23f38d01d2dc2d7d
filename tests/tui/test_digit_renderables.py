"""Pixels in half blocks, to the character."""

from collections.abc import Iterable

import numpy as np
import pytest

from mnist_tui.data.resizing import resized
from mnist_tui.tui.renderables.digits import Grid, arrange, picture, render_digits
from mnist_tui.tui.renderables.lines import Line, plain
from mnist_tui.tui.renderables.probabilities import bar
from mnist_tui.tui.renderables.shades import Greys, Paper, ramp, signed_ramp

pytestmark = pytest.mark.quick

NO_GREYS = Paper(Greys.NONE)
CORNER = np.array([[255, 0], [0, 0]], np.uint8)


def texts(lines: Iterable[Line]) -> list[str]:
    return [plain(line) for line in lines]


def test_two_pixels_share_a_cell() -> None:
    column = np.array([[255, 255, 0, 0], [255, 0, 255, 0]], np.uint8)
    assert picture(column, Paper(), 4) == ((("█▀▄ ", "#ffffff"),),)


def test_what_is_behind_a_picture_is_not_painted_with_the_ground_of_a_cell_beside_it() -> None:
    two_greys = np.array([[1.0, 0.0, 1.0, 0.0], [0.5, 0.0, 0.0, 0.0]], np.float32)
    ((first, *_),) = picture(two_greys, Paper(), 4)
    assert first[0] == "▀"  # and no blank after it


def test_two_greys_in_a_cell_are_ink_and_background() -> None:
    ((piece,),) = picture(np.array([[1.0], [0.5]], np.float32), Paper(), 1)
    colors = ramp(Paper())
    assert piece == ("▀", f"{colors[-1]} on {colors[12]}")


def test_nothing_is_whatever_lies_behind_on_every_paper() -> None:
    for greys in Greys:
        for dark in (True, False):
            assert texts(picture(np.zeros((4, 4)), Paper(greys, dark), 4)) == ["    ", "    "]


def test_pixels_are_ink_on_a_light_theme_and_light_on_a_dark_one() -> None:
    full = np.ones((2, 1))
    assert picture(full, Paper(dark=False), 1) == ((("█", "#000000"),),)
    assert picture(full, Paper(Greys.FEW), 1) == ((("█", "bright_white"),),)
    assert picture(full, Paper(Greys.FEW, dark=False), 1) == ((("█", "black"),),)


def test_every_step_of_a_ramp_is_farther_from_the_background() -> None:
    light = [int(color[1:3], 16) for color in ramp(Paper())[1:]]
    ink = [int(color[1:3], 16) for color in ramp(Paper(dark=False))[1:]]
    assert light == sorted(set(light))
    assert ink == sorted(set(ink), reverse=True)


def test_without_colours_the_nearest_character_stands_for_two_pixels() -> None:
    pairs = np.array([[0, 0.3, 0.5, 0.75, 1, 1, 0], [0, 0.2, 0.5, 0.75, 1, 0, 1]])
    assert picture(pairs, NO_GREYS, 7) == (((" ░▒▓█▀▄", ""),),)


def test_a_picture_with_more_pixels_than_cells_is_their_mean() -> None:
    assert np.allclose(
        resized(np.arange(16, dtype=np.float32).reshape(4, 4), 2, 2), [[2.5, 4.5], [10.5, 12.5]]
    )
    assert np.allclose(resized(np.ones((28, 28), np.float32), 18, 19), 1)
    assert resized(np.ones((28, 28), np.float32), 28, 28).shape == (28, 28)


def test_a_picture_with_fewer_pixels_than_cells_repeats_them() -> None:
    assert texts(picture(CORNER, NO_GREYS, 4)) == ["██  ", "    "]


def test_a_picture_has_the_size_that_was_asked_for() -> None:
    for width in (1, 7, 10, 28, 60):
        lines = texts(picture(np.ones((28, 28), np.uint8), Paper(), width))
        assert len(lines) == max(1, round(width / 2))
        assert {len(line) for line in lines} == {width}


def test_signs_are_told_by_brightness_and_without_colours_by_the_character() -> None:
    brightness = [sum(int(color[at : at + 2], 16) for at in (1, 3, 5)) for color in signed_ramp()]
    assert brightness == sorted(set(brightness))
    weights = np.array([[-2.0, -1.5, -1.0, -0.5, 0, 0.5, 1.0, 1.5, 2.0]]).repeat(2, axis=0)
    assert texts(picture(weights, NO_GREYS, 9, signed=True)) == ["≡=-· ░▒▓█"]
    assert texts(picture(weights, Paper(Greys.FEW), 9, signed=True)) == ["≡=-· ░▒▓█"]


def test_signed_pictures_of_one_scale_compare() -> None:
    alone = texts(picture(np.full((2, 1), 1.0), NO_GREYS, 1, signed=True))
    beside_larger = texts(picture(np.full((2, 1), 1.0), NO_GREYS, 1, signed=True, largest=4.0))
    assert (alone, beside_larger) == (["█"], ["░"])


def test_what_is_not_a_number_does_not_hide_the_rest() -> None:
    strange = np.array([[np.nan, 1.0, -np.inf], [np.nan, 1.0, -np.inf]])
    assert texts(picture(strange, NO_GREYS, 3, signed=True)) == [" █≡"]
    assert texts(picture(strange, NO_GREYS, 3)) == [" █ "]


@pytest.mark.parametrize(
    ("size", "expected"),
    [((28, 14, 28), Grid(1, 0, 28)), ((57, 30, 28), Grid(2, 2, 28)), ((0, 0, 8), Grid(0, 0, 8))],
)
def test_the_grid_is_what_fits(size: tuple[int, int, int], expected: Grid) -> None:
    assert arrange(*size) == expected


def test_digits_stand_in_rows_with_their_captions_below() -> None:
    lines = render_digits([CORNER] * 3, arrange(5, 4, 2), NO_GREYS, captions=["a", "b", "c"], cursor=1)
    assert texts(lines) == ["▀  ▀ ", "a  b ", "▀ ", "c "]
    assert lines[1][2] == ("b ", "bold reverse")


def test_the_caption_under_the_cursor_is_pointed_at_where_there_is_room() -> None:
    lines = render_digits([CORNER], arrange(6, 4, 6), NO_GREYS, captions=["7"], cursor=0, styles=["red"])
    assert lines[-1] == [(" ▸7◂  ", "red bold reverse")]


def test_digits_for_which_there_is_no_room_are_left_out() -> None:
    assert len(render_digits([CORNER] * 9, arrange(5, 2, 2), NO_GREYS)) == 1
    assert render_digits([CORNER], Grid(0, 0, 2), NO_GREYS) == []


def test_a_bar_has_eighths_of_a_cell_and_shows_whatever_is_not_nothing() -> None:
    shares = [0.0, 0.001, 0.25, 1.0, float("nan")]
    assert [bar(share, 9) for share in shares] == [
        "         ",
        "▏        ",
        "██▎      ",
        "█████████",
        "         ",
    ]
