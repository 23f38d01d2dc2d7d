"""Names at the ends of curves, rims, and curves in blocks, to the character."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_tui.tui.renderables.dots import BLOCKS, DotCanvas
from mnist_tui.tui.renderables.names import spread
from mnist_tui.tui.renderables.series import Series
from tests.tui.helpers import plain_lines, render_chart

pytestmark = pytest.mark.quick


def ending(y: float, name: str, marker: str = "●", x: float = 10.0, *, lost: bool = False) -> Series:
    return Series(marker, "blue", np.array([0.0, 1.0, x]), np.array([1.0, y, y]), name=name, lost=lost)


def test_a_name_stands_at_the_end_of_its_curve() -> None:
    [top, *_] = plain_lines(render_chart([ending(1.0, "plain")], 40, 8, symbols=BLOCKS, clipped=False))
    assert top.endswith("● plain")
    assert top.count("●") == 2  # it is not doubled there


def test_names_of_curves_that_end_together_are_shifted_apart_in_their_order() -> None:
    drawn = plain_lines(
        render_chart([ending(0.2, "low", "▲"), ending(0.21, "high"), ending(0.205, "mid", "■")], 40, 12)
    )
    rows = [next(n for n, line in enumerate(drawn) if line.endswith(name)) for name in ("high", "mid", "low")]
    assert rows == sorted(set(rows))
    assert rows[2] - rows[0] == 2


def test_a_name_that_would_lie_on_another_curve_stands_at_the_edge_with_its_marker() -> None:
    drawn = plain_lines(render_chart([ending(0.2, "long"), ending(0.2, "short", "▲", x=4)], 60, 12))
    assert any(line.endswith("▲ short 0.2") for line in drawn)
    assert any(line.endswith("● long 0.2") for line in drawn)


def test_long_names_are_cut_with_a_sign_and_narrow_charts_have_none() -> None:
    name = "batchnorm, learn rate 0.4, seed 3"
    text = "\n".join(plain_lines(render_chart([ending(0.2, name)], 40, 10)))
    assert "batchnorm…" in text
    assert "batch" not in "\n".join(plain_lines(render_chart([ending(0.2, name)], 28, 10)))


def test_wide_charts_say_the_last_value() -> None:
    text = "\n".join(plain_lines(render_chart([ending(0.98, "plain")], 70, 10, percent=True)))
    assert "plain 98.00%" in text


def test_a_diverged_curve_ends_in_a_cross_and_so_does_its_name_begin() -> None:
    text = plain_lines(render_chart([ending(0.2, "rate 3", lost=True)], 40, 10))
    assert any("✖ ● rate 3" in line for line in text)


@given(st.lists(st.floats(-3, 25), max_size=20))
def test_no_two_names_share_a_row(wanted: list[float]) -> None:
    rows = spread(sorted(wanted), 20)
    assert rows == sorted(set(rows))
    assert all(0 <= row < 20 for row in rows)


def test_names_stay_where_they_are_wanted_if_there_is_room() -> None:
    assert spread([2.0, 7.0, 12.0], 20) == [2, 7, 12]
    assert spread([5.0, 5.0, 5.0], 20) == [4, 5, 6]
    assert spread([19.0, 19.0], 20) == [18, 19]


def test_arrows_show_where_a_curve_leaves_the_chart() -> None:
    steady = [
        Series(marker, "blue", np.arange(30.0), 0.9 + 0.01 * np.sin(np.arange(30.0)) + shift)
        for shift, marker in ((0.0, "●"), (0.005, "▲"), (0.01, "■"))
    ]
    astray = Series("◆", "red", np.arange(30.0), np.full(30, 0.1), name="bad")
    clipped = plain_lines(render_chart([*steady, astray], 40, 10))
    assert "↓" in clipped[7]
    assert "◆ bad" in clipped[7]
    whole = plain_lines(render_chart([*steady, astray], 40, 10, clipped=False))
    assert "↓" not in "".join(whole)


def test_words_are_never_covered_by_markers() -> None:
    from mnist_tui.tui.renderables.series import Mark

    curves = [Series("✖", "red", np.linspace(0, 2, 200), np.full(200, 1.0))]
    drawn = render_chart(curves, 40, 5, marks=[Mark(1, "λ 0.1", "λ", "dim")], clipped=False)
    assert any("λ 0.1" in line for line in plain_lines(drawn))


def test_blocks_have_two_by_two_dots() -> None:
    canvas = DotCanvas(3, 2, BLOCKS)
    canvas.line(np.array([0.0, 5.0]), np.array([3.0, 0.0]), 0, thick=True)
    assert canvas.rows() == [" ▄▛", "▛▘ "]


def test_units_stand_on_the_axis() -> None:
    drawn = plain_lines(render_chart([ending(0.2, "")], 40, 8, x_name="epoch"))
    assert drawn[-2].endswith("─ epoch")
