"""Paper and pen, sliders, and what is drawn of them, to the character."""

import numpy as np
import pytest

from mnist_tui.analysis.robustness import STRENGTHS, Distortion
from mnist_tui.data.dataset import SIDE
from mnist_tui.data.ink import enlarged
from mnist_tui.data.sample import read_splits
from mnist_tui.tui.drawing_pad import STEP, THICKNESSES, DrawingPad
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.renderables.pad import put, render_endurance, render_paper, render_shown, render_sliders
from mnist_tui.tui.renderables.shades import Greys, Paper
from mnist_tui.tui.sliders import SLIDERS

pytestmark = pytest.mark.quick

DIGIT = read_splits()[1].images[0]
PAPER = Paper(Greys.NONE)


def drawn_on(pad: DrawingPad) -> DrawingPad:
    pad.put_down((0.2, 0.2))
    pad.move_to((0.8, 0.8))
    pad.lift()
    return pad


def test_the_pen_draws_only_while_it_is_down() -> None:
    pad = DrawingPad()
    pad.step(1, 0)
    assert pad.is_blank
    assert pad.pen == pytest.approx((0.5 + STEP, 0.25))
    pad.put_down()
    pad.step(0, 3)
    assert pad.is_down
    before = pad.ink.sum()
    pad.lift()
    pad.step(0, 3)
    assert pad.ink.sum() == before > 0
    assert len(pad.drawing.strokes) == 1


def test_the_pen_stays_on_the_paper() -> None:
    pad = DrawingPad()
    pad.put_down((7.0, -3.0))
    assert pad.pen == (1.0, 0.0)


def test_undo_takes_back_stroke_by_stroke_and_also_clearing() -> None:
    pad = drawn_on(DrawingPad())
    first = pad.ink
    pad.put_down((0.9, 0.1))
    pad.undo()
    assert np.array_equal(pad.ink, first)
    pad.begin()
    assert pad.is_blank
    pad.undo()
    assert np.array_equal(pad.ink, first)
    pad.undo()
    assert pad.is_blank
    pad.undo()
    pad.begin()
    pad.undo()
    assert pad.is_blank


def test_an_image_to_begin_with_is_undone_last() -> None:
    pad = DrawingPad()
    pad.begin(DIGIT)
    assert np.array_equal(pad.ink, enlarged(DIGIT))
    assert np.array_equal(pad.image, DIGIT)
    drawn_on(pad)
    assert not np.array_equal(pad.image, DIGIT)
    pad.undo()
    assert np.array_equal(pad.image, DIGIT)
    pad.undo()
    assert pad.is_blank


def test_an_image_takes_no_drawing_away_for_good() -> None:
    pad = drawn_on(DrawingPad())
    first = pad.ink
    pad.begin(DIGIT)
    pad.put_down((0.5, 0.5))
    pad.undo()
    pad.undo()
    assert np.array_equal(pad.ink, first)


def test_another_pen_begins_another_stroke() -> None:
    pad = DrawingPad()
    pad.put_down((0.5, 0.5))
    seen = []
    for _ in THICKNESSES:
        seen.append(pad.thickness)
        pad.next_thickness()
    assert sorted(seen) == list(THICKNESSES)
    assert pad.is_down
    assert [one.thickness for one in pad.drawing.strokes] == seen


def test_a_drawing_that_is_opened_again_looks_the_same() -> None:
    pad = drawn_on(DrawingPad())
    other = DrawingPad()
    other.open(pad.drawing)
    assert np.array_equal(pad.ink, other.ink)


def test_whoever_was_given_the_ink_keeps_it() -> None:
    pad = DrawingPad()
    given = pad.ink
    drawn_on(pad)
    assert not given.any()


def test_paper_is_a_square_with_the_pen_on_it() -> None:
    pad = drawn_on(DrawingPad())
    lines = [plain(one) for one in render_paper(pad.ink, (0.5, 0.0), PAPER, 40, 10, is_down=False)]
    assert len(lines) == 10
    assert {len(line) for line in lines} == {20}
    assert lines[0][10] == "○"
    assert "▓" in "".join(lines)
    corner = render_paper(pad.ink, (1.0, 1.0), PAPER, 40, 10, is_down=True)[-1]
    assert plain(corner)[-1] == "●"
    assert render_paper(pad.ink, None, PAPER, 1, 0, is_down=False) == []


def test_a_cell_is_put_into_the_middle_of_a_piece() -> None:
    line = [("abc", "red"), ("de", "")]
    assert put(line, 1, "X", "bold") == [("a", "red"), ("X", "bold"), ("c", "red"), ("de", "")]
    assert plain(put(line, 4, "X", "")) == "abcdX"


def test_sliders_go_from_end_to_end() -> None:
    for slider in SLIDERS:
        distortion = slider.moved(Distortion(), 1000)
        assert slider.value(distortion) == slider.high
        distortion = slider.moved(distortion, -1000)
        assert slider.value(distortion) == slider.low
        assert slider.moved(slider.moved(Distortion(), 1), -1) == Distortion()
    lines = [plain(line) for line in render_sliders(Distortion(right=12, scale=1.2), 3, 30)]
    assert lines == [
        "  shift →  ──────────●  +12 px",
        "  shift ↓  ─────●─────   +0 px",
        "  rotation ─────●─────     +0°",
        "▸ scale    ───────●───    ×1.2",
        "  noise    ●──────────    0.00",
    ]


@pytest.mark.parametrize("size", [(46, 11), (30, 22), (100, 40), (10, 4), (2, 1)])
def test_what_networks_see_fits_with_its_sliders(size: tuple[int, int]) -> None:
    width, height = size
    image = DIGIT.reshape(SIDE, SIDE) / np.float32(255)
    lines = [plain(line) for line in render_shown(image, Distortion(), 0, PAPER, width, height)]
    if width >= 30:
        assert len(lines) <= height
        assert max(map(len, lines)) <= width
        assert any("rotation" in line for line in lines)


def test_curves_stand_side_by_side_with_a_band_for_several_seeds() -> None:
    falling = {kind: np.linspace(0.98, 0.2, len(strengths)) for kind, strengths in STRENGTHS.items()}
    lower = {kind: values - 0.1 for kind, values in falling.items()}
    courses = [("●", "red", [falling]), ("▲", "blue", [falling, lower])]
    lines = [plain(line) for line in render_endurance(courses, 100, 20, "a note")]
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 100
    assert lines[0].split() == ["shifted,", "pixels", "turned,", "degrees", "noise,", "σ"]
    assert "a note" in lines[-1]
    assert {"●", "▲"} <= set("".join(lines))
