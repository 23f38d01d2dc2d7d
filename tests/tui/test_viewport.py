"""Zoom, pan and crosshair, without an app."""

import numpy as np
import pytest

from mnist_tui.tui.chart_style import ChartStyle, after
from mnist_tui.tui.preferences import Preferences
from mnist_tui.tui.renderables.chart import Picture, draw_chart
from mnist_tui.tui.renderables.crosshair import Pointer
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.renderables.series import Series
from mnist_tui.tui.viewport import Viewport

pytestmark = pytest.mark.quick

X = np.arange(1.0, 11.0)
CURVES = [
    Series("●", "blue", X, 2.0 / X, name="plain"),
    Series("▲", "red", X[:5], 1.0 / X[:5], name="short"),
]


def seen(view: Viewport) -> Picture:
    return draw_chart(CURVES, 60, 14, sight=(view.x, view.y), pointer=view.pointer, x_name="epoch")


def text(picture: Picture) -> str:
    return "\n".join(map(plain, picture.lines))


def test_all_is_seen_until_somebody_zooms() -> None:
    view = Viewport()
    assert view.is_whole
    assert seen(view).x == seen(view).whole[0]  # type: ignore[index]
    closer = view.zoomed(seen(view), 0.5, Pointer(0.5, 0.5))
    assert not closer.is_whole
    assert seen(closer).x.high - seen(closer).x.low == pytest.approx(seen(view).x.high / 2)
    assert closer.zoomed(seen(closer), 2, Pointer(0.5, 0.5)).is_whole
    assert closer.whole().is_whole


def test_y_follows_x_until_it_is_zoomed_or_moved_itself() -> None:
    view = Viewport()
    right = view.zoomed(seen(view), 0.25, Pointer(0.6, 0.5))
    assert right.y is None
    assert seen(right).y.high < seen(view).y.high / 2
    both = view.zoomed(seen(view), 0.5, Pointer(0.5, 0.5), y=True)
    assert both.y
    moved = right.moved(seen(right), 0, 0.5)
    assert moved.y


def test_moving_stays_inside() -> None:
    view = Viewport().zoomed(seen(Viewport()), 0.5, Pointer(0.5, 0.5))
    for _ in range(20):
        view = view.moved(seen(view), 0.3, 0)
    assert seen(view).x.high == pytest.approx(seen(Viewport()).x.high)
    assert view.moved(seen(view), -9, 0).x.low == pytest.approx(0)  # type: ignore[union-attr]


def test_nothing_can_be_zoomed_where_nothing_is_drawn() -> None:
    empty = draw_chart([], 60, 14)
    assert Viewport().zoomed(empty, 0.5, Pointer(0.5, 0.5)).is_whole
    assert Viewport().moved(empty, 1, 1).is_whole
    assert empty.pointer(3, 3) is None


def test_the_crosshair_reads_all_curves_that_are_there_nearest_first() -> None:
    picture = seen(Viewport())
    low = text(seen(Viewport(pointer=Pointer(float(picture.x.share(np.array([4.0]))[0]), 0.0))))
    assert "epoch 4" in low
    assert low.index("▲ short 0.25") < low.index("● plain 0.5")
    high = text(seen(Viewport(pointer=Pointer(float(picture.x.share(np.array([4.0]))[0]), 1.0))))
    assert high.index("● plain 0.5") < high.index("▲ short 0.25")
    late = text(seen(Viewport(pointer=Pointer(float(picture.x.share(np.array([9.0]))[0]), 0.0))))
    assert "▲ short 0." not in late.replace("▲ short 0.2", "", 1)
    assert "● plain 0.2222" in late


def test_a_cell_of_the_picture_points_at_a_place() -> None:
    picture = seen(Viewport())
    assert picture.pointer(picture.left, 0) == Pointer(0, 1)
    assert picture.pointer(picture.left + picture.columns - 1, picture.rows - 1) == Pointer(1, 0)
    assert picture.pointer(picture.left - 1, 0) is None
    assert picture.pointer(picture.left, picture.rows) is None


@pytest.mark.parametrize("size", [(16, 4), (20, 6), (200, 40)])
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("at", [(0.0, 0.0), (1.0, 1.0), (0.5, 0.3)])
def test_whatever_is_looked_at_fits(size: tuple[int, int], log: bool, at: tuple[float, float]) -> None:
    view = Viewport(pointer=Pointer(*at))
    for factor in (1.0, 0.3, 0.01, 1e-6):
        whole = draw_chart(CURVES, *size, log=log)
        view = view.zoomed(whole, factor, Pointer(*at), y=True)
        picture = draw_chart(CURVES, *size, log=log, sight=(view.x, view.y), pointer=view.pointer)
        lines = [plain(line) for line in picture.lines]
        assert len(lines) <= size[1]
        assert max(map(len, lines)) <= size[0]


def test_what_was_chosen_is_found_and_what_there_is_not_is_passed_over() -> None:
    assert ChartStyle.of(Preferences()) == ChartStyle()
    chosen = Preferences(chart_symbols="braille", chart_x="step", chart_training="all", chart_smooth=True)
    assert ChartStyle.of(chosen) == ChartStyle("braille", "step", "all", smooth=True)
    assert ChartStyle.of(Preferences(chart_symbols="paint", chart_x="years")) == ChartStyle()
    assert [after((1, 2, 3), one) for one in (1, 2, 3)] == [2, 3, 1]  # type: ignore[type-var]
