"""Marks on the curves: what was changed on the way, and where a run left another one."""

import numpy as np
import pytest

from mnist_tui.settings.run_config import RunConfig
from mnist_tui.training.events import Changed, Epoch, Event, Forked, Step
from mnist_tui.tui.app import MnistTuiApp
from mnist_tui.tui.renderables.lines import plain
from mnist_tui.tui.renderables.series import Mark, Series
from mnist_tui.tui.widgets.curves import CurveChart
from mnist_tui.tui.widgets.runs_table import RunsTable
from tests.tui.helpers import WIDE, drawn, record, recorded_events, render_chart, table_texts, until

FALLING = Series("●", "blue", np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.5, 0.0]))


def charted(*marks: tuple[float, str], width: int = 24, height: int = 8) -> list[str]:
    """A falling line with marks, to the character."""
    drawn = render_chart(
        [FALLING], width, height, marks=[Mark(x, label, label[:1], "dim red") for x, label in marks]
    )
    return [plain(line).rstrip() for line in drawn]


# What is drawn


def test_a_mark_is_a_thin_line_behind_the_curve_with_its_words_on_top() -> None:
    assert charted((1, "● η 0.1")) == [
        "1.0┤●⢷⣦⣄     ┊● η 0.1",
        "   │  ⠈⠛⠿⣶⣤⡀ ┊",
        "0.5┤      ⠙⠻⢷⣦⣀",
        "   │         ⠉⠛⢿⣦⣄⡀",
        "   │         ┊  ⠈⠙⠿⣶⣤⣀",
        "0.0┤         ┊      ⠉⠻⢷●",
        "   └┬──────────────────┬",
        "    0                  2",
    ]


def test_a_mark_has_its_own_style() -> None:
    first = render_chart([FALLING], 24, 8, marks=[Mark(1, "● η 0.1", "●", "dim red")])[0]
    assert ("┊● η 0.1", "dim red") in first


@pytest.mark.parametrize(
    ("x", "first", "second"),
    [
        (1.3, "1.0┤●⢷⣦⣄        ┊● η 0.1", "   │  ⠈⠛⠿⣶⣤⡀    ┊"),
        (1.4, "1.0┤●⢷⣦⣄  ● η 0.1┊", "   │  ⠈⠛⠿⣶⣤⡀     ┊"),
        (1.8, "1.0┤●⢷⣦⣄      ● η 0.1┊", "   │  ⠈⠛⠿⣶⣤⡀         ┊"),
        (2.0, "1.0┤●⢷⣦⣄        ● η 0.1┊", "   │  ⠈⠛⠿⣶⣤⡀           ┊"),
    ],
)
def test_words_that_do_not_fit_at_the_right_stand_at_the_left(x: float, first: str, second: str) -> None:
    assert charted((x, "● η 0.1"))[:2] == [first, second]


def test_words_that_fit_nowhere_are_left_out_and_the_marker_stays() -> None:
    text = charted((1, "● a label that is too long"))
    assert text[:2] == ["1.0┤●⢷⣦⣄     ┊●", "   │  ⠈⠛⠿⣶⣤⡀ ┊"]


def test_several_marks_have_their_words_in_lines_of_their_own() -> None:
    assert charted((0.5, "● η 0.1"), (1.5, "▲ fork")) == [
        "1.0┤●⢷⣦⣄┊● η 0.1  ┊",
        "   │  ⠈⠛⠿⣶⣤⡀▲ fork┊",
        "0.5┤    ┊ ⠙⠻⢷⣦⣀   ┊",
        "   │    ┊    ⠉⠛⢿⣦⣄⡀",
        "   │    ┊       ⠈⠙⠿⣶⣤⣀",
        "0.0┤    ┊         ┊ ⠉⠻⢷●",
        "   └┬──────────────────┬",
        "    0                  2",
    ]


def test_two_changes_at_one_moment_can_both_be_read() -> None:
    text = charted((1.2, "λ 0.1"), (1.2, "η 0.2"), height=10)
    assert text[0].endswith("┊λ 0.1")
    assert text[1].endswith("┊η 0.2")


def test_the_line_of_a_later_change_does_not_cut_through_the_words_of_an_earlier_one() -> None:
    text = "\n".join(charted((0.7, "λ 0.01"), (1.0, "η 0.2"), height=12))
    assert "λ 0.01" in text
    assert "η 0.2" in text


def test_marks_beyond_the_axis_are_not_drawn() -> None:
    assert charted((2.01, "late"), (-0.01, "early")) == charted()
    assert charted((3, "late"), (1, "now")) == charted((1, "now"))


def test_marks_without_curves_draw_nothing() -> None:
    assert render_chart([], 24, 5, empty="Press r", marks=[Mark(1, "η", "η", "red")]) == render_chart(
        [], 24, 5, empty="Press r"
    )


@pytest.mark.parametrize("size", [(16, 4), (17, 5), (40, 200), (300, 5)])
def test_a_chart_with_many_marks_fits_whatever_room_there_is(size: tuple[int, int]) -> None:
    width, height = size
    text = charted(*[(x / 10, f"● η {x}") for x in range(21)], width=width, height=height)
    assert len(text) <= height
    assert max(map(len, text)) <= width


# Where they come from


CONFIG = RunConfig(epochs=4, dataset="sample", threads=1)


def changed_at(step: int, *, floor: float = 0.1) -> list[Event]:
    """A log of four epochs in which the learning rate fell after a step."""
    events = recorded_events(4, floor=floor, rate=1)
    change = Changed(step, step // 10 + 1, {"learning_rate": 0.1}, {"learning_rate": 0.4})
    place = next(
        number for number, event in enumerate(events) if isinstance(event, Step) and event.step > step
    )
    return [*events[:place], change, *events[place:]]


def forked_from(parent: str, trunk: list[Event], *, epoch: int) -> list[Event]:
    """The log of a run that shares the first epochs with another one, and then does worse."""
    step = 10 * epoch
    fork = Forked(step, epoch, parent, {"dropout": "0.5"}, {"dropout": "0"})
    shared = [
        event for event in trunk[1:-1] if isinstance(event, Step | Epoch | Changed) and event.step <= step
    ]
    _, *own, end = recorded_events(4, floor=0.5, rate=1)
    return [
        trunk[0],
        *shared,
        fork,
        *(event for event in own if isinstance(event, Step | Epoch) and event.step > step),
        end,
    ]


async def test_a_change_is_marked_where_it_was_made_on_every_axis(app: MnistTuiApp) -> None:
    record(CONFIG, changed_at(15))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        chart = app.dashboard.query_one("#loss", CurveChart)
        await until(pilot, lambda: chart.rows)
        for axis, x in (("epoch", 1.5), ("step", 15.0), ("seconds", 1.5)):
            assert chart.x_axis == axis
            [mark] = chart._marks()
            assert mark.x == pytest.approx(x)
            assert mark.label == "● η 0.1"
            assert "┊● η 0.1" in drawn(app, "#loss")
            assert "┊● η 0.1" in drawn(app, "#accuracy")
            await pilot.press("X")
        await pilot.press("space")
        await until(pilot, lambda: "┊" not in drawn(app, "#loss"))


def first_points(chart: CurveChart) -> dict[str, list[float]]:
    """Where the curves of each run begin: validation, then training."""
    found: dict[str, list[float]] = {}
    for one in sorted(chart._series(), key=lambda one: one.dotted):
        found.setdefault(one.marker, []).append(float(one.x[0]))
    return found


async def test_a_fork_begins_at_its_fork_where_its_parent_is_shown_and_at_the_start_where_not(
    app: MnistTuiApp,
) -> None:
    trunk = recorded_events(4, floor=0.1, rate=1)
    parent = record(CONFIG, trunk)
    record(CONFIG.replace(dropout=0.5), forked_from(parent.run_id, trunk, epoch=2), number=1)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 2)
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")  # the fork alone
        chart = app.dashboard.query_one("#loss", CurveChart)
        await until(pilot, lambda: len(chart.rows) == 1)
        assert first_points(chart) == {"●": [1.0, 0.1]}
        assert "● fork" in drawn(app, "#loss")
        await pilot.press("down", "space")
        await until(pilot, lambda: len(chart.rows) == 2)
        assert first_points(chart) == {"●": [2.0], "▲": [1.0, 0.1]}  # training of the row under the cursor
        [mark] = chart._marks()
        assert (mark.x, mark.label) == (2.0, "● fork dropout 0.5")


async def test_what_was_changed_before_a_fork_is_marked_once_beside_its_parent(app: MnistTuiApp) -> None:
    trunk = changed_at(5)
    parent = record(CONFIG, trunk)
    record(CONFIG.replace(dropout=0.5), forked_from(parent.run_id, trunk, epoch=2), number=1)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(table_texts(app)) == 2)
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space", "down", "space")
        chart = app.dashboard.query_one("#loss", CurveChart)
        await until(pilot, lambda: len(chart.rows) == 2)
        assert sorted(mark.label for mark in chart._marks()) == ["▲ η 0.1", "● fork dropout 0.5"]


async def test_a_change_before_the_first_step_is_marked_at_the_start(app: MnistTuiApp) -> None:
    events = recorded_events(4, floor=0.1, rate=1)
    record(CONFIG, [events[0], Changed(0, 1, {"l2_lambda": 0.01}, {"l2_lambda": 0.0}), *events[1:]])
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table_texts(app))
        app.screen.query_one(RunsTable).focus()
        await pilot.press("space")
        chart = app.dashboard.query_one("#loss", CurveChart)
        await until(pilot, lambda: len(chart.rows) == 1)
        [mark] = chart._marks()
        assert mark.x == pytest.approx(0.1)  # the first point of the curve
        assert mark.label == "● λ 0.01"
