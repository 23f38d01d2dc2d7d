"""What is drawn of a sweep, to the character: the curve over one setting, the table over two."""

from itertools import product

import pytest

from mnist_tui.analysis.comparison import compare
from mnist_tui.analysis.sweep_curve import SweepCurve, SweepGrid, sweep_curve, sweep_grid
from mnist_tui.tui.renderables.grid import render_grid
from mnist_tui.tui.renderables.lines import Line, plain
from mnist_tui.tui.renderables.sweep import render_sweep
from tests.analysis.helpers import BASE, row

pytestmark = pytest.mark.quick

PENALTIES = {0.0: [0.980, 0.982], 0.01: [0.981, 0.9815], 0.1: [0.984, 0.985], 1.0: [0.975, 0.976]}


def curve(accuracies: dict[float, list[float]], name: str = "l2_lambda") -> SweepCurve:
    found = sweep_curve(
        compare(run for value, some in accuracies.items() for run in row(BASE.replace(**{name: value}), some))
    )
    assert found
    return found


def grid(lines: int = 3, columns: int = 3, *, seeds: int = 1) -> SweepGrid:
    """λ and dropout; the accuracy rises with both, and the second combination is missing."""
    values = list(product(range(lines), range(columns)))
    found = sweep_grid(
        compare(
            run
            for line, column in [values[0], *values[2:]]
            for run in row(
                BASE.replace(l2_lambda=line / 10, dropout=column / 10),
                [0.97 + (3 * line + column) / 1000] * seeds,
            )
        )
    )
    assert found
    return found


def lines(drawn: list[Line]) -> list[str]:
    return [plain(line).rstrip() for line in drawn]


def test_a_curve_has_points_with_bars_values_and_means() -> None:
    assert lines(render_sweep(curve(PENALTIES), 60, 12)) == [
        "   │  ┬",
        "99%┤  │                                 ┬",
        "   │  │                ┬                ◆",
        "   │  ●⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀●⣀⣀⣠⠤⠤⠤⠤⠖⠒⠒⠒⠒⠋⠉⠉⠉│⠉⠓⠲⠤⢤⣀⡀         ┬",
        "98%┤  │                ┴                ┴      ⠉⠉⠓⠲⠤⣄⣀⡀  │",
        "   │  │                                               ⠉⠙⠒●",
        "97%┤  │                                                  │",
        "   │  ┴                                                  ┴",
        "   └──┬───────≀────────┬────────────────┬────────────────┬──",
        "      0              0.01              0.1               1",
        "    98.10            98.12            98.45            97.55",
        "◆ highest: 98.45 % at L2 λ 0.1 · │ 95 % interval over seeds",
    ]


def test_where_room_is_short_the_means_go_first_and_then_values() -> None:
    assert lines(render_sweep(curve(PENALTIES), 24, 6)) == [
        "   │  ┬         ┬",
        "   │  ●⣀⣀⣀⣀●⣀⣠⠤⠤◆⢤⣀  ┬",
        "98%┤  │    ┴    ┴ ⠈⠙⠲●",
        "   │  ┴              ┴",
        "   └──┬─≀──┬────┬────┬──",
        "      0  0.01  0.1   1",
    ]
    assert lines(render_sweep(curve(PENALTIES), 16, 4))[-1] == "      0   0.1"


def test_single_runs_have_no_bars() -> None:
    single = curve({value: some[:1] for value, some in PENALTIES.items()})
    assert lines(render_sweep(single, 48, 10)) == [
        "     │                      ⢀⣀⣠⠤⠖◆⢦⡀",
        "     │               ⣀⣀⡤⠴⠒⠚⠉⠉      ⠙⢦⡀",
        "98.0%┤  ●⠤⠤⠤⠴⠒⠒⠒⠒⠚⠉⠉●⠁               ⠉⠳⣄",
        "     │                                 ⠈⠳⣄⡀",
        "     │                                    ⠙⢦⡀",
        "97.5%┤                                      ⠙●",
        "     └──┬─────≀─────┬────────────┬───────────┬──",
        "        0         0.01          0.1          1",
        "      98.00       98.10        98.40       97.50",
        "◆ highest: 98.40 % at L2 λ 0.1",
    ]
    assert lines(render_sweep(single, 80, 10))[-1].endswith("· one run each, no interval")


def test_bars_that_leave_the_chart_end_in_arrows() -> None:
    wide = {0.1: [0.9, 0.98], 0.2: [0.94, 0.95], 0.3: [0.94, 0.941]}
    text = "\n".join(lines(render_sweep(curve(wide, "dropout"), 50, 12)))
    assert (text.count("↑"), text.count("↓")) == (2, 2)


def test_the_highest_value_at_an_edge_is_said_where_there_is_room() -> None:
    rising = curve({0.1: [0.96], 0.2: [0.97], 0.3: [0.98]}, "dropout")
    assert lines(render_sweep(rising, 80, 12))[-1] == (
        "◆ highest: 98.00 % at Dropout 0.3, the highest tried · one run each, no interval"
    )


def test_nothing_to_draw_says_so() -> None:
    assert lines(render_sweep(None, 24, 5, empty="No sweep")) == ["", "", "        No sweep"]
    assert lines(render_grid(None, 24, 5, empty="No sweep")) == ["", "", "        No sweep"]


def test_a_grid_has_shades_numbers_and_a_diamond() -> None:
    assert lines(render_grid(grid(seeds=2), 80, 12)) == [
        "L2 λ ╲ Dropout            0          0.1          0.2",
        "             0        97.00            –  ░░░░░ 97.20",
        "           0.1  ▒▒▒▒▒ 97.30  ▒▒▒▒▒ 97.40  ▒▒▒▒▒ 97.50",
        "           0.2  ▓▓▓▓▓ 97.60  █████ 97.70  ██◆██ 97.80",
        "◆ highest: 97.80 % at L2 λ 0.2, Dropout 0.2 · means over 2 seeds",
    ]
    assert lines(render_grid(grid(seeds=2), 50, 12))[:4] == [
        "L2 λ ╲ Dropout        0      0.1      0.2",
        "             0    97.00        –  ░ 97.20",
        "           0.1  ▒ 97.30  ▒ 97.40  ▒ 97.50",
        "           0.2  ▓ 97.60  █ 97.70  ◆ 97.80",
    ]


def test_a_grid_leaves_out_what_does_not_fit() -> None:
    assert lines(render_grid(grid(), 36, 3)) == [
        "L2 λ ╲ Dropout        0      0.1 …",
        "             0    97.00        – …",
        "             …",
    ]
    assert lines(render_grid(grid(), 12, 3)) == [""]


@pytest.mark.parametrize(
    ("width", "height"), [(0, 0), (1, 1), (15, 3), (16, 4), (17, 40), (40, 9), (300, 100)]
)
def test_what_is_drawn_fits_whatever_room_there_is(width: int, height: int) -> None:
    alike = curve({0.1: [0.9, 0.9], 0.2: [0.9, 0.9], 0.3: [0.9, 0.9]}, "dropout")
    sure = curve({0.1: [1.0, 1.0], 0.2: [1.0, 1.0], 0.3: [1.0, 1.0]}, "dropout")
    many = curve({number / 100: [0.9, 0.91] for number in range(90)}, "dropout")
    drawings = [render_sweep(one, width, height) for one in (curve(PENALTIES), alike, sure, many)]
    drawings += [render_grid(grid(*size), width, height) for size in ((3, 3), (9, 9))]
    for drawn in drawings:
        assert len(drawn) <= height
        assert max((len(plain(line)) for line in drawn), default=0) <= width
