"""Rows of seeds, drawn to the character: bands in charts; how far they are."""

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
from mnist_tui.tui.renderables.progress import progress, seconds_left
from mnist_tui.tui.renderables.series import Series
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


# How far rows are


def seed(number: int, *events: Event, place: int = 0) -> RunView:
    run = Run(RunDirectory(Path(f"20260115-093000000-x-{number:06}")), RunConfig(epochs=4, seed=number))
    for event in events:
        run.apply(event)
    return RunView(run, f"plain, seed {number}", place, "●", "blue")


def row(*views: RunView) -> RowView:
    return RowView(views[0].run.run_id, "plain", views, "●", "blue")


def after(steps: int) -> list[Event]:
    """A log up to a step."""
    place = [getattr(event, "step", 0) for event in EVENTS].index(steps)
    return EVENTS[: place + 1]


def test_seeds_that_train_share_a_bar_and_the_slower_one_tells_the_time_left() -> None:
    """1 of 4 s are gone in the one, 3 in the other."""
    train = row(seed(0, *after(10)), seed(1, *after(30)))
    assert (progress(train), seconds_left(train)) == pytest.approx((0.5, 3))


def test_seeds_that_wait_take_as_long_as_those_that_train() -> None:
    """3 s left of the one that trains, and two of 4 s each behind it."""
    one, other, *waiting = seed(0, *after(10)), seed(1, *after(20)), seed(2, place=1), seed(3, place=2)
    assert seconds_left(row(one, *waiting)) == pytest.approx(11)
    assert seconds_left(row(one, other, *waiting)) == pytest.approx(6.5)


def test_seeds_that_are_done_count_in_the_bar() -> None:
    begun = row(seed(0, *EVENTS), seed(1, *after(20)))
    assert (progress(begun), seconds_left(begun)) == pytest.approx((0.75, 2))


def test_the_bar_of_a_row_that_lost_a_seed_is_not_full() -> None:
    """One of 4 epochs in one seed, all 4 in the other."""
    assert progress(row(seed(0, *EVENTS), seed(1, *after(10), RunFailed("It was killed.")))) == 5 / 8


def test_a_row_says_what_its_seeds_do_and_what_came_of_them() -> None:
    assert row(seed(0, place=1), seed(1, place=2)).status_words == "0 of 2 seeds · 2 waiting"
    paused = seed(0, *after(10), Paused(10))
    assert row(paused, seed(1)).status_words == "0 of 2 seeds · 1 training, 1 paused"
    assert row(seed(0, *EVENTS), seed(1, *EVENTS)).status_words == "2 seeds done"
    result = EVENTS[-1]
    assert isinstance(result, RunFinished)
    stopped = seed(1, *after(20), replace(result, status="stopped", train_seconds=2.0))
    diverged = seed(2, *after(10), RunFailed("Its loss grew without bounds.", DIVERGED))
    assert row(seed(0, *EVENTS), stopped, diverged).status_words == "1 of 3 seeds · 1 stopped, 1 failed"
