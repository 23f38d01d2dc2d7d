"""Rows of seeds, drawn to the character: bands in charts, lines of timing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_tui.runs.layout import RunDirectory
from mnist_tui.runs.run import Run
from mnist_tui.runs.view import RunView
from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.diagnosis import DIVERGED
from mnist_tui.training.events import Event, Paused, RunFailed, RunFinished
from mnist_tui.tui.renderables.dots import DotCanvas
from mnist_tui.tui.renderables.lines import Line, plain
from mnist_tui.tui.renderables.series import Series
from mnist_tui.tui.renderables.timing import render_timing
from mnist_tui.tui.row_view import RowView
from tests.tui.helpers import recorded_events, render_chart

pytestmark = pytest.mark.quick

EVENTS = recorded_events(4, floor=0.1, rate=1)
"""Four epochs of ten steps; a step takes a tenth of a second."""


def lines(drawn: list[Line]) -> list[str]:
    return [plain(line).rstrip() for line in drawn]


def band(y: list[float], low: list[float], high: list[float]) -> Series:
    values = (np.array(some, float) for some in (range(len(y)), y, low, high))
    x, mean, lowest, highest = values
    return Series("●", "blue", x, mean, low=lowest, high=highest)


def flat(y: float) -> Series:
    return Series("▲", "red", np.array([0.0, 1.0, 2.0]), np.full(3, y))


# Bands


def test_a_band_is_hatched_between_its_edges_on_every_other_dot() -> None:
    canvas = DotCanvas(4, 2)
    canvas.band(np.array([0.0, 7.0]), np.array([0.0, 0.0]), np.array([7.0, 0.0]), 0)
    assert canvas.rows() == ["⠅  ⠁", "⠅   "]
    assert canvas.owner.tolist() == [[0, -1, -1, 0], [0, -1, -1, -1]]


def test_three_bands_lie_beside_each_other() -> None:
    canvas = DotCanvas(6, 1)
    for number in range(3):
        canvas.band(np.array([0.0, 11.0]), np.zeros(2), np.full(2, 3.0), number)
    assert canvas.rows() == ["⠅⠅⠅⠅⠅⠅"]
    assert canvas.owner.tolist() == [[0, 2, 1, 0, 2, 1]]


def test_a_band_goes_with_its_line_until_the_seeds_meet() -> None:
    assert lines(render_chart([band([1, 1, 1], [0, 0.5, 1], [2, 1.5, 1])], 24, 8)) == [
        "2┤",
        " │  ⠅  ⠄  ⠄",
        " │  ⠅  ⠅  ⠅  ⠅  ⠄  ⠄",
        "1┤●⠶⠷⠶⠶⠷⠶⠶⠷⠶⠶⠷⠶⠶⠷⠶⠶⠷⠶⠶⠷●",
        " │  ⠅  ⠅  ⠅  ⠅  ⠁",
        "0┤  ⠅  ⠁",
        " └┬────────────────────┬",
        "  0                    2",
    ]


def test_a_lowest_loss_of_0_reaches_down_to_the_end_of_a_log_axis() -> None:
    found = band([1, 0.1, 0.01], [0, 0.0, 0.005], [2, 0.3, 0.02])
    assert lines(render_chart([found], 24, 8, log=True)) == [
        "   1┤●⣀⠄",
        "    │⠉⠛⠿⣶⣤⣅⡀ ⠄",
        " 0.1┤  ⠅ ⠈⠝⠻⢷⣧⣄⡀⠄",
        "    │  ⠅  ⠅  ⠍⠙⠻⢷⣦⣄⡄",
        "    │  ⠅  ⠅  ⠅  ⠅⠈⠙⠿⠷⣶⣥⣀",
        "0.01┤  ⠅  ⠅  ⠅  ⠅  ⠅  ⠍●",
        "    └┬─────────────────┬",
        "     0                 2",
    ]


@pytest.mark.parametrize("behind", [0, 1])
def test_lines_stand_before_bands_whichever_is_drawn_first(behind: int) -> None:
    found = [flat(1), band([2, 2, 2], [0, 0, 0], [2, 2, 2])]
    drawn = render_chart([found[behind], found[1 - behind]], 24, 8)
    styles = [{style for text, style in line[1:] if text.strip()} for line in drawn[:6]]
    assert styles == [{"blue"}, {"dim blue"}, {"dim blue"}, {"red"}, {"dim blue"}, {"dim blue"}]


def test_the_range_of_the_seeds_stays_inside_the_chart() -> None:
    labels = [
        line.split("┤")[0].strip()
        for line in lines(render_chart([band([1, 1], [0, 0], [9, 9])], 30, 12))
        if "┤" in line
    ]
    assert (labels[0], labels[-1]) == ("8", "0")


# Timing


def seed(number: int, *events: Event, place: int = 0) -> RunView:
    run = Run(RunDirectory(Path(f"20260115-093000000-x-{number:06}")), RunConfig(epochs=4, seed=number))
    for event in events:
        run.apply(event)
    return RunView(run, f"plain, seed {number}", place, "●", "blue")


def row(*views: RunView) -> RowView:
    return RowView(views[0].run.run_id, "plain", views, "●", "blue")


def timing(*views: RunView, width: int = 90) -> str:
    [line] = lines(render_timing([row(*views)], width, 1))
    return line


def after(steps: int) -> list[Event]:
    """A log up to a step."""
    place = [getattr(event, "step", 0) for event in EVENTS].index(steps)
    return EVENTS[: place + 1]


def test_seeds_that_train_share_a_bar_their_time_and_their_speed() -> None:
    """1 of 4 s are gone in the one, 3 in the other; the slower one has 3 to go."""
    assert timing(seed(0, *after(10)), seed(1, *after(30))) == (
        "● plain  0/2 seeds  ━━━━━━━━━━━━━━━━━─────────────────   0:04 gone  ≤ 0:03 left   72,000/s"
    )


def test_seeds_that_wait_take_as_long_as_those_that_train() -> None:
    """3 s left of the one that trains, and two of 4 s each behind it."""
    one, other, *waiting = seed(0, *after(10)), seed(1, *after(20)), seed(2, place=1), seed(3, place=2)
    assert timing(one, *waiting).endswith("   0:01 gone  ≤ 0:11 left   36,000/s")
    assert timing(one, other, *waiting).endswith("   0:03 gone  ≤ 0:06 left   72,000/s")


def test_seeds_that_are_done_count_in_the_bar_and_in_the_time_gone() -> None:
    assert timing(seed(0, *EVENTS), seed(1, *after(20))) == (
        "● plain  1/2 seeds  ━━━━━━━━━━━━━━━━━━━━━━━━━╸────────   0:06 gone  ≤ 0:02 left   36,000/s"
    )


def test_a_row_that_only_waits_says_so() -> None:
    assert timing(seed(0, place=1), seed(1, place=2)) == (
        "● plain  0/2 seeds  ────────────────────────────────   0:00 gone  0 of 2 seeds · 2 waiting"
    )


def test_a_row_of_which_one_is_paused_and_one_starts_says_that() -> None:
    assert timing(seed(0, *after(10), Paused(10)), seed(1)).endswith(
        "   0:01 gone  0 of 2 seeds · 1 training, 1 paused"
    )


def test_a_row_that_is_over_says_what_came_of_it() -> None:
    assert timing(seed(0, *EVENTS), seed(1, *EVENTS)) == (
        "● plain  2/2 seeds  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━   0:08 gone  2 seeds done"
    )
    result = EVENTS[-1]
    assert isinstance(result, RunFinished)
    stopped = seed(1, *after(20), replace(result, status="stopped", train_seconds=2.0))
    diverged = seed(2, *after(10), RunFailed("Its loss grew without bounds.", DIVERGED))
    assert timing(seed(0, *EVENTS), stopped, diverged).endswith(
        "   0:07 gone  1 of 3 seeds · 1 stopped, 1 failed"
    )


def test_the_bar_of_a_row_that_lost_a_seed_is_not_full() -> None:
    """One of 4 epochs in one seed, all 4 in the other."""
    line = timing(seed(0, *EVENTS), seed(1, *after(10), RunFailed("It was killed.")))
    filled, left = line.count("━") + line.count("╸") / 2, line.count("─")
    assert filled / (filled + left) == pytest.approx(5 / 8, abs=0.03)


def test_where_there_is_no_room_the_bar_goes_first() -> None:
    assert timing(seed(0, *after(10)), seed(1, *after(30)), width=52) == (
        "● plain  0/2 seeds   0:04 gone  ≤ 0:03 left   72,000/s"
    )


def test_rows_of_one_seed_and_of_several_stand_below_each_other() -> None:
    single = RowView("x", "batchnorm", (replace(seed(5, *after(10)), label="batchnorm", marker="▲"),))
    drawn = lines(render_timing([row(seed(0, *after(10)), seed(1, *after(10))), single, single], 90, 3))
    assert [line[:22] for line in drawn] == [
        "● plain      0/2 seeds",
        "▲ batchnorm  1/4  ━━━━",
        "▲ batchnorm  1/4  ━━━━",
    ]
    assert lines(render_timing([single] * 5, 90, 3))[-1] == "… and 3 more"
