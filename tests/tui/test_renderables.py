"""What is drawn, to the character, without an app."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mnist_tui.runs.run import Run
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.tui.identity import Identities, Identity
from mnist_tui.tui.renderables.dots import DotCanvas
from mnist_tui.tui.renderables.lines import Line, plain
from mnist_tui.tui.renderables.series import Series
from mnist_tui.tui.renderables.ticks import linear_ticks, log_ticks, tick_labels
from mnist_tui.tui.renderables.timing import timing_line
from tests.tui.helpers import record, recorded_events, render_chart

pytestmark = pytest.mark.quick

BLUE = Identity("●", "blue")


def series(x: list[float], y: list[float], marker: str = "●", *, dotted: bool = False) -> Series:
    return Series(marker, "blue", np.array(x, float), np.array(y, float), dotted)


def lines(drawn: list[Line]) -> list[str]:
    return [plain(line).rstrip() for line in drawn]


def characters(drawn: list[Line]) -> str:
    return "\n".join(map(plain, drawn))


def test_an_empty_chart_says_what_to_press() -> None:
    assert lines(render_chart([], 24, 5, empty="Press r")) == ["", "", "        Press r"]


def test_one_point_has_its_marker_and_both_axes() -> None:
    assert lines(render_chart([series([1], [0.5])], 20, 6)) == [
        "   │",
        "0.5┤               ●",
        "   │               ⠘",
        "   │",
        "   └┬──────────────┬",
        "    0              1",
    ]


def test_a_falling_line() -> None:
    assert lines(render_chart([series([0, 1, 2], [1, 0.5, 0])], 24, 8)) == [
        "1.0┤●⢷⣦⣄",
        "   │  ⠈⠛⠿⣶⣤⡀",
        "0.5┤      ⠙⠻⢷⣦⣀",
        "   │         ⠉⠛⢿⣦⣄⡀",
        "   │            ⠈⠙⠿⣶⣤⣀",
        "0.0┤                ⠉⠻⢷●",
        "   └┬──────────────────┬",
        "    0                  2",
    ]


def test_training_is_dotted_and_has_its_marker_at_the_end() -> None:
    text = characters(render_chart([series([0, 1, 2], [1, 0.5, 0], dotted=True)], 24, 8))
    assert text.count("●") == 1
    solid = characters(render_chart([series([0, 1, 2], [1, 0.5, 0])], 24, 8))
    assert dots(text) < dots(solid) / 2


def dots(text: str) -> int:
    return sum((ord(cell) - 0x2800).bit_count() for cell in text if 0x2800 <= ord(cell) < 0x2900)


def test_exponential_decay_is_a_straight_line_on_a_log_axis() -> None:
    x = np.linspace(0, 10, 50)
    text = render_chart([Series("●", "blue", x, 10.0**-x)], 60, 20, log=True)
    ends = [max(column for column, cell in enumerate(line) if cell > "⠀") for line in lines(text)[:-2]]
    assert set(np.diff(ends)[:-1]) <= {2, 3}


def test_percent_axis() -> None:
    drawn = render_chart([series([0, 5, 10], [0.9, 0.95, 0.98])], 40, 5, percent=True)
    assert lines(drawn)[1].startswith("95%┤")


def test_values_that_are_not_finite_or_not_positive_are_left_out() -> None:
    bad = series([1, 2, 3, 4], [float("nan"), float("inf"), -1, 0])
    assert lines(render_chart([bad], 30, 5, log=True, empty="none"))[2].strip() == "none"
    assert "●" in characters(render_chart([series([1, 2], [float("nan"), 0.3])], 30, 6, log=True))


def test_the_first_steps_do_not_press_the_rest_against_the_top() -> None:
    x = np.linspace(0, 10, 200)
    y = np.where(x < 0.3, 0.1, 0.98)
    top_label = lines(render_chart([Series("●", "blue", x, y)], 60, 12, percent=True))
    assert not any(line.startswith(("10%", " 10%")) for line in top_label)


@pytest.mark.parametrize(
    ("width", "height"), [(0, 0), (1, 1), (15, 3), (16, 4), (40, 200), (300, 5), (300, 100)]
)
def test_a_chart_fits_whatever_room_there_is(width: int, height: int) -> None:
    curves = [series([0, 1, 2, 3], [2.3, 0.5, 0.2, 0.1]), series([1, 2, 3], [0.6, 0.3, 0.2], "▲")]
    for log in (False, True):
        drawn = [plain(row) for row in render_chart(curves, width, height, log=log)]
        assert len(drawn) <= height
        assert max(map(len, drawn), default=0) <= width


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30),
    st.integers(16, 120),
    st.integers(4, 50),
    st.booleans(),
)
@example([5e-324], 16, 4, True)
def test_any_curve_can_be_drawn(values: list[float], width: int, height: int, log: bool) -> None:
    curves = [series(list(range(len(values))), values, dotted=dotted) for dotted in (False, True)]
    drawn = [plain(row) for row in render_chart(curves, width, height, log=log)]
    assert len(drawn) <= height
    assert max(map(len, drawn)) <= width


def test_a_steep_line_has_no_holes() -> None:
    canvas = DotCanvas(2, 3)
    canvas.line(np.array([0.0, 3.0]), np.array([0.0, 11.0]), 7)
    assert canvas.rows() == ["⢧ ", "⠘⡆", " ⢳"]
    assert canvas.owner.tolist() == [[7, -1], [7, 7], [-1, 7]]


def test_the_line_drawn_last_owns_a_cell() -> None:
    canvas = DotCanvas(4, 1)
    canvas.line(np.array([0.0, 7.0]), np.array([0.0, 0.0]), 0)
    canvas.line(np.array([2.0, 3.0]), np.array([3.0, 3.0]), 1)
    assert canvas.rows() == ["⠉⣉⠉⠉"]
    assert canvas.owner.tolist() == [[0, 1, 0, 0]]


@given(st.floats(-1e6, 1e6), st.floats(1e-9, 1e6), st.integers(2, 12))
def test_ticks_are_round_and_inside(low: float, span: float, most: int) -> None:
    high = low + span
    if high - low < abs(low) * 1e-9:
        return
    ticks = linear_ticks(low, high, most)
    assert len(ticks) <= most
    assert all(low - span * 1e-6 <= tick <= high + span * 1e-6 for tick in ticks)


def test_ticks_and_their_labels() -> None:
    assert linear_ticks(0, 30, 7) == [0, 5, 10, 15, 20, 25, 30]
    assert linear_ticks(0.96, 1, 5) == pytest.approx([0.96, 0.97, 0.98, 0.99, 1.0])
    assert tick_labels([0.96, 0.98, 1.0], percent=True) == ["96%", "98%", "100%"]
    assert tick_labels([0.975, 0.98], percent=True) == ["97.5%", "98.0%"]
    assert log_ticks(0.01, 3, 10) == pytest.approx([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2])
    assert log_ticks(1e-6, 1, 4) == pytest.approx([1e-6, 1e-4, 1e-2, 1])
    assert log_ticks(0.5, 0.6, 3) == pytest.approx([0.5, 0.55, 0.6])


def unfinished(count: int) -> Run:
    run = Run.read(record(RunConfig(epochs=4), [], number=count))
    for event in recorded_events(4, floor=0.1, rate=1)[:count]:
        run.apply(event)
    return run


def seen(run: Run) -> RunView:
    return RunView(run, "plain", 0, BLUE.marker, BLUE.color)


def test_a_line_says_how_far_a_run_is_and_where_there_is_no_room_the_bar_goes_first() -> None:
    view = seen(unfinished(18))
    assert plain(timing_line(view, 72)) == (
        "●   2/4  ━━━━━━━━━━━────────────────   0:02 gone  ≤ 0:02 left   36,000/s"
    )
    assert plain(timing_line(view, 44)) == "●   2/4   0:02 gone  ≤ 0:02 left   36,000/s"


def test_identities_stay_and_differ() -> None:
    identities = Identities()
    made = [identities.of(f"run{number}") for number in range(24)]
    assert len(set(made)) == 24
    assert identities.of("run3") == made[3]
