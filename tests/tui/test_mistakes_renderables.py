"""A matrix, shares with intervals, probabilities and tiles, drawn to the character."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_tui.tui.renderables.confusion import Heat, Plan, render_confusion
from mnist_tui.tui.renderables.gallery import gallery_grid, place_at, render_gallery
from mnist_tui.tui.renderables.lines import Line, plain
from mnist_tui.tui.renderables.opinions import Opinion, render_opinions
from mnist_tui.tui.renderables.shades import Paper
from mnist_tui.tui.renderables.spans import Span, render_spans

pytestmark = pytest.mark.quick


def text(lines: list[Line]) -> list[str]:
    return [plain(line).rstrip() for line in lines]


def styles_of(lines: list[Line], piece: str) -> set[str]:
    return {style for line in lines for words, style in line if words.strip() == piece}


@pytest.fixture
def counts() -> np.ndarray:
    """Three classes: the second is taken for the third four times, for the first once."""
    return np.array([[90, 0, 2], [1, 85, 4], [0, 0, 97]])


# The matrix


def test_a_matrix_has_a_shade_and_a_number_in_each_cell(counts: np.ndarray) -> None:
    assert text(render_confusion(Heat(counts), 19, 5)) == [
        " is       taken for",
        "        0    1    2",
        "  0     ╲    · ▒▒ 2",
        "  1  ░░ 1    ╲ ██ 4",
        "  2     ·    ·    ╲",
    ]


def test_with_the_diagonal_what_is_right_outshines_the_mistakes(counts: np.ndarray) -> None:
    assert text(render_confusion(Heat(counts, has_diagonal=True), 19, 4)) == [
        "        0    1    2",
        "  0  █ 90    · ░  2",
        "  1  ░  1 █ 85 ░  4",
        "  2     ·    · █ 97",
    ]


def test_rates_are_percent_of_a_row_and_what_rounds_to_nothing_is_a_dot(counts: np.ndarray) -> None:
    rates = counts / counts.sum(axis=1, keepdims=True)
    rates[2] = [0.0004, 0, 0.9996]
    assert text(render_confusion(Heat(rates, is_rate=True), 22, 4)) == [
        "         0     1     2",
        "  0      ╲     · ▒ 2.2",
        "  1  ░ 1.1     ╲ █ 4.4",
        "  2  ░   ·     ·     ╲",
    ]


def test_a_difference_has_signs_and_two_colours(counts: np.ndarray) -> None:
    difference = np.array([[1, 0, -1], [0, 2, -2], [0, 0, 0]])
    lines = render_confusion(Heat(difference, is_difference=True, style="green", less="red"), 19, 4)
    assert text(lines)[1:3] == ["  0     ╲    · ▒ −1", "  1     ·    ╲ █ −2"]
    assert styles_of(lines, "█") == {"red"}
    whole = render_confusion(Heat(difference, is_difference=True, has_diagonal=True, style="green"), 19, 4)
    assert text(whole)[2] == "  1     · █ +2 █ −2"


def test_where_columns_are_narrow_numbers_are_rounded() -> None:
    shares = np.array([[0.991, 0.009, 0.0], [0.002, 0.998, 0.0], [0.0, 0.0, 1.0]])
    assert text(render_confusion(Heat(shares, is_rate=True, has_diagonal=True), 16, 4)) == [
        "       0   1   2",
        "  0 █ 99░  1   ·",
        "  1 ░ <1█100   ·",
        "  2    ·   ·█100",
    ]
    many = np.array([[1124, 0], [12, 999]])
    assert text(render_confusion(Heat(many, has_diagonal=True), 12, 3))[1:] == [
        "  0 █ 1k   ·",
        "  1 ░ 12█999",
    ]


def test_cells_grow_with_the_room_and_notes_stand_below(counts: np.ndarray) -> None:
    lines = render_confusion(Heat(counts), 31, 11, notes=["Most often: 1 taken for 2 (4)."])
    assert text(lines) == [
        " is                   taken for",
        "        0        1        2",
        "                       ▒▒▒▒▒▒▒▒",
        "  0     ╲        ·        2",
        "     ░░░░░░░░          ████████",
        "  1     1        ╲        4",
        "",
        "  2     ·        ·        ╲",
        "",
        "Most often: 1 taken for 2 (4).",
    ]


def test_what_is_clicked_is_the_cell_that_is_drawn_there(counts: np.ndarray) -> None:
    plan = Plan.of(Heat(counts), 31, 11, [])
    assert plan
    lines = text(render_confusion(Heat(counts), 31, 11))
    row, column = next((y, line.index("4")) for y, line in enumerate(lines) if "4" in line)
    assert plan.at(column, row) == plan.at(column, row - 1) == (1, 2)
    assert plan.at(column, 1) is None
    assert plan.at(2, row) is None
    assert plan.at(40, row) is None


def test_the_cursor_is_reversed_and_its_heads_are_bold(counts: np.ndarray) -> None:
    lines = render_confusion(Heat(counts), 19, 4, cursor=(1, 2))
    assert styles_of(lines, "4") == {"reverse bold"}
    assert "bold" in styles_of(lines, "2")
    assert "bold" in styles_of(lines, "1")


def test_without_a_matrix_or_room_there_are_words_or_nothing(counts: np.ndarray) -> None:
    assert text(render_confusion(None, 20, 3, empty="No run yet.")) == ["", "    No run yet."]
    for width, height in [(8, 10), (80, 3)]:
        assert "no room" in " ".join(" ".join(text(render_confusion(Heat(counts), width, height))).split())
    assert text(render_confusion(Heat(np.zeros((3, 3), int)), 20, 4))[1] == "  0     ╲    ·    ·"


# Shares


def test_shares_stand_on_a_common_axis() -> None:
    spans = [
        Span("0", "98.0 %", 0.98, 0.97, 0.99),
        Span("1", "96.0 %", 0.96, 0.95, 0.97, mark="▲", reference=0.98),
        Span("2", "none"),
    ]
    assert text(render_spans(spans, 36)) == [
        "0 98.0 %              ├──────●─────┤",
        "1 96.0 %  ├─────▲─────┤      ◇",
        "2 none",
        "          ──────┬────────────┬──────",
        "               96%          98%",
    ]


def test_where_there_is_no_room_for_an_axis_numbers_stand_alone() -> None:
    assert text(render_spans([Span("0", "98.0 %", 0.98, 0.97, 0.99)], 15)) == ["0 98.0 %"]
    assert render_spans([], 80) == []


def test_limits_hold_and_what_lies_beyond_stands_at_the_edge() -> None:
    lines = text(render_spans([Span("", "", 1.0, 0.0, 1.0)], 23, (0.5, 1.0)))
    assert lines[0] == "   ├──────────────────●"


# Probabilities


def opinion(marker: str, label: str, said: int, share: float) -> Opinion:
    rest = (1 - share) / 2
    return Opinion(
        marker, label, "", [share if one == said else rest if one < 2 else 0.0 for one in range(3)]
    )


def test_bars_stand_side_by_side_with_the_truth_marked() -> None:
    lines = render_opinions([opinion("●", "plain", 2, 0.75), opinion("▲", "batchnorm", 1, 1.0)], 1, 40)
    assert text(lines) == [
        "    ● plain           ▲ batchnorm",
        " 0  █▏         12.5 %                 ·",
        " 1 ◂█▏         12.5 % █████████ 100.0 %",
        " 2  ██████▊    75.0 %                 ·",
    ]
    assert styles_of(lines, "75.0 %") == styles_of(lines, "100.0 %") == {"bold"}


def test_many_networks_are_a_line_of_shades_each_and_keep_their_seeds() -> None:
    lines = render_opinions([opinion("●", f"batchnorm, seed {seed}", 2, 0.5) for seed in range(3)], 2, 28)
    assert text(lines) == [
        "                  0   1   2◂",
        "● batchnorm 0   ░ 25░ 25▒ 50",
        "● batchnorm 1   ░ 25░ 25▒ 50",
        "● batchnorm 2   ░ 25░ 25▒ 50",
    ]
    assert render_opinions([], 0, 80) == []


def test_seeds_share_a_line_where_there_are_too_few_and_what_is_left_out_is_counted() -> None:
    said = [
        replace(opinion(marker, f"{name}, seed {seed}", 2, share), row=name)
        for marker, name in (("●", "plain"), ("▲", "batchnorm"), ("■", "l2"))
        for seed, share in enumerate((0.4, 0.8))
    ]
    assert len(render_opinions(said, 2, 36, 7)) == 7  # a line a network
    assert text(render_opinions(said, 2, 36, 6)) == [
        "                         0   1   2◂",
        "● plain, mean of 2     ░ 20░ 20▒ 60",
        "▲ batchnorm, mean of 2 ░ 20░ 20▒ 60",
        "■ l2, mean of 2        ░ 20░ 20▒ 60",
    ]
    assert text(render_opinions([*said, *said], 2, 40, 5))[-1] == " 2 ◂█▊   60.0 % █▊   60.0 % █▊   60.0 %"
    few = text(render_opinions(said, 2, 36, 3))
    assert [line.split()[0] for line in few] == ["0", "●", "…"]
    assert few[-1].startswith("… and 2 more: space hides rows")


# Galleries


def grey(_place: int) -> np.ndarray:
    return np.full((28, 28), 255, np.uint8)


def test_pictures_are_as_large_as_lets_enough_of_them_fit() -> None:
    assert gallery_grid(28, 15, 1).size == 28
    assert gallery_grid(80, 17, 100).size == 14
    assert gallery_grid(110, 22, 100).size == 20
    assert gallery_grid(200, 60, 100).size == 28
    assert gallery_grid(80, 5, 100) == gallery_grid(80, 5, 100, has_pictures=False)  # captions alone
    assert gallery_grid(3, 1, 100).count == 1


def test_a_page_holds_whole_pictures_and_the_selected_one_is_pointed_at() -> None:
    grid = gallery_grid(29, 16, 100)
    assert (grid.columns, grid.rows) == (2, 2)
    lines = render_gallery(grid, Paper(), [7, 8, 9, 3, 5], grey, lambda place: f"image {place}", 1)
    assert len(lines) == 16
    assert text(lines)[7] == "   image 7       ▸image 8◂"
    assert text(lines)[15] == "   image 9        image 3"
    last = render_gallery(grid, Paper(), [7, 8, 9, 3, 5], grey, str, 4)
    assert text(last)[7].strip() == "▸5◂"
    assert len(last) == 8
    assert [place_at(grid, x, y) for x, y in [(0, 0), (15, 7), (3, 8), (29, 16)]] == [0, 1, 2, None]
    assert place_at(grid, 15, 1, has_pictures=False) == 3


def test_without_pictures_captions_stand_in_columns() -> None:
    grid = gallery_grid(29, 2, 3, has_pictures=False)
    assert text(render_gallery(grid, Paper(), [1, 2, 3], None, str, 2)) == [" 1              2", "▸3"]
    assert text(render_gallery(grid, Paper(), [], None, str, 0))[0].strip() == "None."
